"""The digest by hand: a preview that changes nothing, and the round that sends what is due."""

import email
import email.policy
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from config.schema import Config, DigestRow
from vigie.model import DeliveryState


def preview(config: Config, row: DigestRow, at: datetime | None) -> tuple[str, bytes]:
    """The digest as it would be written at the local time `at` (now when None): its plain text, and the whole message."""
    from alerts.attachments import attached
    from alerts.brief import is_channel
    from alerts.gather_digest import gather_digest
    from alerts.mail import compose_digest, wording_of
    from alerts.periods import latest_period
    from vigie.clock import SystemClock
    from vigie.store import open_stores

    zone = ZoneInfo(config.settings.team.zone)
    now = (at.replace(tzinfo=zone) if at and at.tzinfo is None else at or datetime.now(UTC)).astimezone(UTC)
    with open_stores(config, SystemClock()) as (state, store):
        view = gather_digest(store, state, config, row, latest_period(row, zone, now), now)
        files = attached(view, store, config, row.attach, wording_of(config, now))
    reader = next((one for one in row.recipients if not is_channel(one)), config.settings.mail.sender)
    content = compose_digest(view, recipient=reader, config=config, key=f"preview:{row.id}", now=now, attached=files)
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(("plain",))
    return f"{message['subject']}\n\n{body.get_content() if body else ''}", content


async def send_due(config: Config, rows: Sequence[DigestRow]) -> str:
    """Writes those of `rows` that are due now, sends what waits, and says what was done.

    Raises: AlreadyRunning while `vigie run` works on the folder, which sends them itself.
    """
    from alerts.channels import open_channels
    from alerts.digest import DigestDesk
    from alerts.outbox import dispatch
    from vigie.clock import SystemClock
    from vigie.lock import only_instance
    from vigie.store import open_stores

    now = datetime.now(UTC)
    with only_instance(config.data_folder), open_stores(config, SystemClock()) as (state, store):
        written = DigestDesk(digests=rows, config=config, store=store, state=state).run(now)
        done = await dispatch(state, open_channels(config, os.environ, SystemClock()), now)
        waiting = state.delivery_counts()[DeliveryState.PENDING]
    return f"{len(written)} digests written, {done.sent} mails sent, {done.refused} refused, {waiting} wait for a later try"
