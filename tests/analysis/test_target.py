import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentiment.passage import Passage
from analysis.target import beside, cues, model, read_target
from analysis.target.features import names
from analysis.target.reader import figures_of
from analysis.target.scene import BRAND, scene_of
from analysis.target.words import BUCKETS, words
from vigie.model import Role, Sentiment, SentimentLabel, Span, Target

BLAME = Sentiment(SentimentLabel.NEGATIVE, -0.85, 0.9, ("panne",))
NO_TONE = Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.05)
PRAISE = Sentiment(SentimentLabel.POSITIVE, 0.85, 0.05, ("parfait",))


def spans_of(text: str, field: str = "text", brand: str = "Altéa") -> list[Span]:
    starts = [place for place in range(len(text)) if text.startswith(brand, place)]
    return [Span(field, start, start + len(brand)) for start in starts]


def read(text: str, tone: Sentiment, title: str = "") -> Target:
    return read_target(title, text, [*spans_of(title, "title"), *spans_of(text)], tone)


@pytest.mark.parametrize(
    ("text", "tone", "role", "towards"),
    [
        ("Encore une panne chez Altéa, j'en ai marre.", BLAME, Role.SUBJECT, SentimentLabel.NEGATIVE),
        ("Altéa, c'est parfait depuis deux ans, merci à eux.", PRAISE, Role.SUBJECT, SentimentLabel.POSITIVE),
        ("Bien mieux que Altéa, service parfait.", PRAISE, Role.COMPARED, SentimentLabel.NEGATIVE),
        ("Ils répondent vite, contrairement à Altéa. Parfait !", PRAISE, Role.COMPARED, SentimentLabel.NEGATIVE),
        ("Une arnaque : un faux conseiller Altéa m'a pris 300 euros.", BLAME, Role.VICTIM, SentimentLabel.NEUTRAL),
        ("Altéa porte plainte après la destruction de ses armoires.", BLAME, Role.VICTIM, SentimentLabel.NEUTRAL),
        ("Altéa condamné pour publicité trompeuse.", BLAME, Role.SUBJECT, SentimentLabel.NEGATIVE),
        ("Incendie dans l'entrepôt d'Altéa, personne n'est blessé.", BLAME, Role.VICTIM, SentimentLabel.NEUTRAL),
        ("Bonjour Luc, nous sommes désolés de cette panne. L'équipe Altéa", NO_TONE, Role.OWN, SentimentLabel.NEUTRAL),
        ("Rendez-vous samedi à 9 h devant le magasin, sur le parking d'Altéa.", NO_TONE, Role.PASSING, SentimentLabel.NEUTRAL),
    ],
)
def test_the_part_of_the_brand_decides_what_the_tone_of_the_text_means_for_it(
    text: str, tone: Sentiment, role: Role, towards: SentimentLabel
) -> None:
    reading = read(text, tone)
    assert (reading.role, reading.tone) == (role, towards)


def test_the_proof_is_the_sentence_that_names_the_brand() -> None:
    text = "Il pleut. Altéa ne répond plus. Je rentre."
    assert read(text, BLAME).proof == Span("text", 10, 32)


def test_of_several_sentences_the_proof_is_the_one_with_the_deciding_words() -> None:
    text = "Je suis chez Altéa. Altéa est en panne depuis lundi."
    proof = read(text, BLAME).proof
    assert proof is not None
    assert text[proof.start : proof.end] == "Altéa est en panne depuis lundi."


def test_the_proof_may_stand_in_the_title() -> None:
    assert read("Rien ne marche ici.", BLAME, title="Altéa en panne").proof == Span("title", 0, 14)


def test_a_brand_that_the_text_does_not_name_is_the_subject_with_the_tone_of_the_text() -> None:
    assert read("Toujours rien reçu.", BLAME) == Target(Role.SUBJECT, SentimentLabel.NEGATIVE, BLAME.negative)


def test_what_the_brand_is_called_changes_nothing() -> None:
    text = "Contrairement à {}, ils ont un service parfait."
    named = [text.format(brand) for brand in ("Altéa", "Mieux que tout", "Incendie & Fils", "St. Brice")]
    readings = [
        read_target("", one, spans_of(one, brand=brand), PRAISE)
        for one, brand in zip(named, ("Altéa", "Mieux que tout", "Incendie & Fils", "St. Brice"), strict=True)
    ]
    assert len({(reading.role, reading.tone) for reading in readings}) == 1


def test_an_article_of_law_is_not_taken_for_the_brand() -> None:
    text = "Selon le § 4, le délai court. Altéa a perdu."
    assert [sentence.names_brand for sentence in scene_of("", text, spans_of(text)).sentences] == [False, True]


def test_the_tone_of_the_scorer_stands_where_the_brand_is_the_subject() -> None:
    cautious = Sentiment(SentimentLabel.NEUTRAL, -0.2, 0.5)
    assert read("Encore une panne chez Altéa, j'en ai marre.", cautious).tone is SentimentLabel.NEUTRAL


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from([BLAME, NO_TONE, PRAISE]))
def test_any_text_has_an_answer_whose_proof_names_the_brand(before: str, after: str, tone: Sentiment) -> None:
    text = f"{before}Altéa{after}"
    proof = read_target("", text, [Span("text", len(before), len(before) + 5)], tone).proof
    assert proof is not None
    assert proof.start <= len(before) < len(before) + 5 <= proof.end <= len(text)


@given(st.text(max_size=200))
def test_the_sentences_of_a_text_follow_one_another_without_overlap(text: str) -> None:
    spans = [sentence.span for sentence in scene_of("", text, ()).sentences]
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize("filler", ["a", "travaille ", "faux ", "j'avais ", ". ", "mieux que ", "\ud800", "😀", "§", "Altéa. "])
def test_a_very_long_text_is_read_in_bounded_time(filler: str) -> None:
    text = "Altéa " + filler * 100_000
    spans = spans_of(text)
    started = time.process_time()
    read_target("", text, spans, BLAME)
    assert time.process_time() - started < 5


def test_a_name_beyond_what_is_read_is_as_if_absent() -> None:
    text = "a " * 15_000 + "Altéa"
    assert read_target("", text, [Span("text", 30_000, 30_005)], BLAME).proof is None


def test_the_chances_of_parts_and_of_tones_sum_to_one() -> None:
    text = "Altéa est en panne."
    figures = figures_of("", text, spans_of(text), scene_of("", text, spans_of(text)))
    fitted = model.load()
    said = fitted.said(words(scene_of("", text, spans_of(text))))
    parts, tones = fitted.chances(np.array([figures]), np.array([[0.7, 0.2, 0.1]]), said)
    assert (parts.sum(), tones.sum()) == (pytest.approx(1), pytest.approx(1, abs=1e-3))  # tables are stored to four digits


def test_a_word_of_tone_counts_for_the_clause_that_it_stands_in() -> None:
    text = "Panne chez Norvia, mais Altéa est parfait."
    figures = dict(zip(beside.NAMES, beside.tone_beside(Passage(text), [(24, 29)]), strict=True))
    assert figures["praise_in_clause"] > 0
    assert figures["blame_in_clause"] == 0
    assert figures["blame_in_sentence"] > 0


def test_a_shared_passage_changes_nothing() -> None:
    title, text = "  Altéa en panne", "Altéa ne répond plus, merci Norvia."
    spans = [*spans_of(title, "title"), *spans_of(text)]
    shared = Passage(f"{title}\n{text}".strip())
    assert read_target(title, text, spans, BLAME, shared) == read_target(title, text, spans, BLAME)


def test_every_cue_has_a_name_of_its_own_and_leans_to_known_parts() -> None:
    assert len(set(names())) == len(names())
    assert {part for cue in cues.load() for part, _ in cue.leans} <= set(model.PARTS)


def test_every_cue_that_needs_the_brand_names_it() -> None:
    assert [cue.name for cue in cues.load() if not cue.everywhere and BRAND not in cue.pattern.pattern] == ["glad_to_say"]


def test_words_are_numbered_whatever_the_brand_is_called() -> None:
    read_as = [words(scene_of("", text, spans_of(text, brand=brand))) for text, brand in (
        ("Merci Altéa, 12 jours !", "Altéa"), ("Merci Norvia & Fils, 7 jours !", "Norvia & Fils"),
    )]  # fmt: skip
    assert read_as[0].buckets.tolist() == read_as[1].buckets.tolist()


def test_the_side_on_which_a_word_stands_counts() -> None:
    before, after = (words(scene_of("", text, spans_of(text))) for text in ("quitter Altéa", "Altéa quitter"))
    assert set(before.buckets) != set(after.buckets)


def test_the_stored_model_was_fitted_for_these_cues_and_buckets() -> None:
    fitted = model.load()  # refuses those of other cues
    assert fitted.words.shape == (BUCKETS, len(model.PARTS) + len(model.TONES))
