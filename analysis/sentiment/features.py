"""Turns weighed hits into the numbers that the model reads. Order and names are those of `NAMES`."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from analysis.sentiment.grammar import (
    DENIALS,
    FIRST_PERSON,
    GREETINGS,
    MONEY,
    NUMBER_WORDS,
    OWNED,
    REQUESTS,
    SECOND_PERSON,
    TO_ME,
    UNITS_OF_TIME,
)
from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import Layout
from analysis.sentiment.lexicon import Field
from analysis.sentiment.tokens import Token, TokenKind

# Length is learnt from tweets: beyond that many words it says nothing.
_LONG = 30
_IMPERFECT = ("ait", "aient", "ais")
_CONDITIONAL = ("rait", "raient", "rais")
_FUTURE = ("era", "eront", "ira", "iront", "dra", "dront")
_GREETED = 4  # a greeting stands among the first words
_TRAILING_OFF = frozenset(("…", "...", ".."))
_REMEMBERED = 50_000  # words whose answer is kept


def _sums(hits: Sequence[Hit], field: Field) -> tuple[float, float]:
    """Praise and blame of one field, both as positive numbers on a logarithmic scale."""
    own = [hit.value for hit in hits if hit.field is field]
    return math.log1p(sum(v for v in own if v > 0)), math.log1p(-sum(v for v in own if v < 0))


def _balance(values: Sequence[float]) -> float:
    """-1 when all is blame, 1 when all is praise; small sums stay near 0."""
    total, size = sum(values), sum(map(abs, values))
    return total / (size + 1.0)


def _count_in(words: Iterable[str], listed: frozenset[str]) -> int:
    return sum(map(listed.__contains__, words))


def features(hits: Sequence[Hit], row: Sequence[Token], where: Layout, textblob: tuple[float, float]) -> tuple[float, ...]:
    """One number per name in `NAMES`. `textblob` is textblob-fr's polarity (-1 to 1) and subjectivity (0 to 1)."""
    values = [hit.value for hit in hits]
    folded, kinds = [token.folded for token in row], [token.kind for token in row]
    words = [token for token in row if token.kind is TokenKind.WORD]
    said = [token.folded for token in words]
    last = where.sentence[-1] if row else 0
    sums = [_sums(hits, field) for field in Field]
    return (
        *(number for pair in sums for number in pair),
        _balance(values),
        math.tanh(sum(values) / 3),
        max((v for v in values if v > 0), default=0.0) / 3,
        -min((v for v in values if v < 0), default=0.0) / 3,
        _balance([hit.value for hit in hits if where.sentence[hit.start] == last]),
        _balance([hit.value for hit in hits if where.turns and hit.start > where.turns[-1]]),
        math.log1p(sum(-hit.value for hit in hits if hit.negated and hit.value < 0)),
        math.log1p(sum(hit.value for hit in hits if hit.negated and hit.value > 0)),
        float(any(hit.ironic for hit in hits)),
        float(not any(values)),
        min(1.0, sum(v > 0 for v in values) * sum(v < 0 for v in values)),
        textblob[0],
        abs(textblob[0]),
        textblob[1],
        math.log1p(min(len(words), _LONG)) / 3,
        float(bool(where.turns)),
        float(bool(where.questions)),
        float(bool(where.loud)),
        sum(token.shouted for token in words) / (len(words) + 5),
        float(not FIRST_PERSON.isdisjoint(said)),
        float(not REQUESTS.isdisjoint(said)),
        *(math.log1p(kinds.count(kind)) for kind in (TokenKind.LINK, TokenKind.HANDLE, TokenKind.NUMBER)),
        float(not _TRAILING_OFF.isdisjoint(folded)),
        *_questions(row, where),
        *_telling(row, said, where),
        math.log1p(_count_in(folded, MONEY)),
        math.log1p(_spans(row)),
        float("depuis" in said),
        float("ou" in said),
    )


def _questions(row: Sequence[Token], where: Layout) -> tuple[float, ...]:
    """How much of the text asks, whether it begins so, and whether a question reproaches."""
    sentences = where.sentence[-1] + 1 if row else 1
    return len(where.questions) / sentences, float(0 in where.questions), float(bool(where.reproaches))


def _telling(row: Sequence[Token], words: Sequence[str], where: Layout) -> tuple[float, ...]:
    """Marks of who tells it and how: a customer's story, an announcement, an explanation."""
    size = len(row) + 5
    moods = Counter(map(_mood, words))
    return (
        float(not row or where.sentence[-1] == 0),
        sum(where.quoted) / size,
        sum(where.conditional) / size,
        _count_in(words, DENIALS) / (len(words) + 5),
        float(not GREETINGS.isdisjoint(words[:_GREETED])),
        math.log1p(_count_in(words, OWNED)),
        math.log1p(_count_in(words, TO_ME)),
        math.log1p(_count_in(words, SECOND_PERSON)),
        math.log1p(moods["imperfect"]),
        math.log1p(moods["conditional"]),
        math.log1p(moods["future"]),
    )


@lru_cache(_REMEMBERED)
def _mood(word: str) -> str:
    """Of what tense or mood the ending of a word may be, "" for none."""
    if word.endswith(_CONDITIONAL):
        return "conditional" if len(word) > 5 else ""
    if word.endswith(_IMPERFECT):
        return "imperfect" if len(word) > 4 else ""
    return "future" if len(word) > 4 and word.endswith(_FUTURE) else ""


def _spans(row: Sequence[Token]) -> int:
    """How often a length of time is told ("trois semaines")."""
    return sum(
        unit.folded in UNITS_OF_TIME and (number.kind is TokenKind.NUMBER or number.folded in NUMBER_WORDS)
        for number, unit in pairwise(row)
    )


NAMES = (
    *(f"{field}_{side}" for field in Field for side in ("praise", "blame")),
    "balance",
    "net",
    "strongest_praise",
    "strongest_blame",
    "last_sentence",
    "after_turn",
    "turned_to_blame",
    "turned_to_praise",
    "ironic",
    "silent",
    "mixed",
    "textblob_polarity",
    "textblob_strength",
    "textblob_subjectivity",
    "length",
    "turns",
    "asks",
    "loud",
    "shouting",
    "first_person",
    "requests",
    "links",
    "handles",
    "numbers",
    "trails_off",
    "asking_share",
    "opens_asking",
    "reproachful_question",
    "one_sentence",
    "quoted_share",
    "conditional_share",
    "denials",
    "greets",
    "owned",
    "to_me",
    "second_person",
    "imperfect",
    "conditional_mood",
    "future",
    "money",
    "spans_of_time",
    "since",
    "choice",
)
