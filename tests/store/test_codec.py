"""Records: everything that the model can hold comes back as it was."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.model import Arrival, Document, Mention, PassReport, SourceState
from vigie.store import Database
from vigie.store.codec import decode, encode, microseconds, moment_of, restored, storable
from vigie.store.sqlite import SqliteMentionStore

_ANY_TEXT = st.text(st.characters(), max_size=60)  # half surrogate pairs and NUL included
_MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _values(kind: type) -> st.SearchStrategy:
    st.register_type_strategy(str, _ANY_TEXT)
    st.register_type_strategy(datetime, _MOMENTS)
    st.register_type_strategy(float, st.floats(-1, 1))
    return st.builds(kind, **({"document": st.builds(Document)} if kind is Mention else {}))


@pytest.mark.parametrize("kind", [Mention, Arrival, PassReport, SourceState])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_value_comes_back_from_its_record(kind: type, data: st.DataObject) -> None:
    value = data.draw(_values(kind))
    assert decode(kind, encode(value)) == value


@given(mention=st.deferred(lambda: _values(Mention)))
@settings(max_examples=60, deadline=None)
def test_any_mention_comes_back_from_the_store(mention: Mention) -> None:
    database = Database(Path(":memory:"))
    store = SqliteMentionStore(database)
    store.upsert([mention])
    assert store.get(mention.id) == mention
    assert store.integrity() == []
    assert store.remove_documents([mention.document.id]) == 1
    assert store.integrity() == []
    database.close()


@pytest.mark.parametrize("text", ["a" * 100_000, "😡\x00 " * 20_000, "\ud83d\ude00\udfff" * 1_000, "é̀" * 50_000, ""], ids=len)
def test_long_and_broken_texts_come_back(mentions, make_mention, text: str) -> None:
    mention = make_mention(text=text)
    mentions.upsert([mention])
    assert mentions.get(mention.id) == mention


def test_a_field_that_an_older_record_lacks_takes_its_default() -> None:
    older = json.loads(encode(SourceState("source", failures=3)))
    del older["error"]
    older["gone"] = 1
    assert decode(SourceState, json.dumps(older).encode()) == SourceState("source", failures=3)


@given(_MOMENTS)
def test_a_moment_is_its_microseconds(moment: datetime) -> None:
    assert moment_of(microseconds(moment)) == moment


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    assert moment_of(microseconds(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))))) == datetime(
        2025, 12, 31, 22, tzinfo=UTC
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        microseconds(datetime(2026, 1, 1))  # noqa: DTZ001


@given(_ANY_TEXT)
def test_a_storable_text_is_restored(text: str) -> None:
    assert restored(storable(text)) == text
