"""What a community manager types into Kibana finds the mentions that are meant.

Each query stands as it is typed (KQL) and as Kibana sends it to Elasticsearch: `multi_match` for words without a field,
`match_phrase` for quotes, `query_string` or `wildcard` for an asterisk, `term` or `match` for a keyword, by Kibana's version
(`kuery/functions/is.ts` and `range.ts` of its package es-query).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    Workflow,
    WorkflowState,
    document_id,
    mention_id,
)
from vigie.ports import MentionStore
from vigie.store.elasticsearch.mapping import mappings

Clause = dict[str, Any]
NewStore = Callable[[], AbstractContextManager[tuple[MentionStore, Elasticsearch, str]]]

SHIPPED = Path(__file__).parents[2] / "deploy" / "kibana" / "vigie.ndjson"
NOW = datetime.now(UTC).replace(microsecond=0)
NEGATIVE, NEUTRAL, POSITIVE = SentimentLabel


def _mention(brand: str, url: str, kind: DocumentKind, text: str, **more: Any) -> Mention:
    published = PublicationDate(more.get("at", NOW - timedelta(hours=2)), DateSource.META, 1.0)
    document = Document(
        document_id(url), "Forum-Box", kind, url, more.get("title", ""), text, more.get("author"), published, NOW,
        thread_title=more.get("thread", ""),
    )  # fmt: skip
    tone = Sentiment(more.get("label", NEGATIVE), -0.5, 0.8, more.get("evidence", ()))
    return Mention(mention_id(document.id, brand), brand, document, (), "fr", 1.0, tone, "s", more.get("workflow", Workflow()))


MENTIONS = {
    "facture": _mention(
        "marelle", "https://forum.exemple.fr/1", DocumentKind.FORUM_POST, "Ma facture a été prélevée deux fois, quelle honte.",
        author="auteur-3f2a", thread="Double prélèvement Marelle", evidence=("Honte",),
    ),
    "application": _mention(
        "marelle", "https://www.presse.example/app", DocumentKind.NEWS, "L’application plante souvent, dit le service client.",
        title="Pannes à répétition", author="Jean Dupont", label=NEUTRAL,
        workflow=Workflow(WorkflowState.HANDLED, "appelé le journaliste", assignee="Zoé"),
    ),
    "merci": _mention(
        "nordfil", "https://blog.example/merci", DocumentKind.BLOG, "Merci au client service, réponse rapide !",
        author="Jeanne Martin", label=POSITIVE, at=NOW - timedelta(days=3),
        workflow=Workflow(WorkflowState.NOT_RELEVANT),
    ),
    "retard": _mention(
        "nordfil", "https://exemple.fr/avis", DocumentKind.REVIEW, "Livraison en retard.",
        workflow=Workflow(assignee="Zoé", due_at=NOW - timedelta(days=1)),
    ),
}  # fmt: skip


def free(words: str) -> Clause:
    return {"multi_match": {"type": "best_fields", "query": words, "lenient": True}}


def free_phrase(words: str) -> Clause:
    return {"multi_match": {"type": "phrase", "query": words, "lenient": True}}


def free_wildcard(pattern: str) -> Clause:
    return {"query_string": {"query": pattern}}


def text_is(field: str, words: str) -> Clause:
    return {"match": {field: words}}


def phrase(field: str, words: str) -> Clause:
    return {"match_phrase": {field: words}}


def keyword_is(field: str, value: str) -> Clause:
    """Older Kibanas send the first, newer ones the second: both must be met."""
    return {"bool": {"filter": [{"match_phrase": {field: value}}, {"term": {field: {"value": value}}}]}}


def keyword_like(field: str, pattern: str) -> Clause:
    escaped = pattern.replace("-", r"\-")
    queries = [{"query_string": {"fields": [field], "query": escaped}}, {"wildcard": {field: {"value": escaped}}}]
    return {"bool": {"filter": queries}}


def text_like(field: str, pattern: str) -> Clause:
    return {"query_string": {"fields": [field], "query": pattern}}


def since(field: str, moment: str) -> Clause:
    return {"range": {field: {"gte": moment}}}


def both(*clauses: Clause) -> Clause:
    return {"bool": {"filter": list(clauses)}}


def either(*clauses: Clause) -> Clause:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def no(clause: Clause) -> Clause:
    return {"bool": {"must_not": clause}}


TYPED: dict[str, tuple[Clause, set[str]]] = {
    "facture prelevee": (free("facture prelevee"), {"facture"}),
    "prélèvement": (free("prélèvement"), {"facture"}),
    "factures": (free("factures"), {"facture"}),
    '"service client"': (free_phrase("service client"), {"application"}),
    "factur*": (free_wildcard("factur*"), {"facture"}),
    "PRÉLEV*": (free_wildcard("PRÉLEV*"), {"facture"}),
    "l'application": (free("l'application"), {"application"}),
    "exemple.fr": (free("exemple.fr"), {"retard"}),
    "jean dupont": (free_phrase("jean dupont"), {"application"}),
    "vigie.text : prelevee": (text_is("vigie.text", "prelevee"), {"facture"}),
    "vigie.text : application": (text_is("vigie.text", "application"), {"application"}),
    'vigie.text : "service client"': (phrase("vigie.text", "service client"), {"application"}),
    "vigie.text : prelev*": (text_like("vigie.text", "prelev*"), {"facture"}),
    "vigie.text : *vraison": (text_like("vigie.text", "*vraison"), {"retard"}),
    "vigie.title : repetition": (text_is("vigie.title", "repetition"), {"application"}),
    "vigie.text.fuzzy : livraisons": (text_is("vigie.text.fuzzy", "livraisons"), {"retard"}),
    "vigie.brand : Marelle": (keyword_is("vigie.brand", "Marelle"), {"facture", "application"}),
    "vigie.brand : mar*": (keyword_like("vigie.brand", "mar*"), {"facture", "application"}),
    "vigie.brand : (marelle or nordfil) and plante": (
        both(either(keyword_is("vigie.brand", "marelle"), keyword_is("vigie.brand", "nordfil")), free("plante")),
        {"application"},
    ),
    "vigie.brand : nordfil and not vigie.sentiment.label : positive": (
        both(keyword_is("vigie.brand", "nordfil"), no(keyword_is("vigie.sentiment.label", "positive"))),
        {"retard"},
    ),
    "vigie.sentiment.label : Négatif": (keyword_is("vigie.sentiment.label", "Négatif"), {"facture", "retard"}),
    "vigie.sentiment.evidence : honte": (keyword_is("vigie.sentiment.evidence", "honte"), {"facture"}),
    "user.name : Jean*": (keyword_like("user.name", "Jean*"), {"application", "merci"}),
    "user.name : jean*": (keyword_like("user.name", "jean*"), {"application", "merci"}),
    'user.name : "jean dupont"': (keyword_is("user.name", "jean dupont"), {"application"}),
    "user.name.text : dupont": (text_is("user.name.text", "dupont"), {"application"}),
    "url.domain : *.exemple.fr": (keyword_like("url.domain", "*.exemple.fr"), {"facture"}),
    "url.domain : www.presse.example": (keyword_is("url.domain", "www.presse.example"), {"application"}),
    "url.full : *presse*": (keyword_like("url.full", "*presse*"), {"application"}),
    "vigie.kind : Forum": (keyword_is("vigie.kind", "Forum"), {"facture"}),
    "vigie.source.id : forum-box": (keyword_is("vigie.source.id", "forum-box"), set(MENTIONS)),
    'vigie.workflow.state : "À traiter"': (keyword_is("vigie.workflow.state", "À traiter"), {"facture", "retard"}),
    "vigie.workflow.state : not_relevant": (keyword_is("vigie.workflow.state", "not_relevant"), {"merci"}),
    "vigie.workflow.assignee : zoe": (keyword_is("vigie.workflow.assignee", "zoe"), {"application", "retard"}),
    "vigie.workflow.assignee : * and vigie.workflow.due < now": (
        both({"exists": {"field": "vigie.workflow.assignee"}}, {"range": {"vigie.workflow.due": {"lt": "now"}}}),
        {"retard"},
    ),
    "vigie.workflow.note : appele": (text_is("vigie.workflow.note", "appele"), {"application"}),
    "@timestamp >= now-24h": (since("@timestamp", "now-24h"), {"facture", "application", "retard"}),
    "vigie.sentiment.negative >= 0.8 and not user.name : *": (
        both({"range": {"vigie.sentiment.negative": {"gte": 0.8}}}, no({"exists": {"field": "user.name"}})),
        {"retard"},
    ),
    "vigie.terms : Facture": (keyword_is("vigie.terms", "Facture"), {"facture"}),
}


def _labels() -> Iterator[tuple[str, str, str]]:
    """(normalizer, label, value) of each value that a data view shows by another name; ECS fields are left as they are."""
    for row in map(json.loads, SHIPPED.read_text("utf-8").splitlines()):
        for field, shown in json.loads(row["attributes"].get("fieldFormatMap", "{}")).items():
            if shown["id"] == "static_lookup" and field.startswith("vigie."):
                found = mappings(row["id"].removeprefix("vigie-"))
                for name in field.split("."):
                    found = found["properties"][name]
                yield from ((found["normalizer"], entry["value"], entry["key"]) for entry in shown["params"]["lookupEntries"])


@pytest.fixture(scope="module")
def opened(new_elasticsearch_mentions: NewStore) -> Iterator[tuple[Elasticsearch, str]]:
    with new_elasticsearch_mentions() as (store, client, prefix):
        store.upsert(list(MENTIONS.values()))
        client.indices.refresh(index=f"{prefix}-mentions")
        yield client, f"{prefix}-mentions"


@pytest.mark.parametrize("kql", TYPED)
def test_a_typed_query_finds_what_is_meant(opened: tuple[Elasticsearch, str], kql: str) -> None:
    client, index = opened
    query, meant = TYPED[kql]
    hits = client.search(index=index, query=query, size=10)["hits"]["hits"]
    names = {mention.id: name for name, mention in MENTIONS.items()}
    assert {names[hit["_id"]] for hit in hits} == meant


@pytest.mark.parametrize(("normalizer", "label", "value"), list(dict.fromkeys(_labels())))
def test_what_kibana_shows_in_place_of_a_value_can_be_typed(
    opened: tuple[Elasticsearch, str], normalizer: str, label: str, value: str
) -> None:
    client, alias = opened
    index = next(iter(client.indices.get_alias(name=alias)))
    normalised = client.indices.analyze(index=index, normalizer=normalizer, text=label)["tokens"]
    assert [token["token"] for token in normalised] == [value]
