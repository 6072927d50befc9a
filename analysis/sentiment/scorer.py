"""Scores the tone of a French text: tokens, hits, rules, features, model, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sentiment import hits, model, rules
from analysis.sentiment.features import features, textblob_analyzer
from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import layout
from analysis.sentiment.lexicon import Lexicon
from analysis.sentiment.lexicon import load as load_lexicon
from analysis.sentiment.tokens import Token, tokens
from vigie.model import DocumentKind, Sentiment, SentimentLabel

_MAX_CHARACTERS = 20_000
_MAX_EVIDENCE = 5
_LABELS = (SentimentLabel.NEGATIVE, SentimentLabel.NEUTRAL, SentimentLabel.POSITIVE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules see in a text, before the model."""

    row: Sequence[Token]
    hits: Sequence[Hit]
    features: tuple[float, ...]


def read(text: str, lexicon: Lexicon) -> Reading:
    """The weighed hits and features of `text`."""
    row = tokens(text)
    where = layout(row)
    weighed = rules.weigh(hits.find(row, lexicon), row, where)
    return Reading(row, weighed, features(weighed, row, where, textblob_analyzer()(text)))


class SentimentScorer:
    """Offline, deterministic, the same for every thread. textblob-fr is loaded with the first text."""

    def __init__(self) -> None:
        self._lexicon = load_lexicon()
        self._model = model.load()

    def score(self, text: str, kind: DocumentKind | None = None) -> Sentiment:
        """The tone of `text` as a reader on the brand's side would call it. Only the first 20,000 characters are read.

        `kind` sets where neutral begins; leave it out when it is not known.
        """
        text = text[:_MAX_CHARACTERS]
        reading = read(text, self._lexicon)
        chances = self._model.probabilities(reading.features, kind)
        label = _LABELS[chances.index(max(chances))]
        score = max(-1.0, min(1.0, chances[2] - chances[0]))
        return Sentiment(label, score, min(1.0, chances[0]), _evidence(reading, text, label))


def _evidence(reading: Reading, text: str, label: SentimentLabel) -> tuple[str, ...]:
    """The words that pull towards `label`, strongest first, each once; none for a neutral text."""
    side = {SentimentLabel.NEGATIVE: -1, SentimentLabel.NEUTRAL: 0, SentimentLabel.POSITIVE: 1}[label]
    pulling = [hit for hit in reading.hits if hit.value * side > 0]
    strongest = sorted(pulling, key=lambda hit: (-abs(hit.value), hit.start))
    return tuple(dict.fromkeys(hits.spelled(strongest, reading.row, text)))[:_MAX_EVIDENCE]
