"""The matcher and every mention store mean the same by a query: what is alerted on can be found again by the same words.

The matcher alone knows how brand names bend (plural, possessive, hashtags, names inside addresses); the texts here hold none.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

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
""".strip().splitlines()


def _mentions() -> Iterator[Mention]:
    for number, (host, (title, text)) in enumerate(product(HOSTS, WORDS)):
        url = f"https://{host}/{number}"
        document = Document(
            id=document_id(url),
            source_id=("s1", "s2")[number % 2],
            kind=(DocumentKind.NEWS, DocumentKind.BLOG)[number % 3 == 0],
            url=url,
            title=title,
            text=text,
            author=(None, "Jean-René", "Zoé", "Jean Dupont", "")[number % 5],
            published=PublicationDate(NOON, DateSource.META, 1.0),
            seen_at=NOON,
            language=("fr", "en")[number % 7 == 0],
        )
        yield Mention(
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
    found = {mention.document.url for mention in store.search(Filter(parse(query)), limit=100).mentions}
    matcher = BrandMatcher([Brand(id="marque", name="Marque", query=query)])
    documents = [mention.document for mention in mentions]
    assert found == {one.url for one in documents if matcher.match(one.title, one.text, document=one)}


def test_a_region_declared_by_the_page_is_the_language_that_is_stored(store: MentionStore) -> None:
    mention = next(_mentions())
    document = replace(mention.document, language="fr_CA")
    store.upsert([replace(mention, document=document, language="fr")])
    matcher = BrandMatcher([Brand(id="marque", name="Marque", query="lang:fr-BE")])
    assert store.search(Filter(parse("lang:fr-BE")), limit=1).mentions
    assert matcher.match(document.title, document.text, document=document)
