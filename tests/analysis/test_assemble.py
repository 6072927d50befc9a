import logging
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.assemble import BrandAnalyser, build_analyser, build_pipeline
from analysis.components.registry import GATE as GATE_STEPS
from analysis.components.sentiment import SentimentComponent
from analysis.explain import TextRow, explain_matches, match_rows
from analysis.gate import Admitted, Gate
from analysis.matching import BrandMatch
from analysis.sentiment.passage import Passage
from analysis.stories import MemoryStoryIndex
from config.schema import Analyse, Brand
from vigie.errors import StoreUnavailable
from vigie.model import (
    Analysis,
    DateSource,
    Document,
    DocumentKind,
    Emotion,
    Enrichment,
    Mention,
    Outcome,
    PublicationDate,
    Role,
    Sentiment,
    SentimentLabel,
    Span,
    Target,
    Toxicity,
    mention_id,
)
from vigie.ports import StoryIndex, StorySignature

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BRANDS = [
    Brand(id="orange", name="Orange", query="orange", exclude=["vitamine"]),
    Brand(id="sfr", name="SFR", query="SFR"),
]
ABSENT_MODEL = "absent_model"
SPAM = "Meilleur casino en ligne fiable : bonus sans dépôt, jouez maintenant sur https://exemple-casino.test/fr"
COUNCIL = (
    "Le conseil municipal se réunit mardi soir pour voter le budget de la rénovation de l'école et de la cantine, dont le "
    "coût a doublé depuis l'hiver."
)
TONE = Sentiment(SentimentLabel.NEGATIVE, -0.8, 0.9, ("nul",))


class FixedTone:
    """A scorer that says the same of every text, and cannot read those that hold ILLISIBLE."""

    def score(self, text: Passage, kind: DocumentKind | None = None) -> Sentiment:
        if "ILLISIBLE" in text.text:
            raise ValueError("cannot be read")
        return TONE


class LockedIndex(MemoryStoryIndex):
    """An index whose database does not answer."""

    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        raise StoreUnavailable("database is locked")


class BrokenIndex(MemoryStoryIndex):
    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        raise KeyError("broken")


def build(index: StoryIndex) -> BrandAnalyser:
    nlp = build_pipeline(Analyse(spacy_model=ABSENT_MODEL), index)
    cast(SentimentComponent, nlp.get_pipe("vigie_sentiment")).score_with(FixedTone())
    return BrandAnalyser(GATE, lambda: nlp)


GATE = Gate(BRANDS, ["fr"])
ANALYSER = build(MemoryStoryIndex())


@pytest.fixture
def analyser() -> BrandAnalyser:
    return build(MemoryStoryIndex())


def document(text: str, *, title: str = "", identity: str = "d") -> Document:
    published = PublicationDate(NOON, DateSource.META, 1.0)
    return Document(identity, "journal", DocumentKind.NEWS, "https://exemple.fr/a", title, text, None, published, NOON, "fr")


def analyse(analyser: BrandAnalyser, text: str, title: str = "") -> Analysis:
    return analyser.analyse([document(text, title=title)])[0]


def test_a_document_becomes_one_mention_for_each_brand_it_names(analyser: BrandAnalyser) -> None:
    analysis = analyse(analyser, "SFR et Orange, c'est nul", title="Panne d'Orange")
    assert analysis.outcome is Outcome.STORED
    assert [mention.brand_id for mention in analysis.mentions] == ["orange", "sfr"]
    orange = analysis.mentions[0]
    assert orange.id == mention_id("d", "orange")
    assert orange.spans == (Span("title", 8, 14), Span("text", 7, 13))
    assert (orange.language, orange.sentiment, orange.story_id) == ("fr", TONE, "d")


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("Rien à voir avec l'orangerie", Outcome.OFF_TOPIC, "no_brand"),
        ("", Outcome.OFF_TOPIC, "no_brand"),
        ("Une orange pleine de vitamine", Outcome.OFF_TOPIC, "no_brand"),
        ("Orange has been down since last night and nobody answers the phone", Outcome.OFF_TOPIC, "language:en"),
        (f"{SPAM} Orange", Outcome.SPAM, "spam"),
        (f"{COUNCIL}\n{SPAM} Orange", Outcome.SPAM, "brand_in_spam"),
    ],
)
def test_what_is_no_mention_ends_at_the_gate_with_its_reason(
    analyser: BrandAnalyser, text: str, outcome: Outcome, reason: str
) -> None:
    assert analyse(analyser, text) == Analysis("d", outcome, (), reason)


def test_injected_spam_is_cut_from_the_mention_and_spans_count_without_it(analyser: BrandAnalyser) -> None:
    article = (
        "Depuis hier soir le réseau d'Orange ne répond plus dans tout le département, et la préfecture parle d'un câble coupé."
    )
    mention = analyse(analyser, f"{SPAM}\n{article}").mentions[0]
    assert mention.document.text == article
    assert [article[span.start : span.end] for span in mention.spans] == ["Orange"]


def test_analyses_come_in_the_order_of_the_documents(analyser: BrandAnalyser) -> None:
    texts = [("rien", "SFR en panne", "Orange en panne")[place % 3] for place in range(200)]
    documents = [document(text, identity=str(place)) for place, text in enumerate(texts)]
    analyses = analyser.analyse(iter(documents))
    assert [analysis.document_id for analysis in analyses] == [str(place) for place in range(200)]
    assert [len(analysis.mentions) for analysis in analyses] == [0 if text == "rien" else 1 for text in texts]


def test_a_component_that_raises_costs_its_field_only(analyser: BrandAnalyser) -> None:
    bad, good = analyser.analyse([document("SFR ILLISIBLE", identity="a"), document("SFR en panne", identity="b")])
    assert (bad.outcome, bad.reason) == (Outcome.STORED, "without_sentiment")
    assert bad.mentions[0].sentiment.label is SentimentLabel.NEUTRAL
    assert (good.reason, good.mentions[0].sentiment) == ("", TONE)


def test_a_broken_story_index_costs_the_story_only() -> None:
    text = "Orange annonce une hausse de tous ses tarifs à partir du mois prochain"
    analysis = analyse(build(BrokenIndex()), text)
    assert (analysis.reason, analysis.mentions[0].story_id) == ("without_story_id", "d")


def test_a_locked_story_index_stops_the_batch_so_that_it_is_tried_again() -> None:
    with pytest.raises(StoreUnavailable):
        analyse(build(LockedIndex()), "Orange annonce une hausse de tous ses tarifs à partir du mois prochain")


def test_a_text_that_breaks_the_pipeline_is_failed_and_its_neighbours_are_not(analyser: BrandAnalyser) -> None:
    broken = replace(document("SFR en panne", identity="b"), title=cast(str, None))
    analyses = analyser.analyse([document("SFR", identity="a"), broken, document("Orange", identity="c")])
    assert [analysis.outcome for analysis in analyses] == [Outcome.STORED, Outcome.FAILED, Outcome.STORED]
    assert analyses[1].reason


def test_half_a_surrogate_pair_costs_one_character_and_is_counted(analyser: BrandAnalyser) -> None:
    analysis = analyse(analyser, "SFR en panne \ud83d depuis hier soir", title="Encore \udc00 SFR")
    assert (analysis.outcome, analysis.reason) == (Outcome.STORED, "without_lone_surrogates")
    (mention,) = analysis.mentions
    assert (mention.document.title, mention.document.text) == ("Encore \ufffd SFR", "SFR en panne \ufffd depuis hier soir")
    assert mention.spans == (Span("title", 9, 12), Span("text", 0, 3))


def test_spam_on_a_brand_s_own_page_is_told_whatever_becomes_of_the_page() -> None:
    owned = [brand.model_copy(update={"site": "https://www.sfr.example"}) for brand in BRANDS[1:]]
    analyser = BrandAnalyser(Gate(owned, ["fr"]), lambda: build_pipeline(Analyse(spacy_model=ABSENT_MODEL), MemoryStoryIndex()))
    broken_into, clean, elsewhere = (
        replace(document(text, identity=url), url=url)
        for text, url in (
            (f"{COUNCIL}\n{SPAM}", "https://blog.sfr.example/a"),
            (COUNCIL, "https://blog.sfr.example/b"),
            (f"{COUNCIL}\n{SPAM}", "https://notsfr.example/c"),
        )
    )
    assert [one.compromised for one in analyser.analyse([broken_into, clean, elsewhere])] == [("sfr",), (), ()]


def test_copies_share_a_story_and_a_second_analysis_changes_nothing(analyser: BrandAnalyser) -> None:
    dispatch = (
        "Orange annonce une hausse de tous ses tarifs à partir du mois prochain, les clients ont trente jours pour résilier."
    )
    documents = [document(dispatch, identity="a"), document(dispatch, identity="b")]
    first = analyser.analyse(documents)
    assert [analysis.mentions[0].story_id for analysis in first] == ["a", "a"]
    assert analyser.analyse(documents) == first


def test_a_mention_has_the_role_of_its_brand_and_the_tone_towards_it(analyser: BrandAnalyser) -> None:
    text = "J'ai quitté Orange, toujours en panne, pour SFR."
    orange, sfr = analyse(analyser, text).mentions
    assert orange.target is not None and sfr.target is not None
    assert (orange.target.tone, orange.label) == (SentimentLabel.NEGATIVE, SentimentLabel.NEGATIVE)
    assert sfr.target.negative < orange.target.negative == orange.negative
    assert text[slice(orange.target.proof.start, orange.target.proof.end)] if orange.target.proof else False


def test_a_brand_that_only_the_thread_names_is_its_subject(analyser: BrandAnalyser) -> None:
    answer = replace(document("Toujours rien reçu depuis trois semaines."), thread_title="Colis SFR perdu")
    target = analyser.analyse([answer])[0].mentions[0].target
    assert target == Target(Role.SUBJECT, TONE.label, TONE.negative, None)


def test_a_text_without_tone_has_no_tone_towards_its_brand(analyser: BrandAnalyser) -> None:
    assert analyse(analyser, "SFR ILLISIBLE").mentions[0].target is None


def test_a_mention_says_why_its_name_means_the_brand_and_whether_that_is_doubtful(analyser: BrandAnalyser) -> None:
    sure, doubtful = (analyse(analyser, text).mentions[0] for text in ("Chez Orange, c'est nul", "pas mal orange"))
    assert (sure.reason, sure.doubtful) == ("« Orange » : la marque (chez Orange, majuscule)", False)
    assert doubtful.doubtful, doubtful.reason


SWITCHED: dict[str, Callable[[Mention], object]] = {
    "story": lambda mention: mention.story_id == mention.document.id,
    "sentiment": lambda mention: (mention.sentiment.negative, mention.target) == (0.0, None),
    "target": lambda mention: mention.target is None,
}


@pytest.mark.parametrize("component", SWITCHED)
def test_a_component_that_is_switched_off_leaves_its_field_empty_and_nothing_failed(component: str) -> None:
    settings = Analyse(spacy_model=ABSENT_MODEL, components={component: {"enabled": False}})
    documents = [document("SFR en panne, c'est une honte, rien ne marche depuis hier soir.", identity=one) for one in "ab"]
    for analysis in build_analyser(BRANDS, settings, MemoryStoryIndex()).analyse(documents):
        assert analysis.reason == ""
        assert SWITCHED[component](analysis.mentions[0])


@pytest.mark.parametrize(
    ("step", "text", "brand"),
    [
        ("relevance", "Il mange une orange et boit un jus d'orange.", "orange"),
        ("spam", f"{SPAM} Orange", "orange"),
        ("language", "SFR has been down since last night and nobody answers the phone", "sfr"),
    ],
)
def test_a_step_of_the_gate_that_is_switched_off_lets_through_what_it_refuses(step: str, text: str, brand: str) -> None:
    refusing, letting = (Gate(BRANDS, ["fr"], steps) for steps in (["relevance", "spam", "language"], set(GATE_STEPS) - {step}))
    assert isinstance(refusing.admit(document(text)), Analysis)
    admitted = letting.admit(document(text))
    assert isinstance(admitted, Admitted)
    assert [match.brand_id for match in admitted.matches] == [brand]


COMPLAINT = (
    "Colis SFR jamais livré à Rennes, je suis furieux. Le service client de SFR est une bande de connards, dit Paul Durand."
)


def test_what_else_is_read_in_a_text_reaches_every_mention(analyser: BrandAnalyser) -> None:
    text = (
        "Colis SFR jamais livré à Rennes, je suis furieux. Le service client de SFR est une bande de connards, dit Paul Durand."
    )
    enrichment = analyse(analyser, f"{text}\nOrange aussi.").mentions[1].enrichment
    assert (enrichment.emotion, enrichment.toxicity) == (Emotion.ANGER, (Toxicity.INSULT,))
    assert "livraison" in enrichment.themes
    assert "Rennes" in enrichment.places
    assert "Paul Durand" in enrichment.entities
    assert enrichment.key_phrases


@pytest.mark.parametrize("field", [field.name for field in fields(Enrichment)])
def test_each_part_of_the_enrichment_is_switched_off_on_its_own(field: str) -> None:
    settings = Analyse(spacy_model=ABSENT_MODEL, components={field: {"enabled": False}})
    enrichment = build_analyser(BRANDS, settings, MemoryStoryIndex()).analyse([document(COMPLAINT)])[0].mentions[0].enrichment
    assert [name for name in map(attrgetter("name"), fields(enrichment)) if not getattr(enrichment, name)] == [field]


def test_the_recogniser_of_people_is_loaded_when_it_is_asked_for() -> None:
    settings = Analyse(components={"entities": {"recogniser": True}})
    assert build_pipeline(settings, MemoryStoryIndex()).pipe_names[0] == "ner"
    assert "ner" not in build_pipeline(Analyse(), MemoryStoryIndex()).pipe_names


def test_options_reach_their_component() -> None:
    settings = Analyse(spacy_model=ABSENT_MODEL, components={"brand_match": {"of_thread": 0.6}})
    analyser = build_analyser(BRANDS, settings, MemoryStoryIndex())
    answer = replace(document("Toujours rien reçu depuis trois semaines."), thread_title="Colis SFR perdu")
    assert analyser.analyse([answer])[0].mentions[0].relevance == 0.6


def test_a_missing_model_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        build_pipeline(Analyse(spacy_model=ABSENT_MODEL), MemoryStoryIndex())
    assert [record.message.split()[0] for record in caplog.records] == ["event=spacy_model_missing"]


def test_a_very_long_text_is_read_in_part_and_keeps_its_late_spans(analyser: BrandAnalyser) -> None:
    text = "Un mot de plus. " * 3000 + "Orange"
    assert analyse(analyser, text).mentions[0].spans == (Span("text", 48_000, 48_006),)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.text(), st.text())))
def test_every_document_has_one_analysis_whatever_it_holds(texts: list[tuple[str, str]]) -> None:
    documents = [
        document(f"{text} Orange", title=title, identity=f"{place}:{title}:{text}") for place, (title, text) in enumerate(texts)
    ]
    analyses = ANALYSER.analyse(documents)
    assert [analysis.document_id for analysis in analyses] == [given.id for given in documents]
    assert all((analysis.outcome is Outcome.STORED) == bool(analysis.mentions) for analysis in analyses)
    assert not [analysis.reason for analysis in analyses if analysis.outcome is Outcome.FAILED]


def test_an_explanation_tells_mentions_from_refusals(analyser: BrandAnalyser) -> None:
    texts = [
        "Chez Orange, c'est nul",
        "Une orange pleine de vitamine",
        "Orange has been down since last night and nobody answers the phone",
        f"{SPAM} Orange",
        "rien",
    ]
    explained = explain_matches(analyser, [document(text, identity=str(place)) for place, text in enumerate(texts)])
    assert [[(match.relevant, match.tone, match.reason) for match in matches] for matches in explained] == [
        [(True, SentimentLabel.NEGATIVE, "« Orange » : la marque (chez Orange, majuscule)")],
        [(False, None, "exclu, près de « vitamine »")],
        [(False, None, "langue non suivie (« Orange » : incertain (rien d'autre ne le dit))")],
        [(False, None, "texte publicitaire (« Orange » : la marque (majuscule))")],
        [],
    ]


def test_rows_are_explained_in_their_order_with_the_live_settings() -> None:
    rows = [TextRow(str(place), "", "SFR en panne" if place % 2 else "rien") for place in range(130)]
    explained = list(match_rows(BRANDS, iter(rows), Analyse(spacy_model=ABSENT_MODEL)))
    assert [(text.id, len(text.matches)) for text in explained] == [(str(place), place % 2) for place in range(130)]


def test_the_trained_pipeline_tells_the_name_from_the_fruit() -> None:
    trained = build_analyser(BRANDS, Analyse(), MemoryStoryIndex())
    name, fruit = trained.analyse([document("Orange a annoncé ses résultats.", identity="a"), document("Il mange une orange.")])
    assert name.mentions[0].relevance > 0.7
    assert (fruit.outcome, fruit.mentions) == (Outcome.OFF_TOPIC, ())


@pytest.mark.parametrize(("text", "relevance"), [("Il mange une pomme.", 0.5), ("Pomme annonce ses résultats.", 0.6)])
def test_a_doubtful_name_that_is_tagged_as_a_word_loses_relevance(text: str, relevance: float) -> None:
    nlp = build_pipeline(Analyse(), MemoryStoryIndex())
    cast(SentimentComponent, nlp.get_pipe("vigie_sentiment")).score_with(FixedTone())
    start = text.casefold().index("pomme")
    doubtful = BrandMatch("pomme", (Span("text", start, start + 5),), "", relevance=0.6, is_doubtful=True)
    doc = nlp.make_doc(f"\n{text}")
    doc._.document, doc._.matches, doc._.text_start = document(text), (doubtful,), 1
    assert nlp(doc)._.relevance == {"pomme": relevance}
