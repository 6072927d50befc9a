"""How often the analysis is right, as far as the team's marks tell: what `vigie quality` prints.

Marks are no sample taken at random: people mark what strikes them as wrong. The figures say how the marked mentions were judged,
and an interval how few they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from analysis.relevance import RELEVANT
from vigie.model import Mark, SentimentLabel, settled_marks

_Z = 1.959964  # of 95 %
_WANTED_HALF_WIDTH = 0.05


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `marked`, with the bounds between which the share lies in 19 cases of 20."""

    right: int
    marked: int

    @property
    def value(self) -> float | None:
        """In [0, 1]; None without marks."""
        return self.right / self.marked if self.marked else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval at 95 % (E. B. Wilson, 1927); from 0 to 1 without marks."""
        if not self.marked:
            return 0.0, 1.0
        number, share = self.marked, self.right / self.marked
        middle = (share + _Z**2 / (2 * number)) / (1 + _Z**2 / number)
        half = _Z / (1 + _Z**2 / number) * sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def missing(self) -> int:
        """How many more marks it takes until the interval is ten points wide, if the share stays; 0 when it is."""
        low, high = self.interval
        if high - low <= 2 * _WANTED_HALF_WIDTH:
            return 0
        likeliest = (self.right + 2) / (self.marked + 4)  # Agresti and Coull: a share of 0 or 1 is not certain
        return max(1, ceil(_Z**2 * likeliest * (1 - likeliest) / _WANTED_HALF_WIDTH**2) - self.marked)


@dataclass(frozen=True, slots=True)
class Precision:
    """What the marks say of one brand and kind of page; empty names stand for all of them.

    `relevance`: of the mentions that were called relevant, those about the brand. `doubt`: of those that were doubtful, the ones
    kept. `tone`: marked tones that were the machine's. `negative`: of the mentions called negative, those which are.
    """

    brand: str
    kind: str
    relevance: Share
    doubt: Share
    tone: Share
    negative: Share


def precisions(marks: Iterable[Mark]) -> list[Precision]:
    """One line for everything, then one per brand, then one per brand and kind of page, in the order of their names."""
    settled = settled_marks(marks)
    brands = sorted({mark.brand_id for mark in settled})
    kinds = sorted({(mark.brand_id, str(mark.kind)) for mark in settled})
    return [
        _precision("", "", settled),
        *(_precision(brand, "", [mark for mark in settled if mark.brand_id == brand]) for brand in brands),
        *(
            _precision(brand, kind, [one for one in settled if (one.brand_id, one.kind) == (brand, kind)])
            for brand, kind in kinds
        ),
    ]


def _precision(brand: str, kind: str, marks: Sequence[Mark]) -> Precision:
    judged = [mark for mark in marks if mark.relevant is not None]
    counted = [mark for mark in judged if mark.machine_relevance > RELEVANT]
    doubted = [mark for mark in judged if mark.was_doubtful]
    toned = [mark for mark in marks if mark.tone is not None]
    negative = [mark for mark in toned if mark.machine_tone is SentimentLabel.NEGATIVE]
    return Precision(
        brand,
        kind,
        relevance=_share(mark.relevant is True for mark in counted),
        doubt=_share(mark.relevant is True for mark in doubted),
        tone=_share(mark.tone is mark.machine_tone for mark in toned),
        negative=_share(mark.tone is SentimentLabel.NEGATIVE for mark in negative),
    )


def _share(answers: Iterable[bool]) -> Share:
    told = list(answers)
    return Share(sum(told), len(told))
