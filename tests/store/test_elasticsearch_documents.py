"""Mentions as Elasticsearch documents: nothing is lost on the way, and the mapping knows every field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store import one_of_everything
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Emotion,
    Enrichment,
    Mention,
    PublicationDate,
    Role,
    Sentiment,
    SentimentLabel,
    Span,
    Target,
    Toxicity,
    Workflow,
    WorkflowState,
)
from vigie.store.elasticsearch.documents import (
    exact_tokens,
    folded_tokens,
    indexed_words,
    kept,
    mention_of,
    restored,
    source_of,
)
from vigie.store.elasticsearch.mapping import MENTIONS, SHOWN, end_of, index_name, mappings, template_body
from vigie.store.elasticsearch.terms import content_terms
from vigie.store.words import word_pairs

_ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
_MAYBE = st.one_of(st.none(), _ANY_TEXT)
_MOMENTS = st.datetimes(timezones=st.just(UTC))
_SHARES = st.floats(0, 1)

_DOCUMENTS = st.builds(
    Document,
    id=_ANY_TEXT,
    source_id=_ANY_TEXT,
    kind=st.sampled_from(DocumentKind),
    url=_ANY_TEXT.map(lambda path: f"https://www.Exemple.fr/{path}"),
    title=_ANY_TEXT,
    text=_ANY_TEXT,
    author=_MAYBE,
    published=st.builds(PublicationDate, _MOMENTS, st.sampled_from(DateSource), _SHARES, day_only=st.booleans()),
    seen_at=_MOMENTS,
    language=_MAYBE,
    parent_url=_MAYBE,
    thread_url=_MAYBE,
    thread_title=_ANY_TEXT,
    tier=st.integers(1, 3),
    stars=st.none() | st.floats(1, 5),
    is_excerpt=st.booleans(),
)
_MENTIONS = st.builds(
    Mention,
    id=_ANY_TEXT,
    brand_id=_ANY_TEXT,
    document=_DOCUMENTS,
    spans=st.lists(st.builds(Span, st.sampled_from(["title", "text"]), st.integers(0, 9), st.integers(0, 9)), max_size=2).map(
        tuple
    ),
    language=_ANY_TEXT,
    relevance=_SHARES,
    sentiment=st.builds(
        Sentiment,
        st.sampled_from(SentimentLabel),
        st.floats(-1, 1),
        _SHARES,
        st.lists(_ANY_TEXT, max_size=2).map(tuple),
        st.booleans(),
    ),
    story_id=_ANY_TEXT,
    workflow=st.builds(
        Workflow,
        st.sampled_from(WorkflowState),
        _ANY_TEXT,
        st.one_of(st.none(), st.sampled_from(SentimentLabel)),
        _ANY_TEXT,
        st.one_of(st.none(), _MOMENTS),
        st.booleans(),
    ),
    target=st.one_of(
        st.none(),
        st.builds(
            Target, st.sampled_from(Role), st.sampled_from(SentimentLabel), _SHARES, st.sampled_from([None, Span("title", 0, 9)])
        ),
    ),
    enrichment=st.builds(
        Enrichment,
        st.one_of(st.none(), st.sampled_from(Emotion)),
        **dict.fromkeys(("themes", "key_phrases", "places", "entities"), st.lists(_ANY_TEXT, max_size=2).map(tuple)),
        toxicity=st.lists(st.sampled_from(Toxicity), max_size=2).map(tuple),
    ),
    reason=_ANY_TEXT,
    doubtful=st.booleans(),
)


@given(_MENTIONS)
def test_every_mention_comes_back_from_the_wire_as_it_was(mention: Mention) -> None:
    wire = json.dumps(source_of(mention, 0), ensure_ascii=False).encode()  # half a surrogate pair would raise here
    assert mention_of(json.loads(wire)) == mention


def test_a_mention_stored_before_there_were_roles_and_themes_comes_back_with_neither() -> None:
    mention = one_of_everything.mention(1)
    source = source_of(mention, 0)
    for name in ("reason", "doubtful", "text_tone", "role", "proof", "emotion", "toxicity", "themes", "key_phrases", "places"):
        del source["vigie"][name]
    del source["vigie"]["stars"], source["vigie"]["excerpt"], source["vigie"]["entities"]
    del source["vigie"]["match"]["doubtful"], source["vigie"]["sentiment"]["uncertain"]
    tone = Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.7, ("fausse",))
    older = replace(mention, document=replace(mention.document, stars=None, is_excerpt=False), sentiment=tone, target=None)
    assert mention_of(source) == replace(older, enrichment=Enrichment(), reason="")


@given(_ANY_TEXT, _ANY_TEXT)
def test_escaped_texts_stay_different(one: str, other: str) -> None:
    assert restored(kept(one)) == one
    assert (kept(one) == kept(other)) == (one == other)


@given(_MENTIONS)
def test_the_strict_mapping_knows_every_field_of_a_mention(mention: Mention) -> None:
    assert set(_leaves(source_of(mention, 0))) <= set(_mapped(mappings()))


def _leaves(source: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in source.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{name}.")
        else:
            yield path + name


def _mapped(mapping: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, field in mapping["properties"].items():
        if "properties" in field:
            yield from _mapped(field, f"{path}{name}.")
        else:
            yield path + name


_ECS = {
    "date": {"@timestamp", "event.created", "event.ingested", "event.start", "event.end"},
    "keyword": {
        *("ecs.version", "event.kind", "event.module", "event.dataset", "event.id", "event.hash", "event.outcome"),
        *("url.full", "url.domain", "user.name", "user.hash", "rule.id"),
    },
    "long": {"event.duration"},
    "text": {"user.name.text", "error.message"},
}
"""The fields of ECS 8.11 that are written, by type. A plain server has neither `wildcard` (url.full) nor `match_only_text`."""


@pytest.mark.parametrize("family", [MENTIONS, *SHOWN])
def test_every_field_beside_our_own_is_of_ecs_and_has_its_type(family: str) -> None:
    fields = dict(_typed(mappings(family)["properties"]))
    for name, kind in fields.items():
        if not name.startswith("vigie.") and not name.endswith(".exact"):
            assert name in _ECS[kind], name


def _typed(properties: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Each field and sub-field with its type."""
    for name, field in properties.items():
        if "type" in field:
            yield path + name, field["type"]
        yield from _typed({**field.get("properties", {}), **field.get("fields", {})}, f"{path}{name}.")


def test_the_terms_of_a_text_are_its_words_without_those_that_every_text_has() -> None:
    text = "L'Application de la facture, une FACTURE prélevée 2 fois : the service is down, œuvre 5G"
    assert content_terms(word_pairs(text)) == ["application", "facture", "prélevée", "service", "œuvre"]
    assert len(content_terms(word_pairs(" ".join(f"mot{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400))))) == 150


def test_words_are_indexed_folded_and_as_written_where_that_differs() -> None:
    assert indexed_words(word_pairs("Déçue de l’été, en  plein cœur")) == "decue=Déçue de l ete=été en plein coeur=cœur"


def test_a_query_is_cut_like_the_texts() -> None:
    assert (folded_tokens("L'Été"), exact_tokens("L'Été")) == (["l", "ete"], ["=L", "=Été"])


@pytest.mark.parametrize(
    ("published", "name"),
    [
        (datetime(2026, 3, 31, 23, 59, tzinfo=UTC), "vigie-mentions-v1-2026.03"),
        (datetime(2026, 4, 1, 1, tzinfo=ZoneInfo("Europe/Paris")), "vigie-mentions-v1-2026.03"),
        (datetime(1970, 1, 1, tzinfo=UTC), "vigie-mentions-v1-1999.12"),
        (datetime(2999, 1, 1, tzinfo=UTC), "vigie-mentions-v1-2100.01"),
    ],
)
def test_an_index_is_named_for_its_month_and_wrong_dates_share_one(published: datetime, name: str) -> None:
    assert index_name("vigie", published, version=1) == name


@given(_MOMENTS)
def test_an_index_ends_after_everything_in_it(moment: datetime) -> None:
    end = end_of(index_name("vigie", moment))
    assert end is None or moment < end
    assert end is None or moment.year < 2000 or end - moment <= timedelta(days=31)


@pytest.mark.parametrize("name", ["vigie-mentions", "vigie-mentions-v1-2026.13", "vigie-mentions-v1-copie", "x-2026.03.01"])
def test_what_is_not_a_months_index_has_no_end(name: str) -> None:
    assert end_of(name) is None


def test_nothing_that_is_paid_for_or_cut_away_is_asked_of_the_server() -> None:
    template = json.dumps(template_body("vigie"))
    assert not [feature for feature in ("lifecycle", "data_stream", "pipeline") if feature in template]
