"""The matcher and every mention store mean the same by a query: what is alerted on can be found again by the same words.

The matcher alone knows how brand names bend (plural, possessive, hashtags, names inside addresses), and takes a phrase across no
comma, full stop or line end; the texts here hold none of that.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.matching import BrandMatcher
from config.schema import Brand
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    document_id,
    mention_id,
)
from vigie.ports import Filter, MentionStore
from vigie.query import parse
from vigie.store import Database
from vigie.store.sqlite import SqliteMentionStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOSTS = ("exemple.fr", "www.exemple.fr", "forum.exemple.fr", "contre-exemple.fr")
WORDS = (
    ("Orange en panne", "Le réseau ne répond plus, dit le service client."),
    ("L’orangerie rouvre", "Une panne ? Non : le musée d'été, côté cœur."),
    ("", "ORANGE répond au service des clients ; orange aussi"),
    ("Service client", "Rien à dire."),
)
QUERIES = """
orange
ORANGE
=Orange
=ORANGE
orang*
=Orang*
"service client"
"service cli*"
"service client" OU réseau
orange panne
orange AND panne
orange -panne
orange SAUF (panne OR réseau)
coeur
côté
été
title:orange
title:orang*
title:"service client"
title:"Orange en"
title:panne OU title:client
orange -title:orange
title:ORANG* -réseau
service site:exemple.fr
site:www.exemple.fr
site:https://www.exemple.fr/rubrique?page=2
site:forum.exemple.fr/sujet
site:FORUM.exemple.fr OU cœur
panne lang:fr
lang:fr-CA
lang:EN_us
lang:fr -site:exemple.fr
author:"jean rené"
author:JEAN-RENÉ
author:jean
kind:news orange
kind:BLOG
source:s1
source:S1
(orange OU service) (lang:en OU kind:blog) -author:zoé
orange NEAR panne
orange NEAR/1 panne
panne ONEAR/1 orange
orange ONEAR/1 panne
(=ORANGE OU réseau) NEAR/2 répond
clients ONEAR/0 orange
"service client" NEAR/9 réseau
"service cli"* NEAR/9 rés*
orange NEAR/9 rien
orange NEAR/9 orange
d'été NEAR/0 (musée OU côté)
l'orang* ONEAR/0 rouvre
service -(orange NEAR/3 répond)
""".strip().splitlines()

COUNT = 150
PIECES = [
    "Orange",
    "orange",
    "ORANGE",
    "d'Orange",
    "l’orangerie",
    "panne",
    "une panne",
    "qu'une panne",
    "réseau",
    "RESEAU",
    "l'été",
    "l’Été",
    "côté",
    "cœur",
    "coeur",
    "mi-temps",
    "service client",
    "Service Client",
    "le",
    "3 fois",
]
"""Texts are made of these; a phrase of a query is one of them, so that it is never found across two."""


def _mentions() -> Iterator[Mention]:
    for number, (host, (title, text)) in enumerate(product(HOSTS, WORDS)):
        yield _mention(number, host, title, text, NOON)


def _mention(number: int, host: str, title: str, text: str, at: datetime) -> Mention:
    url = f"https://{host}/{number}"
    document = Document(
        id=document_id(url),
        source_id=("s1", "s2")[number % 2],
        kind=(DocumentKind.NEWS, DocumentKind.BLOG)[number % 3 == 0],
        url=url,
        title=title,
        text=text,
        author=(None, "Jean-René", "Zoé", "Jean Dupont", "")[number % 5],
        published=PublicationDate(at, DateSource.META, 1.0),
        seen_at=NOON,
        language=("fr", "en")[number % 7 == 0],
    )
    return Mention(
        id=mention_id(document.id, "marque"),
        brand_id="marque",
        document=document,
        spans=(),
        language=document.language or "",
        relevance=1.0,
        sentiment=Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.0),
        story_id=document.id,
    )


@pytest.mark.parametrize("query", QUERIES)
def test_the_matcher_and_the_store_find_the_same(store: MentionStore, query: str) -> None:
    mentions = list(_mentions())
    store.upsert(mentions)
    assert _found(store, Filter(parse(query))) == _matched(query, [mention.document for mention in mentions])


def _found(store: MentionStore, chosen: Filter) -> set[str]:
    return {mention.document.url for mention in store.search(chosen, limit=COUNT).mentions}


def _matched(query: str, documents: Sequence[Document]) -> set[str]:
    matcher = BrandMatcher([Brand(id="marque", name="Marque", query=query)])
    return {one.url for one in documents if matcher.match(one.title, one.text, document=one)}


def test_a_region_declared_by_the_page_is_the_language_that_is_stored(store: MentionStore) -> None:
    mention = next(_mentions())
    document = replace(mention.document, language="fr_CA")
    store.upsert([replace(mention, document=document, language="fr")])
    matcher = BrandMatcher([Brand(id="marque", name="Marque", query="lang:fr-BE")])
    assert store.search(Filter(parse("lang:fr-BE")), limit=1).mentions
    assert matcher.match(document.title, document.text, document=document)


@cache
def _corpus() -> tuple[Mention, ...]:
    """Mentions of ten days, of few words, so that a query of two words finds some and not others."""
    chance = random.Random(5)
    return tuple(
        _mention(number, chance.choice(HOSTS), _text(chance, 5), _text(chance, 12), NOON - timedelta(hours=chance.randrange(240)))
        for number in range(COUNT)
    )


def _text(chance: random.Random, most: int) -> str:
    return "".join(
        chance.choice(PIECES) + chance.choice([" ", " ", ", ", ". ", " : ", "\n"]) for _ in range(chance.randrange(most))
    )


@pytest.fixture(scope="module", params=["sqlite", "elasticsearch"])
def filled(request: pytest.FixtureRequest) -> Iterator[MentionStore]:
    if request.param == "sqlite":
        database = Database(Path(":memory:"))
        store = SqliteMentionStore(database)
        store.upsert(_corpus())
        yield store
        database.close()
        return
    opened: Callable[[], AbstractContextManager[tuple[MentionStore, object, str]]]
    opened = request.getfixturevalue("new_elasticsearch_mentions")
    with opened() as (elasticsearch, _, _):
        elasticsearch.upsert(_corpus())
        yield elasticsearch


_QUOTED = st.sampled_from(PIECES).map(lambda piece: f'"{piece}"')
_TERMS = st.one_of(
    st.sampled_from(["orange", "panne", "reseau", "été", "cœur", "temps", "client", "une", "3", "absent"]),
    st.sampled_from(
        ["orang*", "pan*", "rés*", "l'ét*", '"service cli"*', "=Orang*", '="Service C"*', "=ORANGE", "=Été", "=l'été"]
    ),
    _QUOTED,
    _QUOTED.map(lambda phrase: f"={phrase}"),
)
_SIDES = st.one_of(_TERMS, st.lists(_TERMS, min_size=2, max_size=4).map(lambda terms: f"({' OR '.join(terms)})"))
_NEARS = st.builds(
    "{} {}{} {}".format, _SIDES, st.sampled_from(["NEAR", "ONEAR"]), st.sampled_from(["", "/0", "/1", "/2", "/3", "/8"]), _SIDES
)
_FIELDS = st.sampled_from(
    [
        "site:exemple.fr",
        "lang:fr",
        'author:"jean rené"',
        "title:orang*",
        "title:été",
        'title:"service client"',
        "kind:blog",
        "source:s1",
    ]
)
_QUERIES = st.recursive(
    st.one_of(_TERMS, _NEARS, _NEARS, _FIELDS),
    lambda parts: st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from(["AND", "ET", "OR", "OU", "NOT", "SAUF", ""]), parts),
        st.builds("({} -{})".format, parts, _SIDES),
    ),
    max_leaves=5,
)
_MOMENTS = st.one_of(st.none(), st.integers(0, 240).map(lambda hours: NOON - timedelta(hours=hours)))


@given(query=_QUERIES, start=_MOMENTS, end=_MOMENTS, sources=st.sampled_from([(), (), ("s1",)]))
@settings(max_examples=300, deadline=None)
def test_queries_made_at_random_find_what_the_matcher_matches(
    filled: MentionStore, query: str, start: datetime | None, end: datetime | None, sources: tuple[str, ...]
) -> None:
    chosen = Filter(parse(query), start=start, end=end, sources=sources)
    in_filter = [
        mention.document
        for mention in _corpus()
        if (start is None or mention.document.published.at >= start)
        and (end is None or mention.document.published.at < end)
        and (not sources or mention.document.source_id in sources)
    ]
    assert _found(filled, chosen) == _matched(query, in_filter)
