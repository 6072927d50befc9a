"""What the invented web holds: reproducible, in natural volume, with one crisis and nothing copied by accident."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from vigie.demo.world import Article, Item, World, build_world
from vigie.demo.world.places import GAZETTE, NAMES, OUTLETS, OWN_BRAND, SILENT_BLOG, brands_in
from vigie.demo.world.stock import PARIS, Blanks, Draft, combinations, sections, shingles
from vigie.model import SentimentLabel

SEEDS = (1, 7, 2026)
NEGATIVE = SentimentLabel.NEGATIVE


@cache
def world_of(seed: int) -> World:
    return build_world(seed)


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return world_of(request.param)


def own_negatives(world: World, minutes: tuple[int, int]) -> list[Item]:
    first, last = (world.onset + timedelta(minutes=minute) for minute in minutes)
    mentions = world.mentions()
    return [i for i, brand in mentions if brand == OWN_BRAND and i.mood is NEGATIVE and first <= i.published_at < last]


def dispatch_of(world: World) -> list[Article]:
    return [article for article in world.articles if "(ALP)" in article.text]


def test_the_same_seed_makes_the_same_world() -> None:
    assert repr(build_world(3)) == repr(build_world(3))


def test_another_seed_makes_another_world_with_the_same_story() -> None:
    one, other = world_of(1), world_of(7)
    assert {item.text for item in one.items} != {item.text for item in other.items}
    assert (one.start, one.onset, one.end, one.canary) == (other.start, other.onset, other.end, other.canary)


def test_everything_is_published_within_the_thirty_days(world: World) -> None:
    assert all(world.start <= item.published_at < world.end for item in world.items)
    assert world.end - world.start == timedelta(days=30)


def test_no_two_things_have_the_same_address(world: World) -> None:
    assert max(Counter(item.url for item in world.items).values()) == 1


def test_every_brand_is_talked_about_on_every_full_day_of_the_history(world: World) -> None:
    days = Counter(
        item.published_at.astimezone(PARIS).date() for item, _ in world.mentions() if item.published_at < world.ticks_start
    )
    full = sorted(days)[1:-1]
    assert len(full) == 29
    assert 20 <= sum(days[day] for day in full) / len(full) <= 50
    assert min(days[day] for day in full) >= 8


def test_half_of_the_mentions_are_of_the_own_brand(world: World) -> None:
    brands = Counter(brand for _, brand in world.mentions())
    assert set(brands) == set(NAMES)
    assert 0.4 <= brands[OWN_BRAND] / brands.total() <= 0.6


def test_ordinary_days_are_mostly_calm(world: World) -> None:
    moods = Counter(item.mood for item, _ in world.mentions() if item.published_at < world.ticks_start)
    assert 0.15 <= moods[NEGATIVE] / moods.total() <= 0.35
    assert 0.15 <= moods[SentimentLabel.POSITIVE] / moods.total() <= 0.4


def test_a_dozen_customers_complain_within_forty_minutes_of_the_onset(world: World) -> None:
    assert len(own_negatives(world, (0, 40))) >= 12


def test_the_crisis_fades_towards_the_end(world: World) -> None:
    assert len(own_negatives(world, (0, 360))) >= 70
    assert len(own_negatives(world, (300, 360))) < len(own_negatives(world, (0, 60))) / 2


def test_the_hour_before_the_onset_has_no_more_than_usual(world: World) -> None:
    copies = set(dispatch_of(world))
    assert len([item for item in own_negatives(world, (-60, 0)) if item not in copies]) <= 4


def test_the_press_comes_after_the_customers(world: World) -> None:
    crisis = own_negatives(world, (0, 360))
    press = [item for item in crisis if isinstance(item, Article)]
    assert min(item.published_at for item in press) - world.onset >= timedelta(minutes=60)


def test_eight_outlets_carry_the_dispatch_before_the_crisis(world: World) -> None:
    copies = dispatch_of(world)
    assert {copy.host for copy in copies} == {site.host for site in OUTLETS}
    assert all(world.ticks_start < copy.published_at < world.onset for copy in copies)
    assert len({copy.title for copy in copies}) == len(OUTLETS)


def test_no_two_texts_look_alike_but_the_copies_of_the_dispatch(world: World) -> None:
    copies = {copy.url for copy in dispatch_of(world)}
    assert [pair for pair in look_alikes(world.items, 0.3) if not set(pair) <= copies] == []


def test_the_silent_blog_writes_daily_and_then_stops(world: World) -> None:
    diary = [article.published_at for article in world.articles if article.host == SILENT_BLOG.host]
    assert all(later - earlier < timedelta(hours=26) for earlier, later in pairwise(diary))
    assert world.end - diary[-1] > timedelta(days=6)


def test_homonyms_are_about_no_brand(world: World) -> None:
    titles = {block[0].partition("{")[0] for section in sections("homonyms") for block in section.blocks}
    homonyms = [a for a in world.articles if a.host == GAZETTE.host and a.title.startswith(tuple(titles))]
    assert len(homonyms) >= len(titles)
    assert all(not article.brands for article in homonyms)


def test_one_article_is_hacked(world: World) -> None:
    assert sum(article.hacked for article in world.articles) == 1


def test_the_canary_stands_in_no_text(world: World) -> None:
    assert not any(world.canary in item.text for item in world.items)


def test_no_blank_is_left_unfilled(world: World) -> None:
    assert not any("{" in item.text or "{" in getattr(item, "title", "") for item in world.items)


def test_a_comment_answers_an_earlier_one_below_the_same_article(world: World) -> None:
    by_number = {comment.number: comment for comment in world.comments}
    answers = [comment for comment in world.comments if comment.parent]
    assert answers
    for answer in answers:
        parent = by_number[answer.parent or 0]
        assert parent.article == answer.article
        assert parent.published_at <= answer.published_at


def test_comments_and_replies_come_after_what_they_are_about(world: World) -> None:
    assert all(comment.published_at >= comment.article.published_at for comment in world.comments)
    opened: dict[int, str] = {}
    for post in world.posts:
        opened.setdefault(post.topic.number, post.text)
    blocks = [block for name in ("forum_topics", "crisis_topics") for section in sections(name) for block in section.blocks]
    written = [re.sub(r"\\{\w+\\}", ".+", re.escape("\n".join(block[1:]))) for block in blocks]
    assert all(any(re.fullmatch(pattern, text) for pattern in written) for text in opened.values())


def test_de_is_elided_before_a_vowel() -> None:
    blanks = Blanks({"ville": ["Angers"]}, Random(0))
    draft = Draft("sport", SentimentLabel.NEUTRAL, "Le marché de {ville}", ("à {ville}",))
    assert (blanks.fill(draft).title, blanks.fill(draft).lines) == ("Le marché d'Angers", ("à Angers",))


@pytest.mark.parametrize("size", [5, 7, 11])
def test_two_rows_of_a_combination_never_agree_in_two_columns(size: int) -> None:
    rows = list(combinations(size, 4, size, Random(size)))
    assert len(rows) == size * size
    for number, row in enumerate(rows):
        for other in rows[:number]:
            assert sum(mine == theirs for mine, theirs in zip(row, other, strict=True)) <= 1


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("Chez Marelle et nordfil", ("marelle", "nordfil")),
        ("une marelle à la craie", ()),
        ("Télébrise, ou telebrise", ("telebrise",)),
        ("Marellerie", ()),
    ],
)
def test_a_brand_is_meant_where_its_name_stands(text: str, brands: tuple[str, ...]) -> None:
    assert brands_in(text) == brands


def test_a_careless_customer_means_the_brand_without_a_capital() -> None:
    assert brands_in("une honte marelle", careless=True) == ("marelle",)


def look_alikes(items: Sequence[Item], alike: float) -> list[tuple[str, str]]:
    rows = {item.url: shingles(item.text) for item in items}
    holders: dict[tuple[str, ...], list[str]] = {}
    for url, row in ((url, row) for url, own in rows.items() for row in own):
        holders.setdefault(row, []).append(url)
    shared = Counter((one, other) for urls in holders.values() for place, one in enumerate(urls) for other in urls[:place])
    return [pair for pair, n in shared.items() if n / (len(rows[pair[0]]) + len(rows[pair[1]]) - n) >= alike]
