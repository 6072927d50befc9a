"""Queries in SQLite against their plain meaning, on texts and queries made at random from a small French vocabulary."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigie.model import DateSource, DocumentKind, Mention, PublicationDate, Sentiment, SentimentLabel, document_id, mention_id
from vigie.ports import Filter, Tally
from vigie.query import And, Field, Near, Node, Not, Or, Term
from vigie.store import Database
from vigie.store.sqlite import SqliteMentionStore

START = datetime(2026, 3, 27, 23, tzinfo=UTC)  # midnight in Paris, two days before the clocks change
WORDS = ["Orange", "orange", "panne", "pannes", "cœur", "coeur", "Été", "l'été", "l’ete", "déçu", "decu", "réseau", "😡", "a-b"]
SITES = ["exemple.fr", "forum.exemple.fr", "autre.org"]
AUTHORS = [None, "Zoé", "ZOE", "Jean-René"]


def _plain(text: str) -> list[str]:
    letters = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    return re.findall(r"[a-z0-9]+", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _cased(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9éÉçèœ]+", text)


def _places(row: list[str], present: list[str], prefix: bool) -> list[int]:
    def fits(place: int) -> bool:
        there = present[place : place + len(row)]
        last = there[-1].startswith(row[-1]) if prefix else there[-1] == row[-1]
        return there[:-1] == row[:-1] and last

    return [place for place in range(len(present) - len(row) + 1) if fits(place)] if row else []


def _stretches(terms: tuple[Term, ...], text: str) -> Iterator[tuple[int, int]]:
    """Each place where one of `terms` stands: the number of its first word and of the one after its last."""
    for term in terms:
        cut = _cased if term.exact_case else _plain
        row = cut(term.text)
        yield from ((place, place + len(row)) for place in _places(row, cut(text), term.prefix))


def _stand_near(near: Near, text: str) -> bool:
    """Every pair is looked at."""
    for (left, left_end), (right, right_end) in product(_stretches(near.left, text), _stretches(near.right, text)):
        if 0 <= right - left_end <= near.words or (not near.ordered and 0 <= left - right_end <= near.words):
            return True
    return False


def _means(node: Node, mention: Mention) -> bool:  # noqa: PLR0911 - one case for each part of the language
    """What `node` says of `mention`, read from the language's description alone."""
    document = mention.document
    match node:
        case Term(text, prefix, exact_case):
            cut = _cased if exact_case else _plain
            return any(_places(cut(text), cut(part), prefix) for part in (document.title, document.text))
        case Near():
            return any(_stand_near(node, part) for part in (document.title, document.text))
        case Not(part):
            return not _means(part, mention)
        case And(parts):
            return all(_means(part, mention) for part in parts)
        case Or(parts):
            return any(_means(part, mention) for part in parts)
        case Field("site", value):
            return document.site == value or document.site.endswith("." + value)
        case Field("title", value):
            return bool(_places(_plain(value), _plain(document.title), prefix=False))
        case Field("author", value):
            return _plain(document.author or "") == _plain(value)
        case Field("lang", value):
            return mention.language == value
        case Field("kind", value):
            return document.kind == value
        case Field(_, value):
            return document.source_id == value


_TEXTS = st.one_of(*(st.lists(st.sampled_from(known), max_size=8).map(" ".join) for known in (WORDS, WORDS[:3])))
_TERMS = st.builds(
    Term, st.lists(st.sampled_from([*WORDS, "pan", "or"]), min_size=1, max_size=2).map(" ".join), st.booleans(), st.booleans()
)
_SIDES = st.lists(_TERMS, min_size=1, max_size=3).map(tuple)
_NEARS = st.builds(Near, _SIDES, _SIDES, st.integers(0, 4), st.booleans())
_FIELDS = st.one_of(
    st.builds(Field, st.just("site"), st.sampled_from(SITES)),
    st.builds(Field, st.just("title"), st.sampled_from(WORDS)),
    st.builds(Field, st.just("author"), st.sampled_from(["zoe", "jean rené"])),
    st.builds(Field, st.just("lang"), st.sampled_from(["fr", "en"])),
    st.builds(Field, st.just("kind"), st.sampled_from(["news", "blog"])),
    st.builds(Field, st.just("source"), st.sampled_from(["s1", "s2"])),
)


def _combined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))


_QUERIES: st.SearchStrategy[Node] = st.recursive(st.one_of(_TERMS, _NEARS, _FIELDS), _combined, max_leaves=6)


@st.composite
def _mentions(draw: st.DrawFn, base: Mention) -> list[Mention]:
    found = []
    for number in range(draw(st.integers(1, 10))):
        url = f"https://{draw(st.sampled_from(SITES))}/{number}"
        brand = draw(st.sampled_from(["b1", "b2"]))
        document = replace(
            base.document,
            id=document_id(url),
            url=url,
            title=draw(_TEXTS),
            text=draw(_TEXTS),
            author=draw(st.sampled_from(AUTHORS)),
            source_id=draw(st.sampled_from(["s1", "s2"])),
            kind=draw(st.sampled_from([DocumentKind.NEWS, DocumentKind.BLOG])),
            published=PublicationDate(START + draw(st.integers(0, 96)) * timedelta(hours=1), DateSource.META, 1.0),
        )
        label = draw(st.sampled_from(list(SentimentLabel)))
        language = draw(st.sampled_from(["fr", "en"]))
        found.append(
            replace(
                base,
                id=mention_id(document.id, brand),
                brand_id=brand,
                document=document,
                language=language,
                sentiment=Sentiment(label, 0.0, 0.0),
            )
        )
    return found


_HOURS = st.one_of(st.none(), st.integers(0, 96).map(lambda hours: START + timedelta(hours=hours)))
_FILTERS = st.builds(
    Filter,
    query=st.one_of(st.none(), _QUERIES),
    brands=st.sampled_from([(), ("b1",), ("b1", "b2")]),
    labels=st.sampled_from([(), (SentimentLabel.NEGATIVE,)]),
    kinds=st.sampled_from([(), ("blog",)]),
    sources=st.sampled_from([(), ("s1",)]),
    languages=st.sampled_from([(), ("fr",)]),
    start=_HOURS,
    end=_HOURS,
)


def _is_chosen(chosen: Filter, mention: Mention) -> bool:
    at = mention.document.published.at
    lists = [
        (chosen.brands, mention.brand_id),
        (chosen.labels, mention.label),
        (chosen.kinds, mention.document.kind),
        (chosen.sources, mention.document.source_id),
        (chosen.languages, mention.language),
    ]
    return (
        all(value in wanted for wanted, value in lists if wanted)
        and (chosen.start is None or at >= chosen.start)
        and (chosen.end is None or at < chosen.end)
        and (chosen.query is None or _means(chosen.query, mention))
    )


def _tally(mentions: list[Mention]) -> Tally:
    labels = Counter(mention.label for mention in mentions)
    return Tally(labels[SentimentLabel.NEGATIVE], labels[SentimentLabel.NEUTRAL], labels[SentimentLabel.POSITIVE])


def _read_in_pages(store: SqliteMentionStore, chosen: Filter) -> list[Mention]:
    found: list[Mention] = []
    cursor = None
    while True:
        page = store.search(chosen, limit=2, cursor=cursor)
        found += page.mentions
        cursor = page.cursor
        if cursor is None:
            return found


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_a_filter_finds_and_counts_what_it_means(make_mention, data: st.DataObject) -> None:
    kept = data.draw(_mentions(make_mention()))
    database = Database(Path(":memory:"))
    store = SqliteMentionStore(database)
    store.upsert(kept)
    for chosen in data.draw(st.lists(_FILTERS, min_size=1, max_size=8)):
        wanted = [mention for mention in kept if _is_chosen(chosen, mention)]
        found = _read_in_pages(store, chosen)
        assert sorted(mention.id for mention in found) == sorted(mention.id for mention in wanted)
        dates = [mention.document.published.at for mention in found]
        assert dates == sorted(dates, reverse=True)
        assert store.count(chosen) == _tally(wanted)
        assert sum(tally.total for tally in store.share_of_voice(chosen).values()) == len(wanted)
        if chosen.start is not None and chosen.end is not None:
            buckets = store.histogram(chosen, timedelta(days=1), "Europe/Paris")
            assert sum(bucket.tally.total for bucket in buckets) == len(wanted)
    database.close()


def test_a_near_of_thousands_of_repeats_is_answered_without_looking_at_every_pair(make_mention) -> None:
    database = Database(Path(":memory:"))
    store = SqliteMentionStore(database)
    store.upsert([make_mention(1, text="panne " * 30_000 + "box " * 30_000)])
    words = tuple(Term(word) for word in ("panne", "box"))
    assert store.count(Filter(Near(words, words, 4))).total == 1
    assert store.count(Filter(Near((Term("box"),), (Term("panne"),), 4, ordered=True))).total == 0
    database.close()
