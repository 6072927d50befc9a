"""The letter of an incident in short, for channels that are not mail: `alerts.brief` made of `alerts.letter`."""

from alerts import excerpts
from alerts.brief import Brief, Link, identity
from alerts.letter import Item, Letter
from alerts.texts import Wording
from vigie.model import Incident

_SIGNATURE = "[Vigie] "


def brief_of(letter: Letter, incident: Incident, wording: Wording, *, brand: str, purpose: str, key: str) -> Brief:
    """The letter of an incident in short: its sentence, its first figures, what a click can do, and the pages it names."""
    figures = [fact for section in letter.sections for fact in section.facts]
    buttons = [button for section in letter.sections for button in section.buttons]
    pages = [_link(item) for section in letter.sections for item in section.items if item.url]
    return Brief(
        id=identity(key),
        about=incident.id,
        purpose=purpose,
        level=incident.level,
        level_name=wording.say(f"level_{incident.level}"),
        brand=excerpts.clean(brand),
        title=excerpts.clean(letter.subject).removeprefix(_SIGNATURE),
        lead=letter.lead,
        at=wording.now,
        figures=tuple(figures),
        links=tuple(buttons + pages),
    )


def _link(item: Item) -> Link:
    quotation = "".join(part.text for part in item.quotation)
    note = " – ".join(part for part in (item.line if item.title else "", quotation) if part)
    return Link(item.title or item.line, item.url, note)
