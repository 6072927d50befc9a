"""How well what is read beside the tone is read, on the labelled texts of tests/eval, in %: measures of `training.quality`.

Emotion is read with the tone of the profile `fast`, themes with the true tone, the part of a brand with a sure one, so that a
figure is that of its own step. `*.dev` sets were tuned on.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable

from analysis.emotion import read_emotion
from analysis.entities import read_entities
from analysis.folding import fold
from analysis.places import read_places
from analysis.sentiment import Profile, SentimentScorer
from analysis.sentiment.passage import Passage
from analysis.target import read_target
from analysis.themes import ThemeFinder
from analysis.toxicity import read_toxicity
from config.load import shipped_themes
from training.texts import EVALUATION, KINDS, corpus_files, entries
from vigie.model import DocumentKind, Emotion, Sentiment, SentimentLabel, Span, Target

_SURE_TONES = {
    "negative": Sentiment(SentimentLabel.NEGATIVE, -0.85, 0.9),
    "neutral": Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.05),
    "positive": Sentiment(SentimentLabel.POSITIVE, 0.85, 0.05),
}


def emotion() -> dict[str, float]:
    """Macro-F1 over six emotions and none."""
    scorer, pairs = SentimentScorer(Profile.FAST), []
    for row in _rows("emotion_check.tsv"):
        passage = Passage(row["text"])
        pairs.append((row["label"], str(read_emotion(passage, scorer.score(passage).label).emotion or "none")))
    kinds = [*map(str, Emotion), "none"]
    each = [_f1([({kind} & {true}, {kind} & {said}) for true, said in pairs]) for kind in kinds]
    return {"emotion.check": sum(each) / len(each)}


def toxicity() -> dict[str, float]:
    """Precision and recall of the kinds flagged."""
    read = [(row["label"], read_toxicity(Passage(row["text"])).kinds) for row in _rows("toxicity_check.tsv")]
    return _both("toxicity.check", [({label} - {"none"}, set(map(str, kinds))) for label, kinds in read])


def themes() -> dict[str, float]:
    """Precision and recall of the shipped themes."""
    finder = ThemeFinder(shipped_themes())
    corpus = {row["id"]: row for path in corpus_files() for row in entries(path)}
    pairs = []
    for row in _rows("themes_check.tsv"):
        text = corpus[row["id"]]
        found = finder.find(Passage(text["text"]), SentimentLabel(text["label"]))
        pairs.append((_listed(row["themes"]), {hit.id for hit in found}))
    figures = _both("themes.check", pairs)
    for part in ("dev", "check"):
        said = [
            (
                _listed(row["themes"]),
                {hit.id for hit in finder.find(Passage(row["text"]), SentimentLabel(row["label"]))},
            )
            for row in _rows(f"themes_said_{part}.tsv")
        ]
        figures |= _both(f"themes.said_{part}", said)
    return figures


def places() -> dict[str, float]:
    """Precision and recall of the places named."""
    read = [(_listed(row["places"]), set(read_places(Passage(row["text"])))) for row in _rows("places_check.tsv")]
    return _both("places.check", read)


def entities() -> dict[str, float]:
    """Precision and recall of the people and organisations named, by capitals and clues."""
    read = []
    for row in _rows("entities_dev.tsv"):
        elsewhere = set(map(fold, read_places(Passage(row["text"]))))
        read.append((_listed(row["entities"]), {name for name in read_entities(row["text"]) if fold(name) not in elsewhere}))
    return _both("entities.dev", read)


def _listed(cell: str) -> set[str]:
    return set(filter(None, cell.split(",")))


def target() -> dict[str, float]:
    """The share of brands whose part and tone is read as people do; of the other sets macro-F1 of the tone, end to end."""
    rows, right = _rows("target_probes.tsv"), Counter[str]()
    for row in rows:
        read = _target(row, _SURE_TONES[row["text_tone"]])
        right["role"] += read.role == row["role"]
        right["tone"] += read.tone == row["tone"]
    figures = {f"target.{what}": 100 * right[what] / len(rows) for what in ("role", "tone")}
    return figures | {f"target.{part}": _towards_brands(_rows(f"target_{part}.tsv")) for part in ("check", "unseen", "fresh")}


def _towards_brands(rows: Iterable[dict[str, str]]) -> float:
    """Macro-F1 of the tone towards the brand, the tone of the text by the profile `fast`."""
    scorer, tones = SentimentScorer(Profile.FAST), []
    for row in rows:
        scored = scorer.score(row["text"], DocumentKind(KINDS.get(row["kind"], row["kind"])))
        tones.append((row["brand_tone"], str(_target(row, scored).tone)))
    each = [_f1([({tone} & {true}, {tone} & {said}) for true, said in tones]) for tone in SentimentLabel]
    return sum(each) / len(each)


def _target(row: dict[str, str], tone: Sentiment) -> Target:
    places = re.finditer(re.escape(row["brand"]), row["text"], re.IGNORECASE)
    return read_target("", row["text"], [Span("text", place.start(), place.end()) for place in places], tone)


def _rows(name: str) -> list[dict[str, str]]:
    lines = [line for line in (EVALUATION / name).read_text("utf-8").splitlines() if not line.startswith("# ")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _both(name: str, pairs: Iterable[tuple[Collection[str], Collection[str]]]) -> dict[str, float]:
    right, told, wanted = _counts(pairs)
    return {f"{name}.precision": 100 * right / max(1, told), f"{name}.recall": 100 * right / max(1, wanted)}


def _f1(pairs: Iterable[tuple[Collection[str], Collection[str]]]) -> float:
    right, told, wanted = _counts(pairs)
    return 200 * right / max(1, told + wanted)


def _counts(pairs: Iterable[tuple[Collection[str], Collection[str]]]) -> tuple[int, int, int]:
    """Answers that are right, answers, and what was to be found."""
    counted = [(len(set(true) & set(said)), len(said), len(true)) for true, said in pairs]
    right, told, wanted = (sum(column) for column in zip(*counted, strict=True))
    return right, told, wanted
