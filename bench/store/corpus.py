"""Mentions made up for the store's benchmark: the same for the same number, each made by itself, so that none has to be kept.

Words are as frequent as Zipf says, with accents, ligatures and elision; so are brands, sites and authors. Mentions are in the
order of their publication over 18 months, those beyond `Corpus.size` in the hours after it: what the ticks bring.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random

from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    Span,
    document_id,
    mention_id,
)

START, END = datetime(2025, 1, 14, 23, tzinfo=UTC), datetime(2026, 7, 14, 22, tzinfo=UTC)  # midnights of Paris
_BETWEEN_ARRIVALS = timedelta(seconds=18)  # after END: fifty in a quarter of an hour
_VOCABULARY = 100_000
_SITES, _AUTHORS, _JOURNALISTS = 2_000, 60_000, 900
_SENTENCE, _LONGEST_TEXT = 14, 340  # words
_DRAWN, _LONGEST_STEP = 2**19, 60
_STORY_BLOCK = 60  # mentions of one story are not further apart

_COMMON = tuple(
    """
de la le et les des à l' un d' en une du est que pour dans qu' il pas qui sur ne ce par plus au je avec se n' s' c'est on a tout
mais nous ils mon sont cette leur été si même où aussi être fait comme très après sans encore ça d'un j'ai qu'on d'une n'est
peut deux l'été elle bien déjà jusqu'à aujourd'hui trop ces était chez entre qu'il quand rien toujours jamais depuis s'est
service client réseau panne prélèvement facture forfait l'abonné l'opérateur débit remboursement boutique conseiller résiliation
déçu cœur œuvre sœur coup d'œil l'œuvre contrôle problème société qualité numéro téléphone semaine reçu payé demandé l'entreprise
""".split()  # noqa: SIM905 - a list would take a page
)
_ONSETS = ["b", "c", "d", "f", "g", "gr", "j", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "st", "t", "tr", "v", "ch", "ç"]
_VOWELS = ["a", "e", "é", "è", "ê", "i", "î", "o", "ô", "u", "ou", "oi", "an", "on", "eau", "eu", "œu", "ai"]
_ENDINGS = ["", "", "s", "r", "t", "e", "és", "ment", "tion", "que", "lle"]
_ARTICLES = ["l'", "d'", "qu'", "l’", "n'", "s'"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How documents of a kind look: how many words, from an editor or from anybody, with a title of their own or not."""

    kind: DocumentKind
    share: int
    shortest: int
    longest: int
    titled: bool = True
    press: bool = False


_KINDS = (
    _Kind(DocumentKind.NEWS, 38, 90, 310, press=True),
    _Kind(DocumentKind.BLOG, 12, 80, 340),
    _Kind(DocumentKind.COMMENT, 22, 12, 90, titled=False),
    _Kind(DocumentKind.FORUM_POST, 20, 15, 170, titled=False),
    _Kind(DocumentKind.REVIEW, 8, 15, 100),
)
_KIND_SHARES = list(accumulate(each.share for each in _KINDS))
_LABELS = tuple(SentimentLabel)  # negative, neutral, positive
_LABEL_SHARES = (20, 82, 100)

BRANDS = tuple(f"{name} {trade}" for trade in ("Télécom", "Banque", "Énergie") for name in (
    "Marelle", "Corvette", "Sœurs", "Lumière", "Rivage", "Étoile", "Aubépine", "Chêne", "Galop", "Horizon",
))  # fmt: skip


def brand_id(rank: int) -> str:
    return f"marque-{rank + 1:02}"


def rank_of(dice: Random, number: int) -> int:
    """A rank below `number`; the first is the most frequent, as Zipf says."""
    return int((number + 1) ** dice.random()) - 1


@lru_cache(maxsize=1)
def vocabulary() -> tuple[str, ...]:
    """Different words, the most frequent first: what French is made of, then made-up words that look like it."""
    dice, words = Random(11), dict.fromkeys(_COMMON)
    while len(words) < _VOCABULARY:
        syllables = (dice.choice(_ONSETS) + dice.choice(_VOWELS) for _ in range(dice.choice((1, 2, 2, 3))))
        word = "".join(syllables) + dice.choice(_ENDINGS)
        if dice.random() < 0.3:
            word = word.removeprefix(word[0])
        if word[:1] in ("a", "e", "é", "è", "ê", "i", "o", "u", "œ") and dice.random() < 0.4:
            word = dice.choice(_ARTICLES) + word
        words[word] = None
    return tuple(words)


@lru_cache(maxsize=1)
def _drawn() -> list[str]:
    """Words as they follow one another in texts, each as often as Zipf and Mandelbrot say: 1 / (rank + 2.7)."""
    frequencies = list(accumulate(1 / (rank + 2.7) for rank in range(_VOCABULARY)))
    drawn = Random(13).choices(vocabulary(), cum_weights=frequencies, k=_DRAWN)
    return drawn + drawn[: _LONGEST_STEP * _LONGEST_TEXT]


@dataclass(frozen=True, slots=True)
class Corpus:
    """`size` mentions spread over the 18 months, and as many after them as are asked for."""

    size: int

    def mentions(self, first: int, last: int) -> Iterator[Mention]:
        """The mentions from number `first` to before `last`, in the order of their publication."""
        return (self.mention(index) for index in range(first, last))

    def mention(self, index: int) -> Mention:
        dice = Random(index)
        look = dice.choices(_KINDS, cum_weights=_KIND_SHARES)[0]
        rank = rank_of(dice, len(BRANDS))
        text = _text(dice, dice.randint(look.shortest, look.longest), BRANDS[rank])
        document = self._document(index, dice, look, text)
        label = dice.choices(_LABELS, cum_weights=_LABEL_SHARES)[0]
        negative = dice.betavariate(6, 2) if label is SentimentLabel.NEGATIVE else dice.betavariate(1, 5)
        at = text.index(BRANDS[rank])
        return Mention(
            id=mention_id(document.id, brand_id(rank)),
            brand_id=brand_id(rank),
            document=document,
            spans=(Span("text", at, at + len(BRANDS[rank])),),
            language="fr",
            relevance=round(0.5 + dice.random() / 2, 3),
            sentiment=Sentiment(label, round(0.5 - negative, 3), round(negative, 3), (text.split(maxsplit=1)[0],)),
            story_id=_story(index, dice),
        )

    def _document(self, index: int, dice: Random, look: _Kind, text: str) -> Document:
        site = rank_of(dice, _SITES)
        host = f"{'forum.' if look.kind is DocumentKind.FORUM_POST else ''}site{site}.example"
        title = _sentence(_words(dice, dice.randint(5, 12)))
        url, published = f"https://{host}/{look.kind}/{index}", self.published(index)
        return Document(
            id=document_id(url),
            source_id=f"site{site}",
            kind=look.kind,
            url=url,
            title=title if look.titled else "",
            text=text,
            author=_author(dice, look),
            published=PublicationDate(published, DateSource.META, 0.9),
            seen_at=published + timedelta(minutes=dice.lognormvariate(2.5, 1)),
            language="fr",
            thread_url=url if look.titled else f"https://{host}/thread/{index // 12}",
            thread_title=title,
            tier=1 if site < 20 else 2 if site < 400 else 3,
        )

    def published(self, index: int) -> datetime:
        if index >= self.size:
            return END + (index - self.size) * _BETWEEN_ARRIVALS
        return (START + (END - START) * (index / self.size)).replace(microsecond=0)


def _words(dice: Random, number: int) -> list[str]:
    """Words drawn in advance, from anywhere at any step: much faster than drawing each, and few texts share a phrase."""
    first, step = int(dice.random() * _DRAWN), 1 + int(dice.random() * _LONGEST_STEP)
    return _drawn()[first : first + number * step : step]


def _text(dice: Random, number: int, brand: str) -> str:
    words = _words(dice, number)
    words[dice.randrange(number)] = brand
    return " ".join(_sentence(words[at : at + _SENTENCE]) for at in range(0, number, _SENTENCE))


def _sentence(words: list[str]) -> str:
    joined = " ".join(words).replace("' ", "'")
    return f"{joined[0].upper()}{joined[1:]}."


def _author(dice: Random, look: _Kind) -> str | None:
    """A by-line of the press, or the pseudonym that Vigie keeps of anybody else; one document in ten names nobody."""
    if dice.random() < 0.1:
        return None
    if look.press:
        rank = rank_of(dice, _JOURNALISTS)
        return f"{vocabulary()[2000 + rank].title()} {vocabulary()[5000 + rank].title()}"
    return f"auteur-{rank_of(dice, _AUTHORS):012x}"


def _story(index: int, dice: Random) -> str:
    """Three in five are told once; the others are copies of a few stories of their time."""
    copied = dice.random() < 0.4
    return f"story-{index // _STORY_BLOCK}-{rank_of(dice, 8)}" if copied else f"story-{index}"
