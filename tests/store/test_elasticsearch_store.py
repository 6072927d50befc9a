"""What the Elasticsearch store does on a real server beyond the contract: where mentions stand, what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import Elasticsearch

from vigie.errors import StoreError
from vigie.model import SentimentLabel, Workflow, WorkflowState
from vigie.ports import Decision, Filter, Upserted
from vigie.query import parse
from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.mapping import alias_name

MARCH, APRIL = datetime(2026, 3, 9, 8, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)

Opened = tuple[ElasticsearchMentionStore, Elasticsearch, str]


@pytest.fixture
def opened(new_elasticsearch_mentions) -> Iterator[Opened]:  # type: ignore[no-untyped-def]
    with new_elasticsearch_mentions() as opened:
        yield opened


def _months(opened: Opened) -> list[str]:
    _, client, prefix = opened
    return sorted(name.rpartition("-")[2] for name in client.indices.get(index=f"{prefix}-mentions-*").body)


def test_each_month_has_its_index_behind_the_alias(opened: Opened, make_mention) -> None:
    store, client, prefix = opened
    store.upsert([make_mention(1, at=MARCH), make_mention(2, at=APRIL)])
    assert _months(opened) == ["2026.03", "2026.04"]
    assert len(client.indices.get_alias(name=alias_name(prefix)).body) == 2


def test_a_mention_whose_month_changes_leaves_its_old_index_with_what_people_decided(opened: Opened, make_mention) -> None:
    store = opened[0]
    mention = make_mention(1, at=MARCH, label=SentimentLabel.NEGATIVE)
    store.upsert([mention])
    store.mark(mention.id, Decision(WorkflowState.HANDLED, "vu"))
    store.correct(mention.id, SentimentLabel.POSITIVE)
    assert store.upsert([make_mention(1, at=APRIL, label=SentimentLabel.NEGATIVE)]) == Upserted(created=0, updated=1)
    (found,) = store.search(Filter()).mentions
    assert found.workflow == Workflow(WorkflowState.HANDLED, "vu", SentimentLabel.POSITIVE)
    assert store.count(Filter(start=APRIL)).positive == 1
    assert store.count(Filter(end=APRIL)).total == 0


def test_a_mention_that_moves_at_once_is_not_doubled(opened: Opened, make_mention) -> None:
    store = opened[0]
    assert [store.upsert([make_mention(1, at=at)]).updated for at in (MARCH, APRIL, MARCH)] == [0, 1, 1]
    assert store.count(Filter()).total == 1


def test_a_decision_of_another_program_is_kept_by_the_next_analysis(opened: Opened, make_mention) -> None:
    store, client, prefix = opened
    other = ElasticsearchMentionStore(Cluster(client, Layout(prefix)), prefix)
    store.upsert([make_mention(1)])
    client.indices.refresh(index=alias_name(prefix))
    assert other.mark(make_mention(1).id, Decision(WorkflowState.NOT_RELEVANT, "homonyme"))
    store.upsert([make_mention(1, text="corrigé")])
    found = store.get(make_mention(1).id)
    assert found is not None
    assert (found.document.text, found.workflow.note) == ("corrigé", "homonyme")


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "moitié \ud83d de signe", "\ufdd0d83d", "mot " * 30_000, "x" * 100_000, "é" * 40_000, "\u2028\r\n\t"],
    ids=["nul", "half a pair", "the escape itself", "long", "one word", "one long word", "odd spaces"],
)
def test_any_text_comes_back_from_the_server_also_after_a_change(opened: Opened, make_mention, text: str) -> None:
    store = opened[0]
    mention = make_mention(1, text=text, author=text)
    mention = replace(mention, document=replace(mention.document, title=text, url=mention.document.url + "?" + "a" * 9000))
    store.upsert([mention])
    store.upsert([mention])
    store.mark(mention.id, Decision(WorkflowState.HANDLED, text))
    expected = replace(mention, workflow=Workflow(WorkflowState.HANDLED, text))
    assert store.get(mention.id) == expected
    assert store.erase_author(text) == 1


def test_a_mention_that_the_server_refuses_does_not_keep_the_others_away(opened: Opened, make_mention) -> None:
    store = opened[0]
    mentions = [make_mention(number) for number in range(5)]
    refused = replace(mentions[2], document=replace(mentions[2].document, tier=2**40, text="un secret"))
    with pytest.raises(StoreError, match=f"1 of 5 .*{refused.id}.*tier") as caught:
        store.upsert([*mentions[:2], refused, *mentions[3:]])
    assert "un secret" not in str(caught.value)
    assert {mention.id for mention in store.search(Filter()).mentions} == {mention.id for mention in mentions} - {refused.id}


def test_retention_drops_whole_months_and_spares_those_with_a_note(opened: Opened, make_mention) -> None:
    store = opened[0]
    month = timedelta(days=31)
    mentions = [make_mention(number, at=MARCH + number * month) for number in range(4)]
    store.upsert(mentions)
    store.mark(mentions[1].id, Decision(WorkflowState.NEW, "à garder"))
    store.upsert([make_mention(9, at=MARCH + month)])
    assert store.purge(MARCH + 2 * month + timedelta(hours=1)) == 3
    assert _months(opened) == ["2026.04", "2026.05", "2026.06"]
    assert [mention.id for mention in store.search(Filter()).mentions] == [mentions[3].id, mentions[1].id]
    store.upsert([mentions[0]])
    assert store.count(Filter()).total == 3


def test_more_mentions_than_one_request_takes_are_all_there(opened: Opened, make_mention) -> None:
    store = opened[0]
    mentions = [
        replace(make_mention(number, at=MARCH + timedelta(seconds=number // 3)), story_id=f"s{number}") for number in range(1201)
    ]
    assert store.upsert(mentions).created == 1201
    assert len({mention.id for mention in store.search(Filter(), limit=1300).mentions}) == 1201
    assert len(store.stories(Filter(), limit=10**6)) == 1201
    seconds = store.histogram(Filter(start=MARCH, end=MARCH + timedelta(hours=2)), timedelta(seconds=1), "UTC")
    assert (len(seconds), sum(bucket.tally.total for bucket in seconds)) == (7200, 1201)


@pytest.mark.parametrize(
    ("field", "typed", "found"),
    [
        ("vigie.text", "usine", True),
        ("vigie.text", "L'USINE", True),
        ("vigie.text", "ou les employes", True),
        ("vigie.text", "employe", False),
        ("vigie.text.fuzzy", "employe", True),
        ("vigie.text.fuzzy", "usines", True),
        ("vigie.text", "coeur", True),
        ("vigie.title", "titre", True),
    ],
)
def test_what_people_type_in_kibana_is_found_in_two_ways(
    opened: Opened, make_mention, field: str, typed: str, found: bool
) -> None:
    store, client, prefix = opened
    store.upsert([make_mention(1, text="L’usine d'Été où les employés ont eu un coup au cœur")])
    client.indices.refresh(index=alias_name(prefix))
    hits = client.search(index=alias_name(prefix), query={"match_phrase": {field: typed}})["hits"]["hits"]
    assert bool(hits) is found


@pytest.mark.parametrize(("innermost", "found"), [("panne", 1), ("grève", 0)])
def test_a_query_nested_as_deep_as_the_language_allows_is_answered(
    opened: Opened, make_mention, innermost: str, found: int
) -> None:
    store = opened[0]
    store.upsert([make_mention(1, text="panne")])
    deep = innermost
    for _ in range(24):
        deep = f"(panne ({deep} OU -panne))"
    assert store.count(Filter(parse(deep))).total == found
