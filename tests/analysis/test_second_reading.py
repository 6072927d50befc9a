"""What an incident is about is read again by the transformer: which mentions, how many, for how long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.second_reading import SecondReader, second_reader
from config.schema import Config, Settings, Transformer
from tests.contracts.mention_samples import MONDAY, NEGATIVE, NEUTRAL, POSITIVE, some_mention
from tests.tiny_transformer import write_transformer
from vigie.clock import SimulatedClock
from vigie.errors import ModelError
from vigie.model import (
    DocumentKind,
    Incident,
    IncidentState,
    Role,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalKind,
    Target,
    mark_of,
)
from vigie.ports import Filter, MentionStore, State
from vigie.store import open_database, open_state
from vigie.store.sqlite import SqliteMentionStore

NOW = MONDAY + timedelta(hours=6)


@pytest.fixture
def state_and_store(tmp_path: Path) -> Iterator[tuple[State, MentionStore]]:
    database = open_database(tmp_path)
    yield open_state(database, SimulatedClock(NOW)), SqliteMentionStore(database, "Europe/Paris")
    database.close()


@pytest.fixture
def state(state_and_store: tuple[State, MentionStore]) -> State:
    return state_and_store[0]


@pytest.fixture
def store(state_and_store: tuple[State, MentionStore]) -> MentionStore:
    return state_and_store[1]


def an_incident() -> Incident:
    signal = Signal(
        NOW, "orange", SignalKind.BAD_BUZZ, evidence=6.0, window=timedelta(hours=6), seen=5, expected=1.0, expected_high=3.0,
        negatives=4, expected_negatives=0.2, usual_negative_share=0.2, stories=4, sites=1, copies=0, onset=MONDAY,
    )  # fmt: skip
    return Incident("i", "orange", "r", SignalKind.BAD_BUZZ, IncidentState.OPEN, NOW, MONDAY, NOW, signal, signal, signal)


class Asked:
    """A transformer that says one tone of every text, notes what it was asked, and takes a second each time."""

    def __init__(self, label: SentimentLabel = POSITIVE) -> None:
        self.texts: list[str] = []
        self._label = label

    def score(self, text: str, kind: DocumentKind | None = None) -> Sentiment:
        self.texts.append(text)
        if "illisible" in text:
            raise ModelError("no")
        return Sentiment(self._label, 0.9, 0.05)

    def seconds(self) -> float:
        return float(len(self.texts))


def reader(asked: Asked, store: MentionStore, state: State, **limits: float) -> SecondReader:
    return SecondReader(asked.score, Transformer.model_validate(limits), store, state, asked.seconds)


def test_the_second_reading_replaces_the_tone_and_is_told_in_the_reason(store: MentionStore, state: State) -> None:
    mention = some_mention(label=NEGATIVE, evidence=("panne",), target=Target(Role.SUBJECT, NEGATIVE, 0.9))
    store.upsert([mention])
    assert reader(Asked(), store, state).read(an_incident(), NOW) == 1
    after = store.get(mention.id)
    assert after is not None
    assert (after.sentiment.label, after.sentiment.evidence, after.label) == (POSITIVE, (), POSITIVE)
    assert "transformer" in after.reason


def test_the_words_that_decided_stay_where_both_readings_agree(store: MentionStore, state: State) -> None:
    mention = some_mention(label=NEGATIVE, evidence=("panne",))
    store.upsert([mention])
    reader(Asked(NEGATIVE), store, state).read(an_incident(), NOW)
    after = store.get(mention.id)
    assert after is not None
    assert (after.sentiment.evidence, after.sentiment.score) == (("panne",), 0.9)


def test_only_the_incident_s_brand_and_time_are_read(store: MentionStore, state: State) -> None:
    others = [some_mention(1, brand="bleu"), some_mention(2, at=MONDAY - timedelta(days=2)), some_mention(3, at=NOW)]
    store.upsert([*others, some_mention(4)])
    assert reader(Asked(), store, state).read(an_incident(), NOW) == 1


def test_negative_mentions_come_first_and_no_more_are_read_than_asked_for(store: MentionStore, state: State) -> None:
    store.upsert([some_mention(number, text=f"bon {number}", label=NEUTRAL) for number in range(10, 15)])
    store.upsert([some_mention(number, text=f"mal {number}", label=NEGATIVE) for number in range(3)])
    asked = Asked()
    assert reader(asked, store, state, mentions=4).read(an_incident(), NOW) == 4
    assert asked.texts == ["mal 2", "mal 1", "mal 0", "bon 14"]


def test_reading_stops_when_its_time_is_over_and_keeps_what_it_read(store: MentionStore, state: State) -> None:
    store.upsert([some_mention(number, text=f"texte {number}", label=NEGATIVE) for number in range(9)])
    asked = Asked()
    assert reader(asked, store, state, seconds=3).read(an_incident(), NOW) == 3
    assert len(asked.texts) == 3


def test_copies_of_a_text_are_read_once(store: MentionStore, state: State) -> None:
    store.upsert([some_mention(number, text="Une copie.", label=NEGATIVE) for number in range(5)])
    asked = Asked()
    assert reader(asked, store, state).read(an_incident(), NOW) == 5
    assert len(asked.texts) == 1


def test_what_was_read_is_not_read_again_for_the_next_mail(store: MentionStore, state: State) -> None:
    store.upsert([some_mention(1, text="premier", label=NEGATIVE)])
    asked = Asked()
    second = reader(asked, store, state)
    second.read(an_incident(), NOW)
    store.upsert([some_mention(2, text="dernier", label=NEGATIVE)])
    second.read(an_incident(), NOW)
    assert asked.texts == ["premier", "dernier"]


def test_the_tone_that_a_person_gave_stays_for_its_copies_too(store: MentionStore, state: State) -> None:
    corrected, copy = some_mention(1, label=NEUTRAL, story="s"), some_mention(2, label=NEGATIVE, story="s")
    alone = some_mention(3, label=NEUTRAL)
    store.upsert([corrected, copy, alone])
    state.add_mark(mark_of(corrected, NOW, tone=NEGATIVE))
    store.correct(alone.id, NEGATIVE)
    assert reader(Asked(), store, state).read(an_incident(), NOW) == 0


def test_clear_stars_beat_the_second_reading(store: MentionStore, state: State) -> None:
    mention = some_mention(label=NEGATIVE)
    store.upsert([replace(mention, document=replace(mention.document, stars=1.0))])
    reader(Asked(), store, state).read(an_incident(), NOW)
    after = store.get(mention.id)
    assert after is not None
    assert after.sentiment.label is NEGATIVE


def test_what_was_analysed_anew_meanwhile_is_not_overwritten(store: MentionStore, state: State) -> None:
    mention = some_mention(label=NEGATIVE, text="avant")
    edited = replace(mention, document=replace(mention.document, text="après"))
    store.upsert([mention])

    def edits_and_scores(text: str, kind: DocumentKind | None = None) -> Sentiment:
        store.upsert([edited])
        return Sentiment(POSITIVE, 0.9, 0.05)

    assert SecondReader(edits_and_scores, Transformer(), store, state).read(an_incident(), NOW) == 0
    assert store.get(mention.id) == edited


def test_a_text_that_the_model_cannot_read_keeps_its_tone_and_costs_no_other(store: MentionStore, state: State) -> None:
    unread = some_mention(1, text="illisible", label=NEGATIVE)
    store.upsert([unread, some_mention(2, text="lisible", label=NEGATIVE)])
    assert reader(Asked(), store, state).read(an_incident(), NOW) == 1
    assert store.get(unread.id) == unread


def test_a_configuration_without_a_folder_has_no_second_reader(store: MentionStore, state: State, tmp_path: Path) -> None:
    config = Config(folder=tmp_path, settings=Settings(), brands=[], sources=[], rules=[], digests=[])
    assert second_reader(config, store, state) is None


def test_the_folder_of_the_model_is_relative_to_that_of_the_configuration(
    store: MentionStore, state: State, tmp_path: Path
) -> None:
    write_transformer(tmp_path / "modele")
    settings = Settings.model_validate({"analysis": {"transformer": {"folder": "modele"}}})
    config = Config(folder=tmp_path, settings=settings, brands=[], sources=[], rules=[], digests=[])
    second = second_reader(config, store, state)
    assert second is not None
    store.upsert([some_mention(text="panne", label=NEUTRAL)])
    assert second.read(an_incident(), NOW) == 1
    assert [one.label for one in store.search(Filter()).mentions] == [NEGATIVE]
