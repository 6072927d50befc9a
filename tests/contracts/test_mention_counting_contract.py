"""What every mention store promises when it counts (`vigie.ports.MentionStore`)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.mention_samples import MONDAY, NEGATIVE, POSITIVE, some_mention
from vigie.model import (
    Mention,
)
from vigie.ports import Bucket, Filter, MentionStore, Tally
from vigie.query import parse

# --- counting


def test_whole_days_hold_their_first_midnight_and_not_the_last(store: MentionStore) -> None:
    midnight = datetime(2026, 3, 8, 23, tzinfo=UTC)  # in Paris
    store.upsert([some_mention(number, at=midnight + number * timedelta(days=1)) for number in range(3)])
    two_days = Filter(start=midnight, end=midnight + timedelta(days=2))
    assert store.count(two_days).total == 2
    assert store.share_of_voice(two_days)["orange"].total == 2
    assert [bucket.tally.total for bucket in store.histogram(two_days, timedelta(days=1), "Europe/Paris")] == [1, 1]


def test_hours_are_counted_with_the_empty_ones(store: MentionStore) -> None:
    store.upsert([some_mention(1, at=MONDAY, label=NEGATIVE), some_mention(2, at=MONDAY + timedelta(hours=2, minutes=59))])
    buckets = store.histogram(Filter(start=MONDAY, end=MONDAY + timedelta(hours=3)), timedelta(hours=1), "Europe/Paris")
    assert buckets == [
        Bucket(MONDAY, Tally(negative=1)),
        Bucket(MONDAY + timedelta(hours=1), Tally()),
        Bucket(MONDAY + timedelta(hours=2), Tally(neutral=1)),
    ]


@pytest.mark.parametrize("query", [None, "texte"])
def test_days_are_those_of_the_zone_when_the_clocks_change(store: MentionStore, query: str | None) -> None:
    """On 29 March 2026 Paris goes from UTC+1 to UTC+2: that day lasts 23 hours."""
    start, sunday_end = datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    moments = [sunday_end - timedelta(seconds=1), sunday_end]
    store.upsert([some_mention(number, at=at) for number, at in enumerate(moments)])
    chosen = Filter(parse(query) if query else None, start=start, end=datetime(2026, 3, 31, 22, tzinfo=UTC))
    buckets = store.histogram(chosen, timedelta(days=1), "Europe/Paris")
    assert [bucket.start for bucket in buckets] == [
        start,
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        sunday_end,
        datetime(2026, 3, 30, 22, tzinfo=UTC),
    ]
    assert [bucket.tally.total for bucket in buckets] == [0, 1, 1, 0]


def test_a_day_that_begins_in_the_window_is_counted_from_there(store: MentionStore) -> None:
    noon = datetime(2026, 3, 9, 11, tzinfo=UTC)
    store.upsert(
        [some_mention(1, at=noon - timedelta(hours=1)), some_mention(2, at=noon), some_mention(3, at=noon + timedelta(hours=12))]
    )
    buckets = store.histogram(Filter(start=noon, end=noon + timedelta(days=1)), timedelta(days=1), "Europe/Paris")
    assert buckets == [Bucket(noon, Tally(neutral=1)), Bucket(datetime(2026, 3, 9, 23, tzinfo=UTC), Tally(neutral=1))]


@pytest.mark.parametrize("chosen", [Filter(), Filter(start=MONDAY), Filter(end=MONDAY)], ids=["neither", "no end", "no start"])
def test_a_histogram_needs_both_ends(store: MentionStore, chosen: Filter) -> None:
    with pytest.raises(ValueError, match="start and an end"):
        store.histogram(chosen, timedelta(hours=1), "Europe/Paris")


def test_a_histogram_needs_a_step(store: MentionStore) -> None:
    with pytest.raises(ValueError, match="positive"):
        store.histogram(Filter(start=MONDAY, end=MONDAY + timedelta(days=1)), timedelta(0), "Europe/Paris")


def test_share_of_voice_names_the_brands_that_were_mentioned(store: MentionStore) -> None:
    store.upsert([some_mention(1), some_mention(2, label=NEGATIVE), some_mention(3, brand="free", label=POSITIVE)])
    assert store.share_of_voice(Filter()) == {"orange": Tally(1, 1, 0), "free": Tally(0, 0, 1)}
    assert store.share_of_voice(Filter(brands=["sosh"])) == {}


def test_the_sources_that_say_most_come_first(store: MentionStore) -> None:
    store.upsert([some_mention(1, source="a"), some_mention(2, source="b"), some_mention(3, source="b", label=NEGATIVE)])
    assert store.top_sources(Filter()) == [("b", Tally(1, 1, 0)), ("a", Tally(0, 1, 0))]
    assert len(store.top_sources(Filter(), limit=1)) == 1


def test_a_story_is_told_by_its_first_document(store: MentionStore) -> None:
    long_text = "mot " * 200
    first = some_mention(1, story="s", title="Premier", text=long_text, url="https://a.fr/1", label=POSITIVE)
    second = some_mention(2, story="s", title="Copie", url="https://b.fr/2", label=NEGATIVE, evidence=("catastrophe",))
    third = some_mention(3, story="s", title="Copie", url="https://b.fr/3", label=NEGATIVE, evidence=("désastre",))
    store.upsert([third, second, first, some_mention(4, story="t")])
    story, other = store.stories(Filter())
    assert (story.id, story.title, story.url) == ("s", "Premier", "https://a.fr/1")
    assert (story.documents, story.copies, story.sites, story.negative) == (3, 2, 2, 2)
    assert (story.first_published_at, story.evidence) == (first.document.published.at, ("catastrophe",))
    assert story.excerpt.startswith("mot mot")
    assert story.excerpt.endswith("…")
    assert len(story.excerpt) <= 200
    assert other.id == "t"


def test_a_document_that_names_two_brands_is_one_document_of_its_story(store: MentionStore) -> None:
    url = "https://exemple.fr/a"
    store.upsert(
        [some_mention(1, url=url, story="s", label=NEGATIVE), some_mention(1, url=url, story="s", label=NEGATIVE, brand="free")]
    )
    (story,) = store.stories(Filter())
    assert (story.documents, story.negative) == (1, 1)


def test_stories_of_one_size_are_told_latest_first(store: MentionStore) -> None:
    store.upsert([some_mention(1, story="old"), some_mention(2, story="new"), some_mention(3, story="newest")])
    assert [story.id for story in store.stories(Filter(), limit=2)] == ["newest", "new"]


Write = Callable[[MentionStore, Mention], object]


@pytest.mark.parametrize(
    "write",
    [
        lambda store, mention: store.remove_documents([mention.document.id]),
        lambda store, mention: store.erase_url(mention.document.url),
        lambda store, mention: store.erase_author("Zoé"),
        lambda store, mention: store.purge(MONDAY + timedelta(days=9)),
    ],
    ids=["remove_documents", "erase_url", "erase_author", "purge"],
)
def test_what_is_removed_is_neither_found_nor_counted(store: MentionStore, write: Write) -> None:
    mention = some_mention(1, author="Zoé")
    day = Filter(start=datetime(2026, 3, 8, 23, tzinfo=UTC), end=datetime(2026, 3, 9, 23, tzinfo=UTC))
    store.upsert([mention])
    write(store, mention)
    assert store.get(mention.id) is None
    assert store.search(Filter(parse("texte"))).mentions == []
    assert store.count(Filter()) == Tally()
    assert store.histogram(day, timedelta(days=1), "Europe/Paris")[0].tally == Tally()
