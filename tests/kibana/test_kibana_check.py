"""The shipped objects against a real Elasticsearch that holds mentions."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from vigie.kibana.check import check_objects
from vigie.kibana.objects import Objects, Reading, read_objects, with_prefix
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    WorkflowState,
    document_id,
    mention_id,
)
from vigie.ports import MentionStore

SHIPPED = (Path(__file__).parents[2] / "deploy" / "kibana" / "vigie.ndjson").read_text("utf-8")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NewStore = Callable[[], AbstractContextManager[tuple[MentionStore, Elasticsearch, str]]]


def _mention(number: int) -> Mention:
    url = f"https://forum.example/{number}"
    read = Document(
        document_id(url),
        "forum",
        DocumentKind.FORUM_POST,
        url,
        "",
        "La facture est fausse.",
        "Zoé",
        PublicationDate(NOW, DateSource.META, 1.0),
        NOW + timedelta(minutes=3),
    )
    tone = Sentiment(SentimentLabel.NEGATIVE, -0.4, 0.55, ("fausse",))
    return Mention(mention_id(read.id, "orange"), "orange", read, (), "fr", 1.0, tone, "story")


@pytest.fixture
def server(new_elasticsearch_mentions: NewStore) -> Iterator[tuple[MentionStore, Elasticsearch, Objects]]:
    with new_elasticsearch_mentions() as (store, client, prefix):
        store.upsert([_mention(number) for number in range(4)])
        store.mark(_mention(0).id, WorkflowState.NOT_RELEVANT)
        client.indices.refresh(index=f"{prefix}-mentions")
        yield store, client, read_objects(with_prefix(SHIPPED, prefix))


def test_every_shipped_object_finds_its_fields_and_gives_something(
    server: tuple[MentionStore, Elasticsearch, Objects],
) -> None:
    _, client, objects = server
    findings = list(check_objects(client, objects))
    assert [finding for finding in findings if not finding.ok] == []
    assert len(findings) == len(objects.views) + len(objects.readings)


def test_a_field_that_is_gone_and_a_query_without_result_are_told(
    server: tuple[MentionStore, Elasticsearch, Objects],
) -> None:
    _, client, objects = server
    panel = next(reading for reading in objects.readings if reading.where == "vigie-crise, mots")
    gone = Reading("gone", "vigie-mentions", "", fields=("vigie.gone",))
    empty = replace(panel, where="empty", kql="vigie.brand:nobody")
    findings = {one.where: one for one in check_objects(client, replace(objects, readings=(gone, empty)))}
    assert (findings["gone"].ok, findings["gone"].says) == (False, "vigie.gone is not in the mapping")
    assert (findings["empty"].ok, findings["empty"].says) == (False, "its query gives nothing")


def test_a_panel_on_an_index_that_is_not_there_is_told(server: tuple[MentionStore, Elasticsearch, Objects]) -> None:
    _, client, objects = server
    reading = Reading("panel", "vigie-incidents", "", fields=("@timestamp",))
    findings = {one.where: one for one in check_objects(client, replace(objects, readings=(reading,)))}
    assert not findings["data view vigie-incidents"].ok
    assert findings["data view vigie-sources"].ok
    assert not findings["panel"].ok
