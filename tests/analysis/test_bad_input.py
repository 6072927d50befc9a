"""What no reader of texts was made for: each has its answer from the whole analysis, with every step on, and costs no more than
the part of it that is read.
"""

from datetime import UTC, datetime

import pytest

from analysis.assemble import BrandAnalyser, build_analyser
from analysis.sentiment.passage import LONGEST_READ
from analysis.stories import MemoryStoryIndex
from config.schema import Analyse, Brand
from vigie.errors import QueryError
from vigie.model import Analysis, DateSource, Document, DocumentKind, Outcome, PublicationDate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = Analyse(profile="fast", spacy_model="absent_model")
FIVE_LANGUAGES = (
    "Marelle m'a remboursé hier. The parcel never arrived. Der Kundendienst war sehr freundlich. El pedido llegó roto. "
    "Il corriere non è mai passato. "
)


@pytest.fixture(scope="module")
def analyser() -> BrandAnalyser:
    return build_analyser([Brand(id="marelle", name="Marelle", query="Marelle")], SETTINGS, MemoryStoryIndex())


def read(analyser: BrandAnalyser, text: str) -> Analysis:
    document = Document(
        f"d{len(text)}", "s", DocumentKind.COMMENT, "https://exemple.fr/a", "", text, None,
        PublicationDate(NOON, DateSource.META, 1.0), NOON, "fr",
    )  # fmt: skip
    (analysis,) = analyser.analyse([document])
    return analysis


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "!" * 100_000,
        "." * 100_000,
        "l’" * 50_000,
        "\n" * 100_000,
        "🙄😡" * 50_000,
        "★" * 100_000,
        "\0" * 100_000,
        "e" + "\u0301" * 100_000,
        "\u200d\u200b" * 50_000,
        "a@" * 50_000,
        "http://" * 20_000,
        "Aa " * 40_000,
        FIVE_LANGUAGES * 100,
    ],
    ids=[
        "one letter", "one mark", "full stops", "elisions", "newlines", "emoji", "stars", "NUL", "accents",
        "joiners", "at signs", "addresses", "capitals", "five languages",
    ],
)  # fmt: skip
def test_a_hundred_thousand_of_anything_is_a_mention_that_lost_nothing(analyser: BrandAnalyser, text: str) -> None:
    analysis = read(analyser, f"Marelle {text}")
    assert (analysis.outcome, analysis.reason) == (Outcome.STORED, "")


def test_lone_surrogates_are_replaced_and_counted(analyser: BrandAnalyser) -> None:
    analysis = read(analyser, "Marelle " + "\ud800" * 100_000)
    assert (analysis.outcome, analysis.reason) == (Outcome.STORED, "without_lone_surrogates")
    assert analysis.mentions[0].document.text == "Marelle " + "\ufffd" * 100_000


@pytest.mark.parametrize("text", ["🙄" * 100_000, "مرحبا " * 10_000, "\ud800" * 10_000, "\0" * 10_000, ""])
def test_a_text_of_signs_alone_names_nobody(analyser: BrandAnalyser, text: str) -> None:
    assert (read(analyser, text).outcome, read(analyser, text).reason) == (Outcome.OFF_TOPIC, "no_brand")


def test_a_text_from_right_to_left_has_its_language(analyser: BrandAnalyser) -> None:
    assert read(analyser, "Marelle " + "مرحبا بالعالم " * 8_000).reason == "language:ar"


def test_of_ten_megabytes_the_beginning_is_read(analyser: BrandAnalyser) -> None:
    beginning = "Marelle est encore en panne, c'est une honte. " + "Personne ne répond au téléphone. " * (LONGEST_READ // 30)
    whole = beginning + "Quel plaisir, merci ! " * 450_000
    told, alike = (read(analyser, text).mentions[0] for text in (whole, beginning))
    assert (told.sentiment, told.enrichment) == (alike.sentiment, alike.enrichment)


def test_of_a_name_said_without_end_the_first_ten_thousand_places_are_told(analyser: BrandAnalyser) -> None:
    (mention,) = read(analyser, "Marelle est en panne. " * 10_010).mentions
    assert len(mention.spans) == 10_000


@pytest.mark.parametrize(
    "query", ["mot OR " * 1_000_000 + "mot", "(" * 100_000 + "a" + ")" * 100_000, "a NEAR/9 " * 100_000 + "b"]
)
def test_a_query_beyond_all_measure_is_refused(query: str) -> None:
    with pytest.raises((QueryError, ValueError)):
        build_analyser([Brand(id="a", name="A", query=query)], SETTINGS, MemoryStoryIndex())


@pytest.mark.parametrize("query", ['"(a+)+$"', "(a|aa)+b", "(.*)*x", "a{1,9999}{1,9999}"])
def test_a_regular_expression_in_a_query_is_words(query: str) -> None:
    try:
        analyser = build_analyser([Brand(id="a", name="A", query=query)], SETTINGS, MemoryStoryIndex())
    except ValueError:
        return  # refused as a query is an answer too
    assert read(analyser, "a" * 100_000).outcome is Outcome.OFF_TOPIC
