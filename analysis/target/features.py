"""A scene as figures: which cues are seen, where in the text the brand stands, and the tone of what stands beside it."""

import math
import re
from collections.abc import Sequence

from analysis.sentiment.passage import Passage
from analysis.target import beside, cues
from analysis.target.scene import BRAND, Scene

_WORD = re.compile(rf"[\w']+|{BRAND}")
_INITIAL = re.compile(rf"(?:le |la |les |l'|et |mais |chez )?{BRAND}")
_LISTED = re.compile(rf", (?:le |la |les |l')?{BRAND},|et {BRAND},|{BRAND} et ")
_GOES_ON = re.compile(r"\b(?:ils|elles?|il|leurs?|eux)\b")
_FUTURE = re.compile(r"\b\w{2,25}(?:era|eront|ira|iront|ndra|ndront|rra|rront)\b")
_AGENDA = re.compile(r"\b\d{1,2} ?h(?:eures?)?\b|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b")
_PLACES = (  # in the order of `_places`
    "first_place",
    "among_first_words",
    "named_twice",
    "named_thrice",
    "in_first_sentence",
    "only_in_last",
    "first_in_middle",
    "share_of_sentences",
    "length",
    "one_sentence",
    "opens_sentence",
    "listed",
    "goes_on",
    "future",
    "agenda",
)


def names() -> tuple[str, ...]:
    """What each figure of `features` stands for."""
    return (*(cue.name for cue in cues.load()), *_PLACES, *beside.NAMES)


def features(scene: Scene, passage: Passage, named: Sequence[tuple[int, int]]) -> tuple[float, ...]:
    """One figure per name, most of them 0 or 1. `scene` must name the brand, in the ranges `named` of the passage's text."""
    seen = (float(cue.is_seen(scene)) for cue in cues.load())
    return (*seen, *map(float, _places(scene)), *beside.tone_beside(passage, named))


def _places(scene: Scene) -> tuple[float, ...]:
    words = _WORD.findall(scene.whole)
    at = [place for place, word in enumerate(words) if word == BRAND]
    naming = [number for number, sentence in enumerate(scene.sentences) if sentence.names_brand]
    last = len(scene.sentences) - 1
    return (
        at[0] / len(words),
        at[0] <= 1,
        len(at) >= 2,
        len(at) >= 3,
        naming[0] == 0,
        last > 0 and naming == [last],
        0 < naming[0] < last,
        len(naming) / len(scene.sentences),
        math.log1p(len(words)) / 4,
        last == 0,
        any(_INITIAL.match(sentence.words) for sentence in scene.naming),
        any(_LISTED.search(sentence.words) for sentence in scene.naming),
        any(_GOES_ON.search(scene.sentences[number + 1].words) for number in naming if number < last),
        _FUTURE.search(scene.whole) is not None,
        _AGENDA.search(scene.whole) is not None,
    )
