"""The stock of written texts: reading it, composing texts from parts, filling their blanks.

A file of `texts/` has sections, `## name mood`, and in them blocks of lines with an empty line between. In most files a block
is one text, a paragraph a line; in `composed.txt` and `local.txt` the three blocks of a section are openings, middles and ends.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

from vigie.model import SentimentLabel

PARIS = ZoneInfo("Europe/Paris")
MOODS = {"-": SentimentLabel.NEGATIVE, "=": SentimentLabel.NEUTRAL, "+": SentimentLabel.POSITIVE}
_PIN = re.compile(r" @ (\d{4}-\d\d-\d\d \d\d:\d\d)$")
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading's words and the blocks of lines below it."""

    words: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A text before it has an author and a date. `title` is empty for messages; `pinned_at` fixes the date."""

    theme: str
    mood: SentimentLabel
    title: str
    lines: tuple[str, ...]
    pinned_at: datetime | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def sections(name: str) -> Sequence[Section]:
    """The sections of the file `name`, in its order."""
    whole = files("vigie.demo.world").joinpath("texts", f"{name}.txt").read_text(encoding="utf-8")
    found = []
    for part in re.split(r"^## ", whole, flags=re.MULTILINE)[1:]:
        heading, _, rest = part.partition("\n")
        blocks = (tuple(block.strip().splitlines()) for block in re.split(r"\n\s*\n", rest) if block.strip())
        found.append(Section(tuple(heading.split()), tuple(blocks)))
    return found


def titled(name: str) -> list[Draft]:
    """The texts of a file whose blocks begin with a title."""
    return [_titled(section, block) for section in sections(name) for block in section.blocks]


def untitled(name: str) -> list[Draft]:
    """The texts of a file whose blocks are all text."""
    return [Draft(*_nature(section), "", block) for section in sections(name) for block in section.blocks]


def composed(name: str, rounds: int, rng: Random) -> list[Draft]:
    """Messages put together from an opening, a middle and an end; no two of them share more than one of the three."""
    drafts = [
        Draft(*_nature(section), "", (" ".join(section.blocks[slot][row] for slot, row in enumerate(rows)),))
        for section in sections(name)
        for rows in combinations(len(section.blocks[0]), len(section.blocks), rounds, rng)
    ]
    return distinct(drafts)


def local_news(rounds: int, rng: Random) -> list[Draft]:
    """Articles that are about no brand; the openings come with their titles."""
    drafts = []
    for section in sections("local"):
        openings, middles, ends = section.blocks
        for first, second, third, fourth in combinations(len(middles), 4, rounds, rng):
            title, lead = openings[2 * first : 2 * first + 2]
            if second != third:
                lines = (lead, middles[second], f"{middles[third]} {ends[fourth]}")
                drafts.append(Draft(section.words[0], SentimentLabel.NEUTRAL, title, lines))
    return distinct(drafts)


def distinct(drafts: Sequence[Draft], alike: float = 0.25) -> list[Draft]:
    """Those of `drafts` that share less than `alike` of their five-word rows (Jaccard) with every one kept before."""
    kept: list[Draft] = []
    rows_of: list[frozenset[tuple[str, ...]]] = []
    holders: dict[tuple[str, ...], list[int]] = {}
    for draft in drafts:
        rows = shingles(draft.text)
        shared = Counter(holder for row in rows for holder in holders.get(row, ()))
        if all(common / (len(rows) + len(rows_of[holder]) - common) < alike for holder, common in shared.items()):
            for row in rows:
                holders.setdefault(row, []).append(len(kept))
            kept.append(draft)
            rows_of.append(rows)
    return kept


def shingles(text: str, size: int = 5) -> frozenset[tuple[str, ...]]:
    """The rows of `size` words of a text; the whole of a shorter one."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[start : start + size]) for start in range(max(len(words) - size + 1, 1)))


def combinations(size: int, columns: int, rounds: int, rng: Random) -> Iterator[tuple[int, ...]]:
    """Rows of `columns` choices out of `size`; two rows never agree in two columns.

    `size` is prime and `rounds` at most `size`: the rows are lines of an affine plane, and two lines meet once at most.
    """
    choices = [rng.sample(range(size), size) for _ in range(columns)]
    for slope in range(rounds):
        for row in range(size):
            yield tuple(choice[(row + slope * place) % size] for place, choice in enumerate(choices))


class Blanks:
    """Fills `{ville}`, `{prix}` and so on, each time with the next of that list; one value per name within a text."""

    def __init__(self, lists: Mapping[str, Sequence[str]], rng: Random) -> None:
        self._lists = {name: rng.sample(list(values), len(values)) for name, values in lists.items()}
        self._next = dict.fromkeys(lists, 0)

    def next(self, name: str) -> str:
        """The next value of the list `name`, in an endless round."""
        values = self._lists[name]
        self._next[name] += 1
        return values[self._next[name] % len(values)]

    def fill(self, draft: Draft, **given: str) -> Draft:
        """The draft with its blanks filled, those that are `given` with these values."""
        values = dict(given)
        for blank in _BLANK.findall("\n".join((draft.title, *draft.lines))):
            values.setdefault(blank, self.next(blank))
        title, *lines = (_elided(line, values).format(**values) for line in (draft.title, *draft.lines))
        return replace(draft, title=title, lines=tuple(lines))


def _elided(line: str, values: Mapping[str, str]) -> str:
    """`line` with `d'` for `de` before a town that begins with a vowel."""
    return line.replace("de {ville}", "d'{ville}") if values.get("ville", "").startswith(tuple("AEIOUÉ")) else line


def names() -> Mapping[str, Sequence[str]]:
    """The lists of `names.txt`: pseudonyms, by-lines, towns, prices."""
    return {section.words[0]: [block[0] for block in section.blocks] or [] for section in _listed()}


def _listed() -> Iterator[Section]:
    for section in sections("names"):
        yield Section(section.words, tuple((line,) for block in section.blocks for line in block))


def _nature(section: Section) -> tuple[str, SentimentLabel]:
    return section.words[0], MOODS[section.words[-1]]


def _titled(section: Section, block: tuple[str, ...]) -> Draft:
    title, pinned_at = block[0], None
    if pin := _PIN.search(title):
        title = title[: pin.start()]
        pinned_at = datetime.strptime(pin[1], "%Y-%m-%d %H:%M").replace(tzinfo=PARIS).astimezone(UTC)
    return Draft(*_nature(section), title, block[1:], pinned_at)
