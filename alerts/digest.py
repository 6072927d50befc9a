"""Decides which digests are due and hands them to the outbox: once per digest, local day and recipient, whatever restarts."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.attachments import PDF, attached
from alerts.brief import channel_of
from alerts.gather_digest import gather_digest
from alerts.mail import compose_digest, wording_of
from alerts.paper import require_printer
from alerts.periods import latest_period
from alerts.views import Period
from config.schema import Config, DigestRow
from vigie.errors import StoreUnavailable
from vigie.model import DIGEST_SUBJECT, Delivery
from vigie.ports import Filter, MentionStore, State

_LOG = logging.getLogger(__name__)
_LONGEST = timedelta(days=31)


class DigestDesk:
    """Makes the digests. It keeps nothing itself: what was made is in the outbox, by its key."""

    def __init__(self, *, digests: Sequence[DigestRow], config: Config, store: MentionStore, state: State) -> None:
        """Raises: ConfigError where a digest wants a PDF that cannot be made here."""
        for row in digests:
            if PDF in row.attach:
                require_printer(f"alerts.toml: digest[{row.id}].attach")
        self._digests = digests
        self._config = config
        self._store = store
        self._state = state
        self._zone = ZoneInfo(config.settings.team.zone)

    def run(self, now: datetime) -> Sequence[Delivery]:
        """Adds to the outbox, and returns, the digests whose hour has passed and that were not made yet.

        After a downtime one digest tells all that was missed, a month at most. A period that ended before Vigie watched
        anything is not told: a new installation starts with its first full morning. One that cannot be composed is logged and
        tried again by the next run; the others are made all the same. Raises: StoreUnavailable.
        """
        made: list[Delivery] = []
        for digest in self._digests:
            try:
                made += self._make(digest, now)
            except StoreUnavailable:
                raise
            except Exception:  # noqa: BLE001 - the deliver loop: one digest's fault must not hold the others back
                _LOG.exception("event=digest_failed digest=%s", digest.id)
        return made

    def _make(self, digest: DigestRow, now: datetime) -> list[Delivery]:
        period = latest_period(digest, self._zone, now)
        subject = f"{DIGEST_SUBJECT}{digest.id}:{period.end.astimezone(self._zone):%Y-%m-%d}"
        missing = [recipient for recipient in digest.recipients if not self._state.known(f"{subject}:{recipient}")]
        if not missing or not self._watched(digest, period, now):
            return []
        told = self._since_the_last(digest, period)
        view = gather_digest(self._store, self._state, self._config, digest, told, now)
        files = attached(view, self._store, self._config, digest.attach, wording_of(self._config, now))
        made = []
        for recipient in missing:
            key = f"{subject}:{recipient}"
            content = compose_digest(view, recipient=recipient, config=self._config, key=key, now=now, attached=files)
            made.append(Delivery(key, channel_of(recipient), recipient, "digest", subject, content, created_at=now))
        with self._state.transaction():
            self._state.save_detector_state(_until(digest), period.end.isoformat().encode())
            return [delivery for delivery in made if self._state.add(delivery)]

    def _since_the_last(self, digest: DigestRow, period: Period) -> Period:
        """`period`, begun earlier where the digest before it was never made."""
        until = self._state.detector_state(_until(digest))
        if until is None:
            return period
        missed_since = max(datetime.fromisoformat(until.decode()), period.end - _LONGEST)
        return replace(period, start=min(period.start, missed_since))

    def _watched(self, digest: DigestRow, period: Period, now: datetime) -> bool:
        """Whether Vigie ran before the period ended: this digest was looked after then, or a mention had been seen."""
        name = f"digest:{digest.id}:since"
        since = self._state.detector_state(name)
        if since is None:
            since = now.isoformat().encode()
            self._state.save_detector_state(name, since)
        if datetime.fromisoformat(since.decode()) <= period.end:
            return True
        return self._store.count(Filter(seen_end=period.end)).total > 0


def _until(digest: DigestRow) -> str:
    """Names what is kept of the end of the last period that was told."""
    return f"digest:{digest.id}:until"
