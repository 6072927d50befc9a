"""What the team's marks teach about one brand's name: a small Bayesian update, beside the clues that everybody has.

A trait is something that stands around the name: a word, a word right beside it, the source. Each starts with one text of either
sort (Laplace's rule of succession), and a mark adds one; its weight is the log-odds of the two counts. A source tells something
only after several marks of one sort, as most write about every sense; function words and words about companies never do. Only
counts are kept, so that all can be made again from the marks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import log

from analysis.relevance.syntax import Clue
from analysis.relevance.vocabulary import listed
from analysis.relevance.window import FAR, Scene, Window
from vigie.model import Mark

_SOURCE = "source:"
_MOST_TRAITS = 60  # of one text
_SHORTEST = 4  # letters of a word that is a trait
_STRONGEST = 4  # traits that count in one text: its words are not independent
_MOST = 4.0  # log-odds that marks may move a text by, either way
_FEWEST_OF_SOURCE = 5  # marks, all of one sort, before a source tells anything: most write about every sense


@dataclass(slots=True)
class Lessons:
    """The marks of one brand, by trait: on relevant texts, and on texts that mean something else."""

    kept: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def is_any(self) -> bool:
        """Whether the team has marked anything."""
        return bool(self.kept or self.refused)

    def clue(self, traits: Iterable[str]) -> Clue | None:
        """What the marks say of a text with these traits; None where they say nothing."""
        weights = {trait: weight for trait in traits if (weight := self._weight(trait))}
        strongest = sorted(weights, key=lambda trait: (-abs(weights[trait]), trait))[:_STRONGEST]
        total = max(-_MOST, min(_MOST, sum(weights[trait] for trait in strongest)))
        if not total:
            return None
        number = max(self.kept[trait] + self.refused[trait] for trait in strongest)
        return Clue(total, f"{number} {'marques' if number > 1 else 'marque'} de l'équipe")

    def _weight(self, trait: str) -> float:
        kept, refused = self.kept[trait], self.refused[trait]
        if trait.startswith(_SOURCE) and (min(kept, refused) or kept + refused < _FEWEST_OF_SOURCE):
            return 0.0
        return log((kept + 1) / (refused + 1))


def lessons_of(marks: Iterable[Mark]) -> dict[str, Lessons]:
    """What settled marks on relevance teach, by brand id."""
    by_brand: dict[str, Lessons] = {}
    for mark in marks:
        if mark.relevant is not None:
            lessons = by_brand.setdefault(mark.brand_id, Lessons())
            (lessons.kept if mark.relevant else lessons.refused).update(set(mark.clues))
    return by_brand


def traits(windows: Iterable[Window], scenes: Iterable[Scene], source: str) -> tuple[str, ...]:
    """The traits of a text, each once, those nearest to the name first; `windows` and `scenes` are those of its occurrences."""
    near: dict[str, int] = {}
    for scene in scenes:
        for word, away in scene.distances.items():
            if away < FAR and _is_telling(word):
                near[f"word:{word}"] = min(away, near.get(f"word:{word}", FAR))
    beside = dict.fromkeys(trait for window in windows for trait in _beside(window))
    first = [*([f"{_SOURCE}{source}"] if source else []), *beside]
    return tuple([*first, *sorted(near, key=lambda trait: (near[trait], trait))][:_MOST_TRAITS])


def _beside(window: Window) -> Iterator[str]:
    """The words right before and right after the name, where they tell something."""
    if window.before and _is_telling(window.before[0].stem):
        yield f"beside:{window.before[0].stem} _"
    if window.after and _is_telling(window.after[0].stem):
        yield f"beside:_ {window.after[0].stem}"


def _is_telling(word: str) -> bool:
    return (
        len(word) >= _SHORTEST and word.isalpha() and not any(word in listed(kind) for kind in ("function", "business", "link"))
    )
