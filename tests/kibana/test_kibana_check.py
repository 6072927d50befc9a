"""The shipped objects against a real Elasticsearch that holds mentions."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from config.schema import Brand, Config, Settings, SourceRow
from vigie.clock import SimulatedClock
from vigie.kibana.check import check_objects
from vigie.kibana.objects import Objects, Reading, read_objects, with_prefix
from vigie.model import (
    DateSource,
    Delivery,
    DeliveryState,
    Document,
    DocumentKind,
    Emotion,
    Enrichment,
    Incident,
    IncidentState,
    Mention,
    PassReport,
    PublicationDate,
    Role,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalKind,
    SourceHealth,
    SourceState,
    Target,
    Toxicity,
    WorkflowState,
    document_id,
    mention_id,
)
from vigie.ports import Decision, MentionStore, State
from vigie.store import open_database, open_state
from vigie.store.elasticsearch.cluster import Layout
from vigie.store.elasticsearch.showing import ElasticsearchShowcase

SHIPPED = (Path(__file__).parents[2] / "deploy" / "kibana" / "vigie.ndjson").read_text("utf-8")
USUAL = "Le colis est arrivé hier."
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NewStore = Callable[[], AbstractContextManager[tuple[MentionStore, Elasticsearch, str]]]


def _mention(number: int, at: datetime = NOW, text: str = "La facture est fausse.") -> Mention:
    url = f"https://forum.example/{number}"
    read = Document(
        document_id(url),
        "forum",
        DocumentKind.FORUM_POST,
        url,
        "",
        text,
        "Zoé",
        PublicationDate(at, DateSource.META, 1.0),
        at + timedelta(minutes=3),
    )
    tone = Sentiment(SentimentLabel.NEGATIVE, -0.4, 0.55, ("fausse",))
    towards = Target(Role.SUBJECT, SentimentLabel.NEGATIVE, 0.6)
    enrichment = Enrichment(Emotion.ANGER, ("prix",), ("facture fausse",), (Toxicity.INSULT,), ("Le Mans",), ("Zoé Ünal",))
    mention = Mention(mention_id(read.id, "orange"), "orange", read, (), "fr", 1.0, tone, "story", target=towards)
    return replace(mention, enrichment=enrichment, reason="« Orange » : la marque", doubtful=number == 3)


def _state(folder: Path) -> State:
    """An incident, a pass over a source that failed, and a digest."""
    state = open_state(open_database(folder), SimulatedClock(NOW))
    hour = timedelta(hours=1)
    signal = Signal(NOW, "orange", SignalKind.BAD_BUZZ, 7.0, hour, 9, 1.0, 3, 8, 0.2, 0.2, 9, 4, 1, NOW - hour)
    state.save(
        Incident("i", "orange", "crise", SignalKind.BAD_BUZZ, IncidentState.OPEN, NOW, NOW, NOW, signal, signal, signal)
    )  # fmt: skip
    report = PassReport("forum", NOW, NOW, ok=False, errors={"timeout": 1}, message="timeout")
    state.commit(report, state.memory("forum"), SourceState("forum", SourceHealth.LATE, NOW, error="timeout"))
    state.add(Delivery("k", "smtp", "a@exemple.fr", "digest", "digest:matin:2026-03-10", b"", NOW, DeliveryState.SENT))
    return state


@pytest.fixture
def server(new_elasticsearch_mentions: NewStore, tmp_path: Path) -> Iterator[tuple[MentionStore, Elasticsearch, Objects]]:
    source = SourceRow.model_validate({"id": "forum", "kind": "feed", "url": "https://forum.example/rss", "name": "Forum"})
    brand = Brand(id="orange", name="Orange", query="orange")
    config = Config(folder=tmp_path, settings=Settings(), brands=[brand], sources=[source], rules=[], digests=[])
    with new_elasticsearch_mentions() as (store, client, prefix):
        usual = [_mention(number, NOW - timedelta(days=number), USUAL) for number in range(10, 30)]
        store.upsert([*usual, *(_mention(number) for number in range(4))])
        store.mark(_mention(0).id, Decision(WorkflowState.NOT_RELEVANT))
        ElasticsearchShowcase(client, Layout(prefix), config).show(_state(tmp_path), NOW)
        client.indices.refresh(index=f"{prefix}-*")
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
    for family in ("incidents", "sources"):
        client.indices.delete(index=list(client.indices.get_alias(name=_index(objects, family))))
    reading = Reading("panel", "vigie-incidents", "", fields=("@timestamp",))
    findings = {one.where: one for one in check_objects(client, replace(objects, readings=(reading,)))}
    assert not findings["data view vigie-incidents"].ok
    assert findings["data view vigie-sources"].ok
    assert not findings["panel"].ok


def _index(objects: Objects, family: str) -> str:
    return next(view.index for view in objects.views if view.id == f"vigie-{family}")
