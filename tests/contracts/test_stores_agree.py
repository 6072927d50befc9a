"""Elasticsearch and SQLite, filled with the same mentions, answer the same to filters and queries made at random.

What SQLite answers is held to the plain meaning of the query language in tests/store/test_query_meaning.py.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Target,
    Toxicity,
    WorkflowState,
    document_id,
    mention_id,
)
from vigie.ports import Decision, Filter, MentionStore
from vigie.query import And, Field, Near, Node, Not, Or, Term, parse
from vigie.store import Database
from vigie.store.sqlite import SqliteMentionStore

START = datetime(2026, 3, 27, 23, tzinfo=UTC)  # midnight in Paris, two days before the clocks change
WORDS = [
    "Orange",
    "orange",
    "ORANGE",
    "panne",
    "pannes",
    "pan",
    "cœur",
    "coeur",
    "Œuvre",
    "Été",
    "été",
    "l'été",
    "l’ete",
    "L'Été",
    "qu'aujourd'hui",
    "déçu",
    "Déçu",
    "déçu",
    "réseau",
    "😡",
    "a-b",
    "c++",
    "3,5",
    "snake_case",
    "Straße",
    "STRASSE",
    "ΣΊΣΥΦΟΣ",
    "Сайт",
    "İstanbul",
    "ﬁn",
    "№",
    "le",
    "la",
    "ne",
    "pas",
    "=égal",
    "naïf",
]
SITES = ["exemple.fr", "www.exemple.fr", "forum.exemple.fr", "contre-exemple.fr", "autre.org"]
AUTHORS = [None, "Zoé", "ZOE", "Jean-René", "jean rené", "\ud83d"]
ASSIGNEES = ["claire", "Claire", "\ud83d"]
THEMES = ["prix", "Prix", "prix bas", "\ud83d"]
SOURCES = ["s1", "s2", "S1"]
COUNT = 150


def _corpus() -> list[Mention]:
    """Mentions of three months, many of one moment, some of one story, some of two brands, some marked and corrected."""
    chance = random.Random(4)
    return [_mention(chance, number) for number in range(COUNT)]


def _mention(chance: random.Random, number: int) -> Mention:
    url = f"https://{SITES[number // 2 % len(SITES)]}/{number // 2}"
    at = START + chance.choice([0, 0, 1, 24, 47, 48, 71, 96, 900, 1500]) * timedelta(hours=1, microseconds=chance.choice([0, 1]))
    brand = f"b{number % 2}"
    document = Document(
        id=document_id(url),
        source_id=chance.choice(SOURCES),
        kind=chance.choice([DocumentKind.NEWS, DocumentKind.BLOG]),
        url=url,
        title=_text(chance),
        text=_text(chance),
        author=chance.choice(AUTHORS),
        published=PublicationDate(at, DateSource.META, 1.0),
        seen_at=at + timedelta(minutes=chance.randrange(200)),
    )
    return Mention(
        id=mention_id(document.id, brand),
        brand_id=brand,
        document=document,
        spans=(),
        language=chance.choice(["fr", "FR", "en"]),
        relevance=1.0,
        sentiment=Sentiment(chance.choice(list(SentimentLabel)), 0.0, 0.5, ("mot",)),
        story_id=f"story-{number % 20}",
        target=chance.choice([None, Target(chance.choice(list(Role)), chance.choice(list(SentimentLabel)), 0.25)]),
        enrichment=Enrichment(
            chance.choice([None, *Emotion]),
            tuple(chance.sample(THEMES, chance.randrange(3))),
            toxicity=tuple(chance.sample(list(Toxicity), chance.choice([0, 0, 2]))),
        ),
        doubtful=chance.random() < 0.1,
    )


def _text(chance: random.Random) -> str:
    return chance.choice([" ", "\n", " : "]).join(chance.choices(WORDS, k=chance.randrange(9)))


@pytest.fixture(scope="module")
def stores(new_elasticsearch_mentions) -> Iterator[tuple[MentionStore, MentionStore]]:  # type: ignore[no-untyped-def]
    database = Database(Path(":memory:"))
    with new_elasticsearch_mentions() as (elasticsearch, _, _):
        sqlite = SqliteMentionStore(database)
        for store in (sqlite, elasticsearch):
            _fill(store)
        yield sqlite, elasticsearch
    database.close()


def _fill(store: MentionStore) -> None:
    corpus = sorted(_corpus(), key=lambda mention: mention.document.published.at)
    store.upsert(corpus)
    store.upsert(
        [replace(mention, document=replace(mention.document, text=mention.document.text + " fin")) for mention in corpus[::3]]
    )
    for mention in corpus[::7]:
        store.mark(mention.id, Decision(WorkflowState.HANDLED, "noté"))
    for place, mention in enumerate(corpus[::4]):
        store.mark(mention.id, Decision(assignee=ASSIGNEES[place % 3], due_at=START + place * timedelta(hours=1, microseconds=1)))
    for mention in corpus[::5]:
        store.correct(mention.id, SentimentLabel.POSITIVE)


_TERMS = st.builds(
    Term, st.lists(st.sampled_from([*WORDS, "pa", "or", "É"]), min_size=1, max_size=3).map(" ".join), st.booleans(), st.booleans()
)
_SIDES = st.lists(_TERMS, min_size=1, max_size=3).map(tuple)
_NEARS = st.builds(Near, _SIDES, _SIDES, st.integers(0, 4), st.booleans())
_FIELDS = st.one_of(
    st.builds(Field, st.just("site"), st.sampled_from([*SITES, "fr", "emple.fr", "EXEMPLE.fr", "."])),
    st.builds(Field, st.just("title"), st.sampled_from([*WORDS, "pan*"])),
    st.builds(Field, st.just("author"), st.sampled_from(["zoe", "jean rené", "jean", "-", "\ud83d"])),
    st.builds(Field, st.just("lang"), st.sampled_from(["fr", "FR", "en", "f"])),
    st.builds(Field, st.just("kind"), st.sampled_from(["news", "Blog"])),
    st.builds(Field, st.just("source"), st.sampled_from([*SOURCES, "s"])),
)


def _combined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))


_MOMENTS = st.one_of(
    st.none(), st.integers(0, 97).map(lambda hours: START + timedelta(hours=hours)), st.just(START + timedelta(microseconds=1))
)
_FILTERS = st.builds(
    Filter,
    query=st.one_of(st.none(), st.recursive(st.one_of(_TERMS, _NEARS, _FIELDS), _combined, max_leaves=6)),
    brands=st.sampled_from([(), ("b1",), ("b0", "b1")]),
    labels=st.sampled_from([(), (SentimentLabel.NEGATIVE,), (SentimentLabel.POSITIVE, SentimentLabel.NEUTRAL)]),
    kinds=st.sampled_from([(), ("blog",)]),
    sources=st.sampled_from([(), ("s1",)]),
    languages=st.sampled_from([(), ("fr",)]),
    states=st.sampled_from([(), (), (WorkflowState.HANDLED,)]),
    assignees=st.sampled_from([(), (), (), ("claire",), ("Claire", "\ud83d"), ("",)]),
    due_before=st.one_of(st.none(), _MOMENTS),
    doubtful=st.sampled_from([False, False, False, None, True]),
    roles=st.sampled_from([(), (), (Role.OWN,), (Role.SUBJECT, Role.PASSING)]),
    emotions=st.sampled_from([(), (), (Emotion.ANGER, Emotion.FEAR)]),
    themes=st.sampled_from([(), (), ("prix",), ("Prix", "\ud83d")]),
    toxic=st.sampled_from([None, None, True, False]),
    story_id=st.sampled_from([None, None, "story-3"]),
    start=_MOMENTS,
    end=_MOMENTS,
    seen_start=_MOMENTS,
    seen_end=_MOMENTS,
)


@given(chosen=_FILTERS, step=st.sampled_from([timedelta(days=1), timedelta(days=2), timedelta(minutes=55)]))
@settings(max_examples=200, deadline=None)
def test_both_stores_answer_the_same(stores: tuple[MentionStore, MentionStore], chosen: Filter, step: timedelta) -> None:
    sqlite, elasticsearch = (_answers(store, chosen, step) for store in stores)
    assert elasticsearch == sqlite


def _answers(store: MentionStore, chosen: Filter, step: timedelta) -> dict[str, object]:
    days = chosen.start is not None and chosen.end is not None
    return {
        "mentions": sorted(store.search(chosen, limit=COUNT).mentions, key=lambda mention: mention.id),
        "pages": sorted(_read_in_pages(store, chosen)),
        "count": store.count(chosen),
        "share": store.share_of_voice(chosen),
        "sources": store.top_sources(chosen, limit=2),
        "stories": store.stories(chosen, limit=3),
        "histogram": list(store.histogram(chosen, step, "Europe/Paris")) if days else None,
    }


def _read_in_pages(store: MentionStore, chosen: Filter) -> list[str]:
    page = store.search(chosen, limit=40)
    found = [mention.id for mention in page.mentions]
    while page.cursor is not None:
        page = store.search(chosen, limit=40, cursor=page.cursor)
        found += [mention.id for mention in page.mentions]
    return found


@pytest.mark.parametrize(
    "query",
    [
        "(panne (cœur OR " * 24 + "orange" + "))" * 24,
        "(panne OR (site:exemple.fr " * 24 + "=Orange" + "))" * 24,
        "(panne OR (réseau NEAR =été " * 24 + "pas" + "))" * 24,
        "orange -(" * 24 + "panne" + ")" * 24,
        "orange -(" * 24 + "lang:fr" + ")" * 24,
        " OR ".join([f"mot{number}" for number in range(9_999)] + ["orange"]),
        " OR ".join([f"site:s{number}.fr" for number in range(2000)] + ["orange"]),
        "orange " + " ".join(f"-mot{number}" for number in range(2000)),
    ],
    ids=["and, or", "fields", "near", "not", "not a field", "words", "sites", "exclusions"],
)
def test_both_stores_read_deep_and_long_queries(stores: tuple[MentionStore, MentionStore], query: str) -> None:
    sqlite, elasticsearch = (store.count(Filter(parse(query))) for store in stores)
    assert elasticsearch == sqlite
    assert sqlite.total > 0


@pytest.mark.parametrize("word", WORDS)
def test_both_stores_know_the_same_words(stores: tuple[MentionStore, MentionStore], word: str) -> None:
    for term in (
        Term(word),
        Term(word, prefix=True),
        Term(word, exact_case=True),
        Term(f"{word} fin", prefix=True, exact_case=True),
    ):
        sqlite, elasticsearch = (store.count(Filter(term)) for store in stores)
        assert elasticsearch == sqlite, term
