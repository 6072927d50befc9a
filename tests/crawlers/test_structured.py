"""JSON-LD and meta tags as sites really write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.structured import StructuredArticle, meta_tags, structured_articles
from crawlers.tree import parse_page


def articles(*blocks: str) -> tuple[StructuredArticle, ...]:
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    root = parse_page(f"<html><head>{scripts}</head></html>".encode())
    assert root is not None
    return structured_articles(root)


@pytest.mark.parametrize(
    "block",
    [
        '{"@type":"NewsArticle","headline":"T"}',
        '[{"@type":"WebSite"},{"@type":"NewsArticle","headline":"T"}]',
        '{"@graph":[{"@type":["Article","BlogPosting"],"headline":"T"}]}',
        '{"@type":"WebPage","mainEntity":{"@type":"BlogPosting","headline":"T"}}',
        '{"@type":"https://schema.org/NewsArticle","headline":["T"],}',
        '<!-- {"@type":"NewsArticle","headline":"T"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"T"}\n//]]>',
        '{"@type":"NewsArticle","headline":"T","description":"deux\nlignes"}',
        '{"@type":"NewsArticle","headline":"T"};',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;T&quot;}",
        '{"@type":"WebSite"}\n{"@type":"NewsArticle","headline":"T"}',
        '{"@type":"NewsArticle","headline":"T"},{"@type":"BreadcrumbList"}{cut',
    ],
)
def test_an_article_is_found_in_every_usual_shape(block: str) -> None:
    assert [one.headline for one in articles(block)] == ["T"]


@pytest.mark.parametrize(
    "block", ["", "{", "null", "3", '"x"', "[[[]]]", '{"@type":3}', '{"@type":"NewsArticle"}', "[" * 3000, '{"@type":"Product"}']
)
def test_what_describes_no_article_gives_none(block: str) -> None:
    assert articles(block) == ()


def test_a_damaged_block_does_not_spoil_the_next() -> None:
    assert len(articles("{damaged", '{"@type":"NewsArticle","headline":"T"}')) == 1


def test_articles_of_a_list_are_not_what_the_page_is_about() -> None:
    assert articles('{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"T"}]}') == ()


@pytest.mark.parametrize(
    "author",
    ['"Zoé"', '{"name":"Zoé"}', '[{"@type":"Person","name":"Zoé"}]', '{"@id":"#zoe"}', '{"name":["Zoé"]}', '["Zoé","Zoé"]'],
)
def test_an_author_is_read_in_every_usual_shape(author: str) -> None:
    block = (
        f'{{"@graph":[{{"@id":"#zoe","@type":"Person","name":"Zoé"}},{{"@type":"Article","headline":"T","author":{author}}}]}}'
    )
    assert articles(block)[0].author == "Zoé"


def test_a_profile_address_is_no_name() -> None:
    assert articles('{"@type":"Article","headline":"T","author":"https://x.example/zoe"}')[0].author == ""


def test_entities_and_tags_are_read() -> None:
    one = articles('{"@type":"Article","headline":"R&amp;D l&#8217;été","articleBody":"<p>Un</p><p>Deux &amp; trois</p>"}')[0]
    assert (one.headline, one.body) == ("R&D l’été", "Un\nDeux & trois")


def test_nested_comments_know_what_they_answer() -> None:
    block = '{"@type":"Article","headline":"T","comment":[{"text":"a","comment":[{"text":"b"}]},{"text":"c"},{"text":""}]}'
    assert [(one.text, one.parent) for one in articles(block)[0].comments] == [("a", None), ("b", 0), ("c", None)]


def test_meta_tags_are_read_by_property_name_or_itemprop() -> None:
    root = parse_page(
        b'<meta property="og:type" content="Article"><meta name="author" content="https://x.example/zoe">'
        b'<meta itemprop="datePublished" content="2026-03-03"><meta property="og:title" content="A &amp; B"><meta name="date">'
    )
    assert root is not None
    tags = meta_tags(root)
    assert (tags.kind, tags.author, tags.published, tags.title) == ("article", "", "2026-03-03", "A & B")


@pytest.mark.parametrize("identity", ["[]", "{}", '["#zoe"]', '{"@id":"#zoe"}', "3", "null"])
def test_an_author_with_an_odd_identity_costs_no_more_than_the_author(identity: str) -> None:
    one = articles(f'{{"@type":"Article","headline":"T","author":{{"@type":"Person","@id":{identity}}}}}')[0]
    assert (one.headline, one.author) == ("T", "")


_KEYS = st.sampled_from(
    [
        *("@id", "@type", "@graph", "@value", "mainEntity", "mainEntityOfPage", "hasPart", "url", "name", "headline", "text"),
        *("articleBody", "author", "creator", "datePublished", "inLanguage", "comment", "comments", "alternateName"),
    ]
)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["Article", "Comment", "#a", "<p>x"])
)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=30
)


@given(author=_JSON | st.fixed_dictionaries({"@id": _JSON}), comment=_JSON, rest=_JSON)
def test_no_json_loses_the_page(author: object, comment: object, rest: object) -> None:
    article = {"@type": "Article", "headline": "T", "author": author, "comment": comment}
    found = articles(json.dumps([article, rest]).replace("<", "\\u003c"))
    assert found[0].headline == "T"
