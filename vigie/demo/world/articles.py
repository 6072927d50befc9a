"""Every article of the world: news, trade press, the two blogs, the small outlets, the dispatch, the press in the crisis."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from vigie.demo.world.crisis import after_onset, dispatch_times
from vigie.demo.world.items import Article
from vigie.demo.world.places import BLOG, GAZETTE, OUTLETS, SILENT_BLOG, TRADE, Site, brands_in
from vigie.demo.world.rhythm import mornings, press_times
from vigie.demo.world.stock import PARIS, Blanks, Draft, local_news, sections, titled
from vigie.model import SentimentLabel

_FIRST_NUMBER = 48210
_FIRST_MORNING = date(2026, 2, 9)
_LOCAL_ROUNDS = 6  # each opening serves so often, each time for another town
_LOCAL_PER_OUTLET = 5
_BLOGGERS = {BLOG: "Odile Marchais", SILENT_BLOG: "L’abonné"}


@dataclass(frozen=True, slots=True)
class _Planned:
    site: Site
    draft: Draft
    at: datetime
    names_brands: bool = True
    hacked: bool = False


class ArticleWriter:
    """Makes the articles from the stock."""

    def __init__(self, blanks: Blanks, rng: Random) -> None:
        self._blanks, self._rng = blanks, rng

    def all(self) -> tuple[Article, ...]:
        """Every article, in order of publication."""
        planned = [
            *self._gazette_and_outlets(),
            *self._trade(),
            *self._blogs(),
            *self._dispatch(),
            *self._crisis(),
            *self._hacked(),
        ]
        planned.sort(key=lambda plan: (plan.at, plan.site.host))
        return tuple(self._article(_FIRST_NUMBER + 7 * number, plan) for number, plan in enumerate(planned))

    def _gazette_and_outlets(self) -> Iterator[_Planned]:
        local = local_news(_LOCAL_ROUNDS, self._rng)
        self._rng.shuffle(local)
        kept = _LOCAL_PER_OUTLET * len(OUTLETS)
        for number, (draft, at) in enumerate(zip(local[:kept], press_times(kept, self._rng), strict=True)):
            yield _Planned(OUTLETS[number % len(OUTLETS)], draft, at)
        rows = [(draft, True) for draft in (*local[kept:], *titled("news"))] + [(draft, False) for draft in titled("homonyms")]
        self._rng.shuffle(rows)
        for (draft, names_brands), at in zip(rows, press_times(len(rows), self._rng), strict=True):
            yield _Planned(GAZETTE, draft, draft.pinned_at or at, names_brands)

    def _trade(self) -> Iterator[_Planned]:
        drafts = titled("trade")
        self._rng.shuffle(drafts)
        for draft, at in zip(drafts, press_times(len(drafts), self._rng), strict=True):
            yield _Planned(TRADE, draft, draft.pinned_at or at)

    def _blogs(self) -> Iterator[_Planned]:
        drafts = titled("blog_posts")
        self._rng.shuffle(drafts)
        for draft, at in zip(drafts, mornings(_FIRST_MORNING, len(drafts), self._rng), strict=True):
            yield _Planned(BLOG, draft, draft.pinned_at or at)
        diary = titled("silent_posts")  # in the order written: its days are numbered, and then it stops
        for draft, at in zip(diary, mornings(_FIRST_MORNING, len(diary), self._rng), strict=True):
            yield _Planned(SILENT_BLOG, draft, at)

    def _dispatch(self) -> Iterator[_Planned]:
        body, leads = sections("dispatch")
        openings = self._rng.sample(leads.blocks, len(leads.blocks))
        for site, (title, *lead), at in zip(OUTLETS, openings, dispatch_times(len(OUTLETS), self._rng), strict=True):
            yield _Planned(site, Draft("economie", SentimentLabel.NEGATIVE, title, (*lead, *body.blocks[0])), at)

    def _crisis(self) -> Iterator[_Planned]:
        """The heading of a section says how many minutes after the onset, and where."""
        outlets = iter(self._rng.sample(OUTLETS, len(OUTLETS)))
        places = {"gazette": GAZETTE, "trade": TRADE, "blog": BLOG}
        for section in sections("crisis_press"):
            minutes, place = section.words
            title, *lines = section.blocks[0]
            site = places[place] if place in places else next(outlets)
            at = after_onset(int(minutes) + self._rng.randrange(5))
            yield _Planned(site, Draft("facture", SentimentLabel.NEGATIVE, title, tuple(lines)), at)

    def _hacked(self) -> Iterator[_Planned]:
        (draft,) = titled("hacked")
        yield _Planned(self._rng.choice(OUTLETS), draft, draft.pinned_at or after_onset(0), hacked=True)

    def _article(self, number: int, plan: _Planned) -> Article:
        draft, day = self._blanks.fill(plan.draft), plan.at.astimezone(PARIS)
        return Article(
            number=number,
            host=plan.site.host,
            path=_path(plan.site, number, draft, day),
            title=draft.title,
            body=draft.lines,
            author=_BLOGGERS.get(plan.site) or self._blanks.next("plume"),
            rubric=draft.theme,
            published_at=plan.at,
            brands=brands_in(f"{draft.title}\n{draft.text}") if plan.names_brands else (),
            mood=draft.mood,
            hacked=plan.hacked,
        )


def newest(articles: Sequence[Article], site: Site, at: datetime) -> list[Article]:
    """What `site` had published by `at`, the newest first."""
    return [article for article in reversed(articles) if article.host == site.host and article.published_at < at]


def _path(site: Site, number: int, draft: Draft, day: datetime) -> str:
    slug = _slug(draft.title)
    if site in (BLOG, SILENT_BLOG):
        return f"/{day:%Y/%m}/{slug}/"
    return f"/{draft.theme}/{day:%Y/%m/%d}/{slug}-{number}.html"


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:9])
