"""Scores the tone of a French text: tokens, hits, rules, features, pieces of words, meaning, model, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sentiment import encoder, hits, model, rules
from analysis.sentiment.features import features, textblob_analyzer
from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import layout
from analysis.sentiment.lexicon import Lexicon
from analysis.sentiment.lexicon import load as load_lexicon
from analysis.sentiment.model import Profile, Seen
from analysis.sentiment.ngrams import grams
from analysis.sentiment.tokens import Token, TokenKind, tokens
from vigie.model import DocumentKind, Sentiment, SentimentLabel

_MAX_CHARACTERS = 20_000
_MAX_EVIDENCE = 5
# Below it the best label is about as often wrong as right: docs/sentiment.md has the shares.
SURE_FROM = 0.5
_SILENT = frozenset({TokenKind.NUMBER, TokenKind.HANDLE, TokenKind.LINK, TokenKind.MARK})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules see in a text, before the model."""

    row: Sequence[Token]
    hits: Sequence[Hit]
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A tone with the calibrated probabilities of negative, neutral and positive behind it."""

    sentiment: Sentiment
    chances: tuple[float, float, float]


def read(text: str, lexicon: Lexicon) -> Reading:
    """The weighed hits and features of `text`."""
    row = tokens(text)
    where = layout(row)
    weighed = rules.weigh(hits.find(row, lexicon), row, where)
    return Reading(row, weighed, features(weighed, row, where, textblob_analyzer()(text)))


def see(text: str, lexicon: Lexicon, sense: encoder.Encoder | None) -> tuple[Reading, Seen]:
    """What the rules and what the model see in `text`; without an encoder the model sees no meaning."""
    reading = read(text, lexicon)
    return reading, Seen(reading.features, grams(text), encoder.meaning(text, sense) if sense else None)


class SentimentScorer:
    """Offline, deterministic, the same for every thread. textblob-fr and the encoder are loaded with the first text."""

    def __init__(self, profile: Profile = Profile.QUALITY) -> None:
        self._lexicon = load_lexicon()
        self._wanted = profile

    @property
    def profile(self) -> Profile:
        """The profile that scores: `fast` where the encoder is not installed."""
        return Profile.FAST if self._encoder() is None else Profile.QUALITY

    def score(self, text: str, kind: DocumentKind | None = None) -> Sentiment:
        """The tone of `text` as a reader on the brand's side would call it. Only the first 20,000 characters are read.

        `kind` sets where neutral begins; leave it out when it is not known.
        """
        return self.judge(text, kind).sentiment

    def judge(self, text: str, kind: DocumentKind | None = None) -> Judgement:
        """As `score`, with the three probabilities.

        The tone is uncertain when no label is likelier than the others together: it is then no more than the best guess.
        """
        text = text[:_MAX_CHARACTERS]
        reading, seen = see(text, self._lexicon, self._encoder())
        silent = all(token.kind in _SILENT for token in reading.row)
        chances = (0.0, 1.0, 0.0) if silent else model.load(self.profile).probabilities(seen, kind)
        label = model.LABELS[chances.index(max(chances))]
        score = max(-1.0, min(1.0, chances[2] - chances[0]))
        evidence, is_unsure = _evidence(reading, text, label), max(chances) < SURE_FROM
        return Judgement(Sentiment(label, score, min(1.0, chances[0]), evidence, uncertain=is_unsure), chances)

    def _encoder(self) -> encoder.Encoder | None:
        return encoder.load() if self._wanted is Profile.QUALITY else None


def _evidence(reading: Reading, text: str, label: SentimentLabel) -> tuple[str, ...]:
    """The words that pull towards `label`, strongest first, each once; none for a neutral text."""
    side = {SentimentLabel.NEGATIVE: -1, SentimentLabel.NEUTRAL: 0, SentimentLabel.POSITIVE: 1}[label]
    pulling = [hit for hit in reading.hits if hit.value * side > 0]
    strongest = sorted(pulling, key=lambda hit: (-abs(hit.value), hit.start))
    return tuple(dict.fromkeys(hits.spelled(strongest, reading.row, text)))[:_MAX_EVIDENCE]
