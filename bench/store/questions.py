"""What both stores are asked: searches as a team types them, the counts and charts of mails, all drawn from one seed.

Words come from the vocabulary by their rank, phrases from the mentions themselves, so that there is something to find.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bench.store.corpus import BRANDS, END, Corpus, brand_id, rank_of, vocabulary
from vigie.model import SentimentLabel, WorkflowState
from vigie.ports import Filter
from vigie.query import parse

DAY = timedelta(days=1)
_NEGATIVE = [SentimentLabel.NEGATIVE]
_ALERT_WINDOWS = (timedelta(hours=1), timedelta(hours=6), DAY)


@dataclass(frozen=True, slots=True)
class Question:
    """One filter, and the kind of question that it is an example of."""

    kind: str
    chosen: Filter


def searches(corpus: Corpus, number: int, seed: int = 23) -> list[Question]:
    """`number` searches of each kind, the kinds taking turns."""
    dice = Random(seed)
    return [Question(kind, draw(dice, corpus)) for _ in range(number) for kind, draw in _SEARCHES.items()]


def alerts() -> list[Question]:
    """How much was said of a brand, and how much of it against it, shortly before now: each brand, each window."""
    return [
        Question("alert", Filter(brands=[brand_id(rank)], labels=labels, start=END - window, end=END))
        for rank in range(len(BRANDS))
        for window in _ALERT_WINDOWS
        for labels in ((), _NEGATIVE)
    ]


def counts(corpus: Corpus, number: int) -> list[Question]:
    """What the command line counts beside a search: a word about a brand in the last months."""
    dice = Random(29)
    return [Question("count", _word_of_brand(dice, corpus)) for _ in range(number)]


def latest(brand: str, length: timedelta) -> Filter:
    """A brand's mentions of the `length` before now."""
    return Filter(brands=[brand], start=END - length, end=END)


def _last(chosen: Filter, days: int) -> Filter:
    return Filter(chosen.query, chosen.brands, chosen.labels, start=END - days * DAY, end=END)


def _word(dice: Random, first: int = 100, last: int = 20_000) -> str:
    """A word of a rank from `first` to before `last`, the frequent ones more often."""
    return vocabulary()[first + rank_of(dice, last - first)]


def _a_brand(dice: Random) -> list[str]:
    return [brand_id(rank_of(dice, len(BRANDS)))]


def _quoted(dice: Random, corpus: Corpus, words: int) -> tuple[str, list[str]]:
    """Some words in a row from a mention, and its brand."""
    mention = corpus.mention(dice.randrange(corpus.size))
    text = mention.document.text.split()
    at = dice.randrange(max(1, len(text) - words))
    return " ".join(text[at : at + words]).strip(" ."), [mention.brand_id]


def _word_of_brand(dice: Random, _: Corpus) -> Filter:
    return _last(Filter(parse(_word(dice)), _a_brand(dice)), dice.choice((7, 30, 90)))


def _negatives(dice: Random, _: Corpus) -> Filter:
    return _last(Filter(parse(_word(dice)), _a_brand(dice), _NEGATIVE), 30)


def _common_word(dice: Random, _: Corpus) -> Filter:
    return Filter(parse(_word(dice, 0, 60)))


def _rare_word(dice: Random, _: Corpus) -> Filter:
    return Filter(parse(_word(dice, 20_000, 100_000)))


def _two_words_less_one(dice: Random, _: Corpus) -> Filter:
    return Filter(parse(f"{_word(dice, 20, 2000)} {_word(dice, 20, 2000)} -{_word(dice)}"), _a_brand(dice))


def _phrase(dice: Random, corpus: Corpus) -> Filter:
    phrase, brands = _quoted(dice, corpus, 2)
    return Filter(parse(f'"{phrase}"'), brands)


def _long_phrase(dice: Random, corpus: Corpus) -> Filter:
    return Filter(parse(f'"{_quoted(dice, corpus, 4)[0]}"'))


def _prefix(dice: Random, _: Corpus) -> Filter:
    return _last(Filter(parse(f"{_word(dice, 100, 5000)[:5]}*"), _a_brand(dice)), 90)


def _exact_case(dice: Random, corpus: Corpus) -> Filter:
    word, brands = _quoted(dice, corpus, 1)
    return Filter(parse(f"={word}"), brands)


def _either(dice: Random, _: Corpus) -> Filter:
    either = " OR ".join(_word(dice) for _ in range(3))
    return _last(Filter(parse(either), [*_a_brand(dice), *_a_brand(dice)]), 90)


def _on_a_site(dice: Random, _: Corpus) -> Filter:
    return Filter(parse(f"{_word(dice, 20, 2000)} site:site{rank_of(dice, 200)}.example"))


def _by_author(dice: Random, corpus: Corpus) -> Filter:
    authors = (corpus.mention(dice.randrange(corpus.size)).document.author for _ in range(100))
    return Filter(parse(f'author:"{next(author for author in authors if author)}"'))


def _tone(dice: Random, _: Corpus) -> Filter:
    return Filter(brands=_a_brand(dice), labels=_NEGATIVE)


def _to_handle(dice: Random, _: Corpus) -> Filter:
    return Filter(brands=_a_brand(dice), labels=_NEGATIVE, states=[WorkflowState.NEW], start=END - 7 * DAY, end=END)


def _reviews(dice: Random, _: Corpus) -> Filter:
    return _last(Filter(parse(_word(dice, 20, 2000)), brands=[brand_id(rank) for rank in range(10)]), 30)


_SEARCHES: dict[str, Callable[[Random, Corpus], Filter]] = {
    "a word of a brand, 7 to 90 days": _word_of_brand,
    "a word among a brand's negatives, 30 days": _negatives,
    "a common word, everything": _common_word,
    "a rare word, everything": _rare_word,
    "two words without a third, a brand": _two_words_less_one,
    "a phrase of two words, a brand": _phrase,
    "a phrase of four words, everything": _long_phrase,
    "the beginning of a word, a brand, 90 days": _prefix,
    "a word in its exact case, a brand": _exact_case,
    "three words with OR, two brands, 90 days": _either,
    "a word on a site": _on_a_site,
    "an author": _by_author,
    "a brand's negatives": _tone,
    "a brand's negatives to handle, 7 days": _to_handle,
    "a word of ten brands, 30 days": _reviews,
}
