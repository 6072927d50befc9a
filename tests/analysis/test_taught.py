"""The live analysis follows what the team has marked, from the next batch on."""

from pathlib import Path

import pytest

from analysis.assemble import build_analyser
from analysis.stories import MemoryStoryIndex
from analysis.taught import TaughtAnalyser
from config.schema import Analyse, Brand
from tests.contracts.state_samples import NOW, some_mark
from vigie.clock import SimulatedClock
from vigie.model import DateSource, Document, DocumentKind, Mention, PublicationDate, SentimentLabel, document_id, mark_of
from vigie.ports import State
from vigie.store import open_database
from vigie.store.state import SqliteState

TEXT = (
    "Le fournisseur Marelle a présenté ce matin à Lille ses nouvelles offres pour les professionnels de la région, avec un "
    "accompagnement par téléphone, une installation sous dix jours et un engagement de deux ans au lieu de trois auparavant."
)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return SqliteState(open_database(tmp_path), SimulatedClock(NOW))


@pytest.fixture
def analyser(state: State) -> TaughtAnalyser:
    brands = [Brand(id="marelle", name="Marelle", query="marelle"), Brand(id="sosh", name="Sosh", query="sosh")]
    settings = Analyse.model_validate({"spacy_model": "absent_on_purpose"})
    return TaughtAnalyser(build_analyser(brands, settings, MemoryStoryIndex()), state)


def read(analyser: TaughtAnalyser, number: int, text: str = TEXT) -> list[Mention]:
    url = f"https://exemple.fr/{number}"
    published = PublicationDate(NOW, DateSource.META, 1.0)
    document = Document(document_id(url), "journal", DocumentKind.NEWS, url, "", text, None, published, NOW, "fr")
    return list(analyser.analyse([document])[0].mentions)


def test_copies_of_a_text_take_the_tone_that_the_team_gave_it(analyser: TaughtAnalyser, state: State) -> None:
    (first,) = read(analyser, 1)
    given = next(tone for tone in SentimentLabel if tone is not first.machine_label)
    state.add_mark(mark_of(first, NOW, tone=given))
    (copy,) = read(analyser, 2)
    (other,) = read(analyser, 3, "Marelle ouvre une boutique à Nantes, rue Crébillon, et cherche des vendeurs pour mai.")
    assert copy.story_id == first.story_id
    assert (copy.label, copy.workflow.corrected_label) == (given, None)
    assert (copy.negative > 0.5) is (given is SentimentLabel.NEGATIVE)
    assert "l'équipe" in copy.reason
    assert "l'équipe" not in other.reason


def test_another_brand_of_the_story_keeps_its_tone(analyser: TaughtAnalyser, state: State) -> None:
    both = TEXT + " Sosh a réagi dans la journée."
    marelle, sosh = read(analyser, 1, both)
    given = next(tone for tone in SentimentLabel if tone is not marelle.machine_label)
    state.add_mark(mark_of(marelle, NOW, tone=given))
    copies = read(analyser, 2, both)
    assert [copy.label for copy in copies] == [given, sosh.label]


def test_a_mark_on_relevance_counts_from_the_next_batch_on(analyser: TaughtAnalyser, state: State) -> None:
    text = "On trace une marelle à la craie dans la cour, puis on lance le palet : Marelle pour tous les enfants du préau."
    assert read(analyser, 1, text)
    for number in range(4):
        clues = tuple(f"word:{word}" for word in ("craie", "palet", "preau", "enfant"))
        state.add_mark(some_mark(str(number), brand="marelle", relevant=False, clues=clues))
    assert not read(analyser, 2, text)
