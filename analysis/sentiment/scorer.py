"""Scores the tone of a French text: tokens, hits, rules, features, pieces of words, meaning, model, in that order."""

from dataclasses import dataclass

from analysis.sentiment import encoder, model, polarity
from analysis.sentiment.features import features
from analysis.sentiment.model import Profile, Seen
from analysis.sentiment.ngrams import grams
from analysis.sentiment.passage import Passage
from analysis.sentiment.tokens import TokenKind
from vigie.model import DocumentKind, Sentiment, SentimentLabel

_MAX_EVIDENCE = 5
# Below it the best label is about as often wrong as right: docs/sentiment.md has the shares.
SURE_FROM = 0.5
_SILENT = frozenset({TokenKind.NUMBER, TokenKind.HANDLE, TokenKind.LINK, TokenKind.MARK})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A tone with the calibrated probabilities of negative, neutral and positive behind it."""

    sentiment: Sentiment
    chances: tuple[float, float, float]


def see(passage: Passage, sense: encoder.Encoder | None) -> Seen:
    """What the model sees in a text; without an encoder no meaning."""
    text = passage.text
    figures = features(passage.tone, passage.row, passage.where, polarity.analyzer()(text))
    return Seen(figures, grams(text), encoder.meaning(text, sense) if sense else None)


class SentimentScorer:
    """Offline, deterministic, the same for every thread. textblob-fr and the encoder are loaded with the first text."""

    def __init__(self, profile: Profile = Profile.QUALITY) -> None:
        self._wanted = profile

    @property
    def profile(self) -> Profile:
        """The profile that scores: `fast` where the encoder is not installed."""
        return Profile.FAST if self._encoder() is None else Profile.QUALITY

    def score(self, text: str | Passage, kind: DocumentKind | None = None) -> Sentiment:
        """The tone of `text` as a reader on the brand's side would call it. Only the first 20,000 characters are read.

        `kind` sets where neutral begins; leave it out when it is not known.
        """
        return self.judge(text, kind).sentiment

    def judge(self, text: str | Passage, kind: DocumentKind | None = None) -> Judgement:
        """As `score`, with the three probabilities.

        The tone is uncertain when no label is likelier than the others together: it is then no more than the best guess.
        """
        passage = Passage(text) if isinstance(text, str) else text
        silent = all(token.kind in _SILENT for token in passage.row)
        chances = (0.0, 1.0, 0.0) if silent else self._chances(passage, kind)
        label = model.LABELS[chances.index(max(chances))]
        score = max(-1.0, min(1.0, chances[2] - chances[0]))
        evidence, is_unsure = _evidence(passage, label), max(chances) < SURE_FROM
        return Judgement(Sentiment(label, score, min(1.0, chances[0]), evidence, uncertain=is_unsure), chances)

    def _chances(self, passage: Passage, kind: DocumentKind | None) -> tuple[float, float, float]:
        return model.load(self.profile).probabilities(see(passage, self._encoder()), kind)

    def _encoder(self) -> encoder.Encoder | None:
        return encoder.load() if self._wanted is Profile.QUALITY else None


def _evidence(passage: Passage, label: SentimentLabel) -> tuple[str, ...]:
    """The words that pull towards `label`, strongest first, each once; none for a neutral text."""
    side = {SentimentLabel.NEGATIVE: -1, SentimentLabel.NEUTRAL: 0, SentimentLabel.POSITIVE: 1}[label]
    pulling = [hit for hit in passage.tone if hit.value * side > 0]
    strongest = sorted(pulling, key=lambda hit: (-abs(hit.value), hit.start))
    return tuple(dict.fromkeys(map(passage.written, strongest)))[:_MAX_EVIDENCE]
