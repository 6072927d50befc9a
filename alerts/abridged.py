"""A letter in short, for channels that are not mail: `alerts.brief` made of `alerts.letter`."""

from alerts import excerpts
from alerts.brief import Brief, Image, Link, identity
from alerts.letter import Item, Letter
from alerts.texts import Wording
from vigie.model import Incident, Level

_SIGNATURE = "[Vigie] "
DIGEST = "digest"


def incident_brief(letter: Letter, incident: Incident, wording: Wording, *, brand: str, purpose: str, key: str) -> Brief:
    """The letter of an incident in short: its sentence, its first figures, what a click can do, and the pages it names."""
    level_name = wording.say(f"level_{incident.level}")
    return _brief(letter, wording, key, incident.id, purpose, incident.level, level_name, brand)


def digest_brief(letter: Letter, wording: Wording, *, about: str, brand: str, key: str) -> Brief:
    """The letter of a digest in short; `about` is the digest and its day."""
    level = Level.ALERT if letter.alarming else Level.NOTICE
    return _brief(letter, wording, key, about, DIGEST, level, wording.say("level_digest"), brand)


def _brief(
    letter: Letter, wording: Wording, key: str, about: str, purpose: str, level: Level, level_name: str, brand: str
) -> Brief:
    figures = letter.in_short or [fact for section in letter.sections for fact in section.facts]
    buttons = [button for section in letter.sections for button in section.buttons]
    pictures = [picture for section in letter.sections for picture in section.pictures]
    pages = [_link(item) for section in letter.sections for item in section.items if item.url]
    return Brief(
        id=identity(key),
        about=about,
        purpose=purpose,
        level=level,
        level_name=level_name,
        brand=excerpts.clean(brand),
        title=excerpts.clean(letter.subject).removeprefix(_SIGNATURE),
        lead=letter.lead,
        at=wording.now,
        figures=tuple(figures),
        links=tuple(buttons + pages),
        picture=Image(pictures[0].chart.png(), pictures[0].alt) if pictures else None,
    )


def _link(item: Item) -> Link:
    quotation = "".join(part.text for part in item.quotation)
    note = " – ".join(part for part in (item.line if item.title else "", quotation) if part)
    return Link(item.title or item.line, item.url, note)
