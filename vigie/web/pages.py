"""What the pages of the links say and do. A visit changes nothing: mail scanners follow every link; a confirmation does.

Between `vigie.web.server`, which speaks HTTP, and `alerts.actions`.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.actions import Deed, do
from alerts.gather import brand_name
from alerts.signing import WISHES, Link, LinkError, LinkExpired, Links, reader_of
from alerts.texts import Wording
from config.schema import Config
from vigie.errors import StoreError
from vigie.model import ActionKind, Incident, handling_of
from vigie.ports import State


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its heading, its lines, and the word on its button where it asks for a confirmation. `status` is HTTP's."""

    status: int
    title: str
    lines: tuple[str, ...]
    button: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class LinkPages:
    """The pages of one installation. State is read and written at each call: they hold nothing."""

    config: Config
    state: State
    links: Links

    def ask(self, token: str, now: datetime) -> Page:
        """What the link would do, to be confirmed; or that it is done."""
        return self._answered(token, now, confirmed=False)

    def confirm(self, token: str, now: datetime) -> Page:
        """Does what the link is for, once, and says so."""
        return self._answered(token, now, confirmed=True)

    def nothing(self, now: datetime) -> Page:
        """The page of every other address."""
        return self._refusal(404, "none", now)

    def _answered(self, token: str, now: datetime, *, confirmed: bool) -> Page:
        try:
            link = self.links.read(token, now)
            incident = self.state.incident(link.incident_id)
            if incident is None:
                return self._refusal(404, "gone", now)
            return self._done(link, incident, now) if confirmed else self._question(link, incident, now)
        except LinkExpired as expired:
            return self._refusal(410, "expired", now, at=expired.at)
        except LinkError:
            return self._refusal(403, "bad", now)
        except StoreError:
            return self._refusal(503, "away", now)

    def _question(self, link: Link, incident: Incident, now: datetime) -> Page:
        known = next((one for one in self.state.actions(incident.thread) if one.key == _key(link)), None)
        if known is not None:
            return self._done(link, incident, now)
        say = self._wording(now).say
        return Page(
            200,
            say(f"page_ask_{link.wish}"),
            (
                self._told(incident, now),
                *self._taken(incident, now),
                say(f"page_means_{link.wish}", rule=incident.rule_id),
                say("page_nothing_yet"),
            ),
            button=say(f"page_confirm_{link.wish}"),
        )

    def _done(self, link: Link, incident: Incident, now: datetime) -> Page:
        deed = do(self.state, incident.thread, WISHES[link.wish], self._reader(link, incident), now, _key(link))
        say = self._wording(now).say
        kind = deed.action.kind
        done = {ActionKind.ACKNOWLEDGED: "ack", ActionKind.MUTED: "mute"}.get(kind, "false")
        lines = [self._told(incident, now), *self._seen_before(deed, now)]
        if kind is ActionKind.ACKNOWLEDGED:
            lines += [line for line in self._taken(incident, now) if deed.handling.acknowledged != deed.action]
        else:
            lines.append(say("page_undo", id=incident.thread[:8]))
        return Page(200, say(f"page_done_{done}", until=deed.action.until), tuple(lines), is_done=True)

    def _seen_before(self, deed: Deed, now: datetime) -> list[str]:
        return [] if deed.is_new else [self._wording(now).say("page_was_done", at=deed.action.at)]

    def _taken(self, incident: Incident, now: datetime) -> list[str]:
        first = handling_of(self.state.actions(incident.thread), incident.reopened_at).acknowledged
        return [self._wording(now).say("page_taken_by", by=first.by or "?", at=first.at)] if first else []

    def _told(self, incident: Incident, now: datetime) -> str:
        wording = self._wording(now)
        return wording.say(
            "page_incident",
            level=wording.say(f"level_{incident.level.value}").capitalize(),
            what=wording.say(f"incident_{incident.kind.value}"),
            brand=brand_name(self.config, incident.brand_id),
            opened=incident.opened_at,
            state=wording.say(f"incident_{incident.state.value}", closed=incident.closed_at),
        )

    def _reader(self, link: Link, incident: Incident) -> str:
        """The address that the link was sent to."""
        told = {one.recipient for one in self.state.deliveries(incident.thread)}
        return next((one for one in sorted(told) if reader_of(one) == link.reader), "")

    def _refusal(self, status: int, reason: str, now: datetime, **values: object) -> Page:
        say = self._wording(now).say
        return Page(status, say(f"page_{reason}"), (say(f"page_{reason}_line", **values),))

    def _wording(self, now: datetime) -> Wording:
        team = self.config.settings.team
        return Wording(team.language, ZoneInfo(team.zone), now)


def _key(link: Link) -> str:
    """One link is one deed, however often it is confirmed."""
    return f"link/{link.wish}/{link.reader}/{link.expires}"
