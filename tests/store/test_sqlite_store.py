"""What the SQLite store promises beyond the contract: its upkeep, its order, its erasure, its daily counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.schema import Brand, Config, Settings, Store
from vigie.clock import SystemClock
from vigie.errors import ConfigError
from vigie.model import SentimentLabel, WorkflowState
from vigie.ports import Decision, Filter, Tally
from vigie.query import parse
from vigie.store import STORES, Database, open_database, open_state, open_store
from vigie.store.sqlite import SqliteMentionStore

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
LABELS = st.sampled_from([*SentimentLabel, None])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.integers(0, 5), st.integers(0, 3), st.sampled_from(list(SentimentLabel))),
        st.tuples(st.just("correct"), st.integers(0, 5), LABELS),
        st.tuples(st.just("mark"), st.integers(0, 5)),
        st.tuples(st.just("remove"), st.integers(0, 5)),
        st.tuples(st.just("purge"), st.integers(0, 3)),
    ),
    max_size=20,
)


def _do(store: SqliteMentionStore, make_mention, step: tuple) -> None:
    mention = make_mention(step[1])
    match step:
        case ("upsert", number, day, label):
            store.upsert([make_mention(number, at=MONDAY + day * DAY, label=label)])
        case ("correct", _, label):
            store.correct(mention.id, label)
        case ("mark", _):
            store.mark(mention.id, Decision(WorkflowState.HANDLED, "note", "claire", MONDAY))
        case ("remove", _):
            store.remove_documents([mention.document.id])
        case ("purge", day):
            store.purge(MONDAY + day * DAY)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_file_is_whole_after_any_writes(make_mention, steps: list[tuple]) -> None:
    database = Database(Path(":memory:"))
    store = SqliteMentionStore(database)
    for step in steps:
        _do(store, make_mention, step)
    assert store.integrity() == []
    database.close()


def test_more_mentions_of_one_second_than_it_has_places_are_all_found(mentions: SqliteMentionStore, make_mention) -> None:
    many = [make_mention(number, at=MONDAY) for number in range(600)]
    mentions.upsert(many)
    mentions.upsert([make_mention(1000, at=MONDAY + timedelta(seconds=1))])
    window = Filter(start=MONDAY, end=MONDAY + timedelta(seconds=1))
    assert mentions.count(window).total == 600
    assert len(mentions.search(replace(window, query=parse("texte")), limit=1000).mentions) == 600
    assert mentions.purge(MONDAY + timedelta(seconds=1)) == 600


def test_upkeep_leaves_the_text_index_in_few_parts_and_finds_the_same(make_mention) -> None:
    database = Database(Path(":memory:"))
    store = SqliteMentionStore(database)
    for number in range(12):
        store.upsert([make_mention(number, text=f"La panne de la fibre numéro {number} continue.")])
    chosen = Filter(query=parse('"panne de la fibre"'))
    found, parts = store.search(chosen), "SELECT count(DISTINCT segid) FROM mention_text_idx"
    before = database.number(parts)
    assert store.purge(MONDAY - 365 * DAY) == 0
    assert len(found.mentions) == 12
    assert store.search(chosen) == found
    assert database.number(parts) < before
    assert store.integrity() == []
    database.close()


@pytest.mark.parametrize(
    "erase", [lambda store: store.erase_author("Zoé"), lambda store: store.erase_url("https://exemple.fr/1")]
)
def test_what_is_erased_is_no_longer_in_the_file(mentions: SqliteMentionStore, make_mention, tmp_path: Path, erase) -> None:
    def in_file(word: str) -> bool:
        return any(word.encode() in path.read_bytes() for path in tmp_path.iterdir())

    mentions.upsert([make_mention(1, text="motsecret Zyx", author="Zoé")])
    mentions.upsert([make_mention(2, text="motgardé")])
    assert in_file("motsecret")
    assert erase(mentions) == 1
    assert not in_file("motsecret")
    assert in_file("motgard")


def test_damage_in_the_text_index_and_the_daily_counts_is_named(
    mentions: SqliteMentionStore, database: Database, make_mention
) -> None:
    mentions.upsert([make_mention(1), make_mention(2)])
    database.execute("DELETE FROM mention_day")
    database.execute("DELETE FROM mention_record WHERE mid = (SELECT min(mid) FROM mention_record)")
    database.execute("DELETE FROM mention_text_docsize WHERE id = (SELECT max(id) FROM mention_text_docsize)")
    assert mentions.integrity() == [
        "2 mentions but 1 records",
        "2 mentions but 1 entries of the text index",
        "the daily counts differ from the mentions in 1 places",
    ]


def test_an_index_of_other_word_rules_is_made_anew(mentions: SqliteMentionStore, database: Database, make_mention) -> None:
    mentions.upsert([make_mention(1, text="une panne")])
    database.execute("INSERT INTO mention_text (mention_text) VALUES ('delete-all')")
    database.execute("UPDATE meta SET value = 'older rules' WHERE name = 'words'")
    reopened = SqliteMentionStore(database)
    assert len(reopened.search(Filter(parse("panne"))).mentions) == 1
    assert reopened.integrity() == []


def test_daily_counts_follow_the_teams_zone(mentions: SqliteMentionStore, database: Database, make_mention) -> None:
    mentions.upsert([make_mention(1, at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))])
    moved = SqliteMentionStore(database, "America/Montreal")
    start = datetime(2026, 3, 9, 4, tzinfo=UTC)  # midnight in Montreal
    buckets = moved.histogram(Filter(start=start, end=start + 2 * DAY), DAY, "America/Montreal")
    assert [bucket.tally for bucket in buckets] == [Tally(neutral=1), Tally()]
    assert moved.integrity() == []


def _config(folder: Path, store: Store) -> Config:
    settings = Settings(store=store)
    brand = Brand(id="orange", name="Orange", query="orange")
    return Config(folder=folder, settings=settings, brands=[brand], sources=[], rules=[], digests=[])


def test_the_configured_store_and_the_state_share_one_file(tmp_path: Path, make_mention) -> None:
    database = open_database(tmp_path)
    store, state = open_store(_config(tmp_path, Store()), database), open_state(database, SystemClock())
    with pytest.raises(RuntimeError), state.transaction():
        store.upsert([make_mention()])
        state.count_failed("source", "timeout")
        raise RuntimeError
    assert store.count(Filter()) == Tally()
    state.close()


def test_an_unknown_kind_of_store_is_refused_by_name(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with pytest.raises(ConfigError, match="'papier' is not one of sqlite"):
        open_store(_config(tmp_path, Store.model_construct(kind="papier")), database)
    assert "sqlite" in STORES
    database.close()
