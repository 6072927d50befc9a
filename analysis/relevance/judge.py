"""Weighs everything that tells whether a name means the brand, and says why in French.

The clues of one occurrence are log-odds and are added; the text's relevance is that of its clearest occurrence, moved a little by
the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from math import exp

from analysis.folding import fold
from analysis.relevance.lessons import Lessons, traits
from analysis.relevance.profiles import Profile, Sense, profile_of
from analysis.relevance.syntax import Clue, clues, dealing_word, strongest
from analysis.relevance.vocabulary import business_words, is_first_name, is_proper, is_word, listed
from analysis.relevance.window import Case, Scene, Window, stem, tokens
from config.schema import Brand

RELEVANT = 0.5
DOUBTFUL = (0.3, 0.7)
"""A relevance from the first to below the second is doubtful."""

_MOST_OCCURRENCES = 12
_OTHERS_WEIGHT, _OTHERS_MOST = 0.4, 3.0  # a text mostly keeps to one sense
_MOST_ODDS = 30.0
_NEAR = 10  # words
_NEAR_WEIGHT, _FAR_WEIGHT, _MOST_CONTEXT = 1.3, 0.7, 4.2
_BUSINESS_WEIGHT, _MOST_BUSINESS = 0.45, 1.8
_FAMILY_WEIGHT, _MOST_FAMILY = 1.0, 2.0
_PHRASE = 4.0
_AT = "à _"  # of a town; « contrairement à X » is of none
_QUERY_CONTEXT = 2.0  # the user's own query wants other words too, and they are there
_SUBJECT_LETTERS = 600  # of the title, the thread's title and the site's name
_CAPITALS = {
    "both": {Case.NAME: 0.5, Case.WORD: -2.6, Case.CARELESS: -0.7},  # « Marguerite », « Grenade »: a word, and a name besides
    "word": {Case.NAME: 1.8, Case.WORD: -2.6, Case.CARELESS: -0.7},
    "proper": {Case.NAME: 0.0, Case.WORD: -0.2},
    "unknown": {},
}
_CASE_SHOWN = {Case.NAME: "majuscule", Case.WORD: "minuscule", Case.CARELESS: "minuscule"}
_PRIORS = {"both": 0.0, "word": 0.3, "proper": -0.3, "unknown": 3.0}


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a name stands in the text that was searched; `is_sure` when its spelling means nothing else."""

    start: int
    end: int
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """How likely a text means the brand, in [0, 1], and why, in French; `reason` is empty when nothing had to be weighed."""

    relevance: float
    reason: str = ""

    @property
    def is_relevant(self) -> bool:
        """Whether the brand is the likelier sense."""
        return self.relevance > RELEVANT

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look."""
        return DOUBTFUL[0] <= self.relevance < DOUBTFUL[1]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One occurrence: its log-odds, the clues they are the sum of, and the likeliest other sense, empty when none shows."""

    odds: float
    clues: Sequence[Clue]
    rival: str


_SURE = Judgement(1.0)


class NameJudge:
    """Knows the senses of one brand's name."""

    def __init__(self, brand: Brand) -> None:
        self._profile = profile_of(brand)
        self._name = self._profile.name if self._profile else fold(brand.name).strip()
        self.lessons = Lessons()

    @cached_property
    def _kind(self) -> str:
        """Worked out for the first text that names the brand: it may take the word list of the trained pipeline."""
        return _kind(self._name, self._profile)

    def is_sure(self, term: str) -> bool:
        """Whether the spelling `term` of a query or a handle can mean nothing but the brand."""
        folded = fold(term).strip()
        if folded.startswith(("#", "@")):
            return True
        if self._profile:
            return stem(folded) != stem(self._name)
        return set(folded.split()) > set(self._name.split())

    def judge(
        self, text: str, sights: Sequence[Sight], *, subject: str = "", source: str = "", has_context: bool = False
    ) -> Judgement:
        """How likely the name means the brand at one of `sights`, places in `text`.

        `subject` is what the page is about: title, thread's title, site. `has_context`: other words of the query are there.
        """
        if not sights or any(sight.is_sure for sight in sights):
            return _SURE
        places = self._places(text, sights, subject)
        read = [self._read(window, scene, has_context) for window, scene in places]
        best = max(read, key=lambda reading: reading.odds)
        others = [max(-_OTHERS_MOST, min(_OTHERS_MOST, reading.odds)) for reading in read if reading is not best]
        odds = best.odds + (_OTHERS_WEIGHT * sum(others) / len(others) if others else 0.0)
        if self.lessons.is_any and (taught := self.lessons.clue(_traits(places, source))):
            odds, best = odds + taught.weight, replace(best, clues=[*best.clues, taught])
        return _judgement(odds, best, is_known=self._kind != "unknown")

    def traits(self, text: str, sights: Sequence[Sight], *, subject: str = "", source: str = "") -> tuple[str, ...]:
        """What a mark on this text teaches: `analysis.relevance.lessons`."""
        return _traits(self._places(text, sights, subject), source)

    def _places(self, text: str, sights: Sequence[Sight], subject: str) -> list[tuple[Window, Scene]]:
        around = [token.stem for token in tokens(subject[:_SUBJECT_LETTERS])]
        windows = [
            Window(text, sight.start, sight.end, is_plural=self._is_plural(text[sight.start : sight.end]))
            for sight in sights[:_MOST_OCCURRENCES]
        ]
        return [(window, Scene(window, around)) for window in windows]

    def _read(self, window: Window, scene: Scene, has_context: bool) -> _Reading:
        found = [*clues(window), *self._case_clues(window), *_business_clues(scene), *self._family_clues(scene)]
        if has_context:
            found.append(Clue(_QUERY_CONTEXT, "mots de la requête"))
        if self._profile is None:
            return _Reading(_PRIORS[self._kind] + sum(clue.weight for clue in found), found, "")
        rival_clues, rival = _rival_clues(self._profile.rivals, window, scene)
        if rival in self._profile.proper:
            found = [clue for clue in found if clue.shown != _CASE_SHOWN[Case.NAME]]
        found += [*_sense_clues(self._profile.brand, window, scene), *rival_clues]
        return _Reading(self._profile.prior + sum(clue.weight for clue in found), found, rival)

    def _family_clues(self, scene: Scene) -> list[Clue]:
        """Births, weddings and funerals around what may be a first name."""
        if not is_first_name(stem(self._name)):
            return []
        found = sorted(listed("mourning") & scene.distances.keys())
        return _capped(dict.fromkeys(found, _FAMILY_WEIGHT), _MOST_FAMILY, sign=-1)

    def _is_plural(self, name: str) -> bool:
        return fold(name).rstrip().endswith("s") and not self._name.endswith("s")

    def _case_clues(self, window: Window) -> Iterator[Clue]:
        weight = _CAPITALS[self._kind].get(window.case, 0.0)
        if weight and window.sign != "#":
            yield Clue(weight, _CASE_SHOWN[window.case])


def _traits(places: Sequence[tuple[Window, Scene]], source: str) -> tuple[str, ...]:
    return traits([window for window, _ in places], [scene for _, scene in places], source)


def _kind(name: str, profile: Profile | None) -> str:
    """Which sort of name: its capitals tell when it is a common word."""
    if profile:
        return "word" if profile.has_word else "proper"
    if is_word(name):
        return "both" if is_proper(stem(name)) else "word"
    return "proper" if is_proper(stem(name)) else "unknown"


def _sense_clues(sense: Sense, window: Window, scene: Scene, *, sign: int = 1) -> list[Clue]:
    """What speaks for a sense: a phrase that holds the name, and its words near and far."""
    is_dealt_with = sign < 0 and dealing_word(window.before) is not None
    phrases = (
        Clue(sign * _PHRASE, phrase.written.replace("_", window.name))
        for phrase in sense.phrases_at(window)
        if not (is_dealt_with and phrase.written == _AT)
    )
    found = list(islice(phrases, 1))
    context = {entry: _NEAR_WEIGHT if away <= _NEAR else _FAR_WEIGHT for entry, away in sense.context_at(scene)}
    return found + _capped(context, _MOST_CONTEXT, sign)


def _rival_clues(rivals: Sequence[Sense], window: Window, scene: Scene) -> tuple[list[Clue], str]:
    """The clues of the likeliest rival sense and its label; no label when none shows."""
    best: list[Clue] = []
    label = ""
    for rival in rivals:
        found = _sense_clues(rival, window, scene, sign=-1)
        if sum(clue.weight for clue in found) < sum(clue.weight for clue in best):
            best, label = found, rival.label
    return best, label


def _business_clues(scene: Scene) -> list[Clue]:
    return _capped(dict.fromkeys(sorted(business_words(scene.distances.keys())), _BUSINESS_WEIGHT), _MOST_BUSINESS)


def _capped(weights: Mapping[str, float], most: float, sign: int = 1) -> list[Clue]:
    """Clues of these weights, the heaviest first, `most` at most together."""
    found: list[Clue] = []
    for shown, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        taken = min(weight, most)
        if taken <= 0:
            break
        found.append(Clue(sign * taken, shown))
        most -= taken
    return found


def _judgement(odds: float, read: _Reading, *, is_known: bool) -> Judgement:
    """The judgement of `odds`, explained by the occurrence `read`; names that mean nothing else are not explained."""
    judgement = Judgement(round(1 / (1 + exp(-max(-_MOST_ODDS, min(_MOST_ODDS, odds)))), 3))
    if not is_known and judgement.relevance >= DOUBTFUL[1]:
        return Judgement(1.0)
    shown = ", ".join(strongest(read.clues, for_brand=judgement.is_relevant, most=3)) or "rien d'autre ne le dit"
    if judgement.is_doubtful:
        against = ", ".join(strongest(read.clues, for_brand=not judgement.is_relevant, most=2))
        return replace(judgement, reason=f"incertain ({shown}{f' ; contre : {against}' if against else ''})")
    sense = "la marque" if judgement.is_relevant else (read.rival or "autre sens")
    return replace(judgement, reason=f"{sense} ({shown})")
