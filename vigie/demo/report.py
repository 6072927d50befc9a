"""What a demo run came to: `summary.json` for programs, a table for people."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vigie.demo.mailbox import kept_mails
from vigie.demo.world import World
from vigie.model import DeliveryState, Incident, Outcome
from vigie.ports import Filter, State
from vigie.watch import Watch

_EVERY_STORY = 1_000_000


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident beside the truth, which only the demo knows. `onset` is the true start, times are local ISO 8601."""

    id: str
    brand: str
    kind: str
    state: str
    opened_at: str
    onset: str
    estimated_onset: str
    delay_minutes: int
    mails: int


@dataclass(frozen=True, slots=True)
class Summary:
    """`summary.json`. `documents.seen` is the sum of the other outcomes."""

    documents: dict[str, int]
    mentions: int
    mentions_by_brand: dict[str, int]
    stories: int
    incidents: list[IncidentLine]
    mails: int
    mail_files: list[str]
    sources: list[dict[str, str]]
    seconds: float


def summarise(watch: Watch, world: World, out: Path, seconds: float) -> Summary:
    """Counts what the store and the state hold after the run, and writes `summary.json`."""
    outcomes = watch.state.outcomes()
    mails = kept_mails(out / "mails")
    zone = ZoneInfo(watch.config.settings.team.zone)
    everything = Filter()
    summary = Summary(
        documents={"seen": sum(outcomes.values()), **{str(outcome): outcomes[outcome] for outcome in Outcome}},
        mentions=watch.store.count(everything).total,
        mentions_by_brand={brand: tally.total for brand, tally in sorted(watch.store.share_of_voice(everything).items())},
        stories=len(watch.store.stories(everything, limit=_EVERY_STORY)),
        incidents=[_incident_line(incident, watch.state, world.onset, zone) for incident in watch.state.incidents()],
        mails=len(mails),
        mail_files=[mail.eml.name for mail in mails],
        sources=[{"id": state.source_id, "state": str(state.health)} for state in watch.state.states()],
        seconds=round(seconds, 1),
    )
    (out / "summary.json").write_text(json.dumps(asdict(summary), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return summary


def _incident_line(incident: Incident, state: State, onset: datetime, zone: ZoneInfo) -> IncidentLine:
    return IncidentLine(
        id=incident.id,
        brand=incident.brand_id,
        kind=str(incident.kind),
        state=str(incident.state),
        opened_at=incident.opened_at.astimezone(zone).isoformat(),
        onset=onset.astimezone(zone).isoformat(),
        estimated_onset=incident.onset.astimezone(zone).isoformat(),
        delay_minutes=round((incident.opened_at - onset).total_seconds() / 60),
        mails=sum(delivery.state == DeliveryState.SENT for delivery in state.deliveries(incident.id)),
    )


def print_report(console: Console, summary: Summary, out: Path) -> None:
    """The end of the run, as a person reads it: seen, what became of it, the alert, the mails, where to look next."""
    table = Table(title="What Vigie saw, and what became of it", title_justify="left", show_header=False)
    for name, value in _rows(summary):
        table.add_row(name, value)
    console.print(table)
    mails = Table("mail", "to", title=f"Mails, in {out / 'mails'}", title_justify="left")
    for mail in kept_mails(out / "mails"):
        mails.add_row(Text(mail.subject), Text(mail.recipient))
    console.print(mails)
    for line in _next_steps(out):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _rows(summary: Summary) -> list[tuple[str, str]]:
    documents: dict[str, Any] = summary.documents
    unwell = [f"{source['id']} ({source['state']})" for source in summary.sources if source["state"] != "ok"]
    rows = [
        ("documents seen", str(documents["seen"])),
        ("  mention a brand, stored", str(documents["stored"])),
        ("  known already", str(documents["known"])),
        ("  off topic", str(documents["off_topic"])),
        ("  spam", str(documents["spam"])),
        ("  could not be read", str(documents["failed"])),
        ("mentions", f"{summary.mentions} ({', '.join(f'{brand} {n}' for brand, n in summary.mentions_by_brand.items())})"),
        ("distinct texts, copies counted once", str(summary.stories)),
        ("sources not well", ", ".join(unwell) or "none"),
    ]
    opened = [
        (f"incident: {one.kind}", f"{one.brand}, opened {one.opened_at[11:16]}, {one.delay_minutes} min after the onset")
        for one in summary.incidents
    ]
    return [*rows, *opened, ("seconds", str(summary.seconds))]


def _next_steps(out: Path) -> list[str]:
    return [
        f"Open {out / 'index.html'} in a browser: the curve, the outcome, the mails.",
        f"Search the mentions:  vigie search 'prélèvement' --config {out / 'config'}",
        "Start your own watch: vigie init ma-veille",
    ]
