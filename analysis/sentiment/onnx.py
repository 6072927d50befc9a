"""A text classifier in ONNX form that the user brings: the tone of a text by a transformer, with the project's three labels.

Optional (`vigie[onnx]`) and slow: `analysis.second_reading` and `vigie explain text` call it. Nothing is downloaded.
A folder as `optimum-cli export onnx` writes it: model.onnx, tokenizer.json, and config.json with `id2label`.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.model import LABELS
from analysis.sentiment.scorer import SURE_FROM, Judgement
from vigie.errors import ModelError
from vigie.model import DocumentKind, Sentiment, SentimentLabel

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

FILES = ("model.onnx", "tokenizer.json", "config.json")
_MAX_CHARACTERS = 20_000
_RESERVED = 2  # positions that the RoBERTa family never uses; others lose two of several hundred
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_MARKS = re.compile(r"[^a-z0-9]+")
_NEGATIVE, _NEUTRAL, _POSITIVE = SentimentLabel.NEGATIVE, SentimentLabel.NEUTRAL, SentimentLabel.POSITIVE
_NAMES: Mapping[str, SentimentLabel] = {
    **dict.fromkeys(("negative", "neg", "negatif", "very negative", "tres negatif", "n", "bad"), _NEGATIVE),
    **dict.fromkeys(("neutral", "neu", "neutre", "mixed", "mixte", "objective", "none"), _NEUTRAL),
    **dict.fromkeys(("positive", "pos", "positif", "very positive", "tres positif", "p", "good"), _POSITIVE),
    **dict.fromkeys(("1 star", "1 stars", "2 star", "2 stars", "1 etoile", "2 etoiles"), _NEGATIVE),
    **dict.fromkeys(("3 star", "3 stars", "3 etoiles"), _NEUTRAL),
    **dict.fromkeys(("4 star", "4 stars", "5 star", "5 stars", "4 etoiles", "5 etoiles"), _POSITIVE),
}
# Labels that say only their number stand from worst to best by custom (cardiffnlp's, SST-2's and the star models' way).
_NUMBERED: Mapping[int, Sequence[SentimentLabel]] = {
    2: (_NEGATIVE, _POSITIVE),
    3: (_NEGATIVE, _NEUTRAL, _POSITIVE),
    5: (_NEGATIVE, _NEGATIVE, _NEUTRAL, _POSITIVE, _POSITIVE),
}


class Transformer:
    """Judges texts one by one. Deterministic on one machine, one thread."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", labels: Sequence[SentimentLabel]) -> None:
        """`labels` are those of the model's outputs, in their order."""
        self._session, self._tokenizer = session, tokenizer
        self._columns = [[place for place, one in enumerate(labels) if one is label] for label in LABELS]
        self._size = len(labels)

    def score(self, text: str, kind: DocumentKind | None = None) -> Sentiment:
        """The tone of `text`; the kind changes nothing. Raises: ModelError."""
        return self.judge(text).sentiment

    def judge(self, text: str) -> Judgement:
        """As `score`, with the three probabilities; it names no deciding words. Raises: ModelError."""
        text = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        logits = self._logits(self._tokenizer.encode(text))
        shares = np.exp(logits - logits.max())
        chances = _three([float(shares[columns].sum() / shares.sum()) for columns in self._columns], bool(self._columns[1]))
        label = LABELS[chances.index(max(chances))]
        score = max(-1.0, min(1.0, chances[2] - chances[0]))
        sentiment = Sentiment(label, score, min(1.0, chances[0]), uncertain=max(chances) < SURE_FROM)
        return Judgement(sentiment, chances)

    def _logits(self, encoding: "Encoding") -> NDArray[np.float64]:
        """The model's numbers for a text, one per label. Raises: ModelError."""
        parts = (encoding.ids, encoding.attention_mask, encoding.type_ids)
        rows = dict(zip(_INPUTS, parts, strict=True))
        feed = {one.name: np.array([rows[one.name]], _TYPES[one.type]) for one in self._session.get_inputs()}
        try:
            found = np.asarray(self._session.run(None, feed)[0], np.float64)
        except Exception as error:  # onnxruntime's errors have no common root but this one
            raise ModelError(f"the transformer failed on a text: {_first_line(error)}") from error
        if found.shape != (1, self._size):
            raise ModelError(f"model.onnx answers numbers of shape {found.shape}, (1, {self._size}) by the labels of config.json")
        if not np.isfinite(found).all():
            raise ModelError("model.onnx answers what is no number")
        row: NDArray[np.float64] = found[0]
        return row


def open_transformer(folder: Path, tokens: int) -> Transformer:
    """The classifier in `folder`, tried on a word; it reads the first `tokens` pieces of a text.

    Raises: ModelError when its packages or files are missing, or do not go together.
    """
    try:
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - optional, and takes a while
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"the package {error.name} is not installed: pip install 'vigie[onnx]'") from error
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"{folder}: {', '.join(missing)} missing; a model in ONNX form has {', '.join(FILES)}")
    config = _config(folder / "config.json")
    labels = labels_of(config.get("id2label"))
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what is wrong is raised and said once, by us
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # neither library's errors have a common root but this one
        raise ModelError(f"{folder}: cannot be opened: {_first_line(error)}") from error
    _check_inputs(session)
    tokenizer.no_padding()
    tokenizer.enable_truncation(_room(config, tokens))
    transformer = Transformer(session, tokenizer, labels)
    transformer.judge("essai")
    return transformer


def labels_of(id2label: object) -> tuple[SentimentLabel, ...]:
    """What each output of a model stands for, by its names in `id2label` of config.json.

    Raises: ModelError when a name says nothing about tone, or there is no negative or no positive.
    """
    if not isinstance(id2label, dict) or not id2label or {str(key) for key in id2label} != {str(i) for i in range(len(id2label))}:
        raise ModelError('config.json: "id2label" must name each output, as {"0": "negative", "1": "neutral", "2": "positive"}')
    names = [str(id2label[key]) for key in sorted(id2label, key=int)]
    if all(_plain(name) == f"label {place}" for place, name in enumerate(names)) and len(names) in _NUMBERED:
        return tuple(_NUMBERED[len(names)])
    found = {name: _NAMES.get(_plain(name)) for name in names}
    if unknown := [name for name, label in found.items() if label is None]:
        raise ModelError(f"config.json: id2label: {', '.join(unknown)} not understood; use negative, neutral, positive")
    labels = tuple(label for name in names if (label := found[name]) is not None)
    if not {_NEGATIVE, _POSITIVE} <= set(labels):
        raise ModelError(
            f"config.json: id2label: {', '.join(names)} has no negative or no positive: this model does not read tone"
        )
    return labels


def _three(chances: Sequence[float], knows_neutral: bool) -> tuple[float, float, float]:
    """Of negative, neutral, positive. For a model without neutral that is the share of which it is not sure."""
    negative, neutral, positive = chances
    if knows_neutral:
        return negative, neutral, positive
    sure = abs(positive - negative)
    return negative * sure, 1.0 - sure, positive * sure


def _plain(name: str) -> str:
    """A label's name without case, accents and punctuation."""
    return _MARKS.sub(" ", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()).strip()


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON: {error}") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path}: an object was expected")
    return config


def _room(config: Mapping[str, Any], tokens: int) -> int:
    """How many pieces are read: what was asked for, or less where the model has fewer positions."""
    positions = config.get("max_position_embeddings")
    return min(tokens, positions - _RESERVED) if isinstance(positions, int) and positions > _RESERVED else tokens


def _check_inputs(session: "InferenceSession") -> None:
    """Raises: ModelError for a model that asks for more than a tokenizer gives."""
    for one in session.get_inputs():
        if one.name not in _INPUTS:
            raise ModelError(f"model.onnx asks for {one.name!r}; a text classifier takes {', '.join(_INPUTS)}")
        if one.type not in _TYPES:
            raise ModelError(f"model.onnx: {one.name} is {one.type}; whole numbers were expected")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
