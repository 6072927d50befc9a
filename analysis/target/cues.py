"""Signs in French of the part a brand plays: the patterns of cues.tsv, read over a scene.

How much each sign counts is learnt (`training/target.py`); the table says what is looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.target.scene import Scene

_FRAGMENT = re.compile(r"<([a-z]+)>")


@dataclass(frozen=True, slots=True)
class Cue:
    """What is looked for. `everywhere` when the whole text is searched, not only the sentences that name the brand.

    `leans` are parts with the weight the cue has for them before a text is seen, so that rare signs count for what they mean.
    """

    name: str
    pattern: re.Pattern[str]
    everywhere: bool
    leans: tuple[tuple[str, float], ...]

    def is_seen(self, scene: Scene) -> bool:
        """Whether the pattern occurs where it is looked for."""
        if self.everywhere:
            return self.pattern.search(scene.whole) is not None
        return any(self.pattern.search(sentence.words) for sentence in scene.naming)


@cache
def load() -> tuple[Cue, ...]:
    """The cues of the package, in the order of the table. Raises: ValueError on a row that is not in its form."""
    fragments: dict[str, str] = {}
    cues: list[Cue] = []
    for where, name, pattern, *leans in _rows():
        if where == "fragment":
            fragments[name] = pattern
            continue
        if where not in ("brand", "text"):
            raise ValueError(f"cues.tsv: {name}: {where!r} is neither fragment, brand nor text")
        full = _FRAGMENT.sub(lambda found: fragments[found.group(1)], pattern)
        cues.append(Cue(name, re.compile(full, re.MULTILINE), where == "text", _leans(leans[0] if leans else "")))
    return tuple(cues)


def _leans(cell: str) -> tuple[tuple[str, float], ...]:
    """From "won 1, lost 0.5" the two parts with their weights."""
    pairs = [entry.split() for entry in cell.split(",") if entry]
    return tuple((part, float(weight)) for part, weight in pairs)


def _rows() -> Iterator[list[str]]:
    lines = files("analysis.target").joinpath("cues.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    yield from rows[1:]
