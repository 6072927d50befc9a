"""The tone by a transformer that the user brings: real models in ONNX form, small enough to be made here."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto

from analysis.sentiment.onnx import labels_of, open_transformer
from tests.tiny_transformer import write_transformer
from vigie.errors import ModelError
from vigie.model import SentimentLabel

NEGATIVE, NEUTRAL, POSITIVE = SentimentLabel


def named(*labels: str) -> dict[str, str]:
    return {str(place): label for place, label in enumerate(labels)}


@pytest.mark.parametrize(("text", "label"), [("panne", NEGATIVE), ("essai", NEUTRAL), ("merci", POSITIVE)])
def test_the_label_is_the_one_that_the_model_finds_likeliest(tmp_path: Path, text: str, label: SentimentLabel) -> None:
    judged = open_transformer(write_transformer(tmp_path / "t"), 64).judge(text)
    assert judged.sentiment.label is label
    assert sum(judged.chances) == pytest.approx(1)


def test_outputs_are_told_apart_by_their_names_not_by_their_order(tmp_path: Path) -> None:
    turned = open_transformer(write_transformer(tmp_path / "t", labels=("positive", "neutral", "negative")), 64)
    assert turned.score("merci").label is NEGATIVE


def test_stars_are_added_up_to_three_tones(tmp_path: Path) -> None:
    stars = [f"{number} star{'s' * (number > 1)}" for number in range(1, 6)]
    judged = open_transformer(write_transformer(tmp_path / "t", labels=stars, table=[(1, 1, 1.2, 0, 0)] * 4), 64).judge("essai")
    assert judged.sentiment.label is NEGATIVE  # three stars lead, but one and two together are likelier


@pytest.mark.parametrize(("logits", "label"), [((2.0, -2.0), NEGATIVE), ((0.2, 0.0), NEUTRAL), ((-2.0, 2.0), POSITIVE)])
def test_a_model_without_neutral_is_neutral_where_it_is_not_sure(
    tmp_path: Path, logits: tuple[float, float], label: SentimentLabel
) -> None:
    folder = write_transformer(tmp_path / "t", labels=("NEGATIVE", "POSITIVE"), table=[logits] * 4)
    assert open_transformer(folder, 64).score("essai").label is label


@pytest.mark.parametrize(
    ("id2label", "labels"),
    [
        (named("LABEL_0", "LABEL_1", "LABEL_2"), (NEGATIVE, NEUTRAL, POSITIVE)),
        (named("LABEL_0", "LABEL_1"), (NEGATIVE, POSITIVE)),
        (named("POS", "NEU", "NEG"), (POSITIVE, NEUTRAL, NEGATIVE)),
        (named("très négatif", "Négatif", "neutre", "Positif"), (NEGATIVE, NEGATIVE, NEUTRAL, POSITIVE)),
        (named("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), (NEGATIVE, NEGATIVE, NEUTRAL, POSITIVE, POSITIVE)),
    ],
)
def test_the_names_in_use_are_understood(id2label: dict[str, str], labels: tuple[SentimentLabel, ...]) -> None:
    assert labels_of(id2label) == labels


@pytest.mark.parametrize(
    ("id2label", "says"),
    [
        (named("joy", "anger", "positive", "negative"), "joy, anger not understood"),
        (named("positive", "neutral"), "has no negative or no positive"),
        (named("LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"), "LABEL_0, LABEL_1, LABEL_2, LABEL_3 not understood"),
        ({"0": "negative", "2": "positive"}, "must name each output"),
        (None, "must name each output"),
        ([], "must name each output"),
    ],
)
def test_names_that_say_nothing_about_tone_are_refused(id2label: object, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        labels_of(id2label)


def test_every_missing_file_is_named(tmp_path: Path) -> None:
    folder = write_transformer(tmp_path / "t")
    (folder / "model.onnx").unlink()
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx, config\.json missing"):
        open_transformer(folder, 64)


@pytest.mark.parametrize("name", ["onnxruntime", "tokenizers"])
def test_a_missing_package_is_named_with_what_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModelError, match=r"pip install 'vigie\[onnx\]'"):
        open_transformer(write_transformer(tmp_path / "t"), 64)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_file_that_holds_something_else_is_an_error_that_names_the_folder(tmp_path: Path, name: str) -> None:
    folder = write_transformer(tmp_path / "t")
    (folder / name).write_text("version https://git-lfs.github.com/spec/v1", "utf-8")
    with pytest.raises(ModelError, match=str(folder)):
        open_transformer(folder, 64)


def test_a_model_with_another_number_of_outputs_than_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"shape \(1, 3\), \(1, 2\) by the labels"):
        open_transformer(write_transformer(tmp_path / "t", labels=("negative", "positive")), 64)


def test_a_model_that_is_no_text_classifier_is_refused_by_what_it_asks_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="asks for 'pixel_values'"):
        open_transformer(write_transformer(tmp_path / "t", asks=("input_ids", "pixel_values")), 64)


def test_a_model_whose_words_are_not_the_tokenizer_s_is_an_error_of_that_text(tmp_path: Path) -> None:
    small = open_transformer(write_transformer(tmp_path / "t", table=[(0.0, 1.0, 0.0)] * 2), 64)
    with pytest.raises(ModelError, match="failed on a text"):
        small.score("merci")


def test_a_model_that_answers_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no number"):
        open_transformer(write_transformer(tmp_path / "t", table=[(float("nan"), 0.0, 0.0)] * 4), 64)


def test_a_model_that_takes_short_numbers_is_given_them(tmp_path: Path) -> None:
    assert open_transformer(write_transformer(tmp_path / "t", type_of_ids=TensorProto.INT32), 64).score("panne").label is NEGATIVE


def test_what_stands_behind_the_last_piece_that_is_read_says_nothing(tmp_path: Path) -> None:
    text = "essai " * 16 + "panne " * 100
    assert open_transformer(write_transformer(tmp_path / "t"), 16).score(text).label is NEUTRAL
    assert open_transformer(write_transformer(tmp_path / "t"), 256).score(text).label is NEGATIVE


def test_no_more_is_read_than_the_model_has_positions_for(tmp_path: Path) -> None:
    folder = write_transformer(tmp_path / "t")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 18}), "utf-8")
    assert open_transformer(folder, 256).score("essai " * 16 + "panne " * 100).label is NEUTRAL


def test_no_text_makes_it_fail_with_another_error(tmp_path: Path) -> None:
    transformer = open_transformer(write_transformer(tmp_path / "t"), 64)

    @given(st.text(st.characters(), max_size=200))
    def judged(text: str) -> None:
        try:
            assert sum(transformer.judge(text).chances) == pytest.approx(1)
        except ModelError:
            assert not text.strip()  # nothing to read: this model's mean of no word is no number

    judged()
