"""`vigie source add URL`: looks at a site in a few polite requests and proposes how to read it.

A survey is a connector: it asks through the visit like any other, then hands on the documents of what it proposes first, so that
a person sees what the row would bring.
"""

import math
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urljoin, urlsplit

from config.catalogue import known_tier
from config.schema import USUAL_DOCUMENT_KIND
from crawlers.discover import kind_of
from crawlers.feeds import Feed, read_feed
from crawlers.kinds import KINDS
from crawlers.kinds.comments import looks_like_html
from crawlers.manners import origin_of
from crawlers.site_marks import BLOGS, Marks, read_marks, service_of
from crawlers.visit import Page, Visit
from vigie.errors import FetchError
from vigie.model import Document, DocumentKind, Source

_STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 240, 360))
USUAL_INTERVAL = timedelta(minutes=15)
_ZONES = {
    "fr": "Europe/Paris", "be": "Europe/Brussels", "ch": "Europe/Zurich", "lu": "Europe/Luxembourg", "mc": "Europe/Monaco",
    "ca": "America/Toronto", "quebec": "America/Toronto", "dz": "Africa/Algiers", "ma": "Africa/Casablanca", "tn": "Africa/Tunis",
    "sn": "Africa/Dakar", "ci": "Africa/Abidjan", "cm": "Africa/Douala", "re": "Indian/Reunion", "gp": "America/Guadeloupe",
    "mq": "America/Martinique", "gf": "America/Cayenne", "yt": "Indian/Mayotte", "nc": "Pacific/Noumea", "pf": "Pacific/Tahiti",
    "uk": "Europe/London", "gb": "Europe/London", "de": "Europe/Berlin", "es": "Europe/Madrid", "it": "Europe/Rome",
    "nl": "Europe/Amsterdam",
}  # fmt: skip
_SERVICE_URLS = {
    "bluesky": "https://public.api.bsky.app",
    "hackernews": "https://hn.algolia.com",
    "stackexchange": "https://api.stackexchange.com",
    "google_news": "https://news.google.com",
}
_HOSTED_BLOGS = (
    "wordpress.com",
    "blogspot.com",
    "over-blog.com",
    "canalblog.com",
    "substack.com",
    "medium.com",
    "hautetfort.com",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row that may be written. `why` says in a few words what it was found by."""

    kind: str
    url: str
    document_kind: DocumentKind
    why: str
    interval: timedelta = USUAL_INTERVAL
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Survey:
    """What was found: `proposals` best first, and what they share. `engine` is empty when nothing says."""

    engine: str = ""
    name: str = ""
    language: str = "fr"
    zone: str = "Europe/Paris"
    tier: int = 2
    sitemaps: tuple[str, ...] = ()
    proposals: list[Proposal] = field(default_factory=list)

    def of_kind(self, kind: str | None) -> Proposal | None:
        """The first proposal, or the first of a kind."""
        return next((one for one in self.proposals if kind in (None, one.kind)), None)


class Surveyor:
    """Fills the survey, then reads what it proposes; `kind` asks for another kind than the best."""

    def __init__(self, survey: Survey, kind: str | None = None) -> None:
        self._survey, self._kind = survey, kind

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        survey, url = self._survey, visit.source.url
        if service := service_of(url):
            survey.proposals.append(_service(service, url))
        else:
            await _look(visit, survey)
        proposal = survey.of_kind(self._kind)
        if proposal is None:
            return
        visit.source = as_source(visit.source, survey, proposal)
        async for document in KINDS[proposal.kind].connect(proposal.options).read(visit):
            yield document


def as_source(source: Source, survey: Survey, proposal: Proposal) -> Source:
    """The source that a proposal would declare, for reading it once."""
    return replace(
        source,
        kind=proposal.kind,
        url=proposal.url,
        document_kind=proposal.document_kind,
        language=survey.language,
        zone=survey.zone,
        tier=survey.tier,
        options=proposal.options,
    )


def _service(kind: str, url: str) -> Proposal:
    document_kind = USUAL_DOCUMENT_KIND.get(kind, DocumentKind.NEWS)
    return Proposal(kind, _SERVICE_URLS.get(kind, url), document_kind, "its address", interval=timedelta(minutes=30))


async def _look(visit: Visit, survey: Survey) -> None:
    """Asks for the page, and for what it names."""
    url = visit.source.url
    page = await visit.get(url, keep=True)
    marks = read_marks(page.body, page.url, encoding=page.encoding) if looks_like_html(page) else Marks("", "", (), "", "")
    survey.engine, survey.name = marks.forum or marks.engine, marks.name
    _place(survey, marks.language, page.url)
    found = kind_of(page, visit)
    if marks.engine in ("mastodon", "lemmy"):
        survey.proposals.append(_api(marks.engine, url))
    elif found.kind in ("feed", "comments"):
        with visit.reading(page.url):
            feed = read_feed(page.body, page.content_type, page.url, now=visit.now, zone=survey.zone)
        survey.name = survey.name or feed.title
        _place(survey, feed.language or "", page.url)
        survey.proposals.append(_of_feed(feed, url, _written_by(marks, feed.title), "the address is a feed", visit.now))
    elif found.kind in ("forum", "page"):
        survey.proposals.append(Proposal(found.kind, url, found.document_kind, _seen_as(found.kind, marks)))
    if found.kind not in ("feed", "comments"):
        await _look_for_more(visit, survey, marks, is_site=found.kind == "site")


async def _look_for_more(visit: Visit, survey: Survey, marks: Marks, *, is_site: bool) -> None:
    """The feeds that the page names, or that its engine has, and the site's sitemaps."""
    url = visit.source.url
    articles = [feed.url for feed in marks.feeds if not feed.of_comments]
    tried = articles[:2] if articles or not is_site else [urljoin(origin_of(url), path) for path in marks.usual_feeds]
    for address in tried:
        if proposal := await _try_feed(visit, survey, marks, address, declared=bool(articles)):
            survey.proposals.append(proposal)
            break
    if is_site:
        at_root = urlsplit(url).path in ("", "/")  # a section is read by its own list, not by the site's sitemaps
        survey.sitemaps = await visit.sitemaps() if at_root else ()
        options: dict[str, Any] = {} if survey.sitemaps else {"listing": True}
        why = (
            f"{len(survey.sitemaps)} sitemap{'s' * (len(survey.sitemaps) > 1)} in robots.txt"
            if survey.sitemaps
            else "the links of the page"
        )
        survey.proposals.append(Proposal("site", url, _written_by(marks, ""), why, _interval_of(survey), options))
    for feed in marks.feeds:
        if feed.of_comments:
            why = "the page names its feed of comments"
            survey.proposals.append(Proposal("comments", feed.url, DocumentKind.COMMENT, why, _interval_of(survey)))


async def _try_feed(visit: Visit, survey: Survey, marks: Marks, url: str, *, declared: bool) -> Proposal | None:
    """The proposal of a feed; None when there is none at the address."""
    try:
        page: Page = await visit.get(url, keep=True)
        feed = read_feed(page.body, page.content_type, page.url, now=visit.now, zone=survey.zone)
    except FetchError:
        return None  # what is no feed, or not there, is only one of several guesses
    if not feed.entries:
        return None
    survey.name = survey.name or feed.title
    _place(survey, marks.language or feed.language or "", url)
    return _of_feed(
        feed, url, _written_by(marks, feed.title), "the page names its feed" if declared else "a usual place", visit.now
    )


def _of_feed(feed: Feed, url: str, document_kind: DocumentKind, why: str, now: datetime) -> Proposal:
    times = [entry.published.at for entry in feed.entries if entry.published]
    why = f"{why}: {len(feed.entries)} entries"
    if feed.entries and all("#comment" in entry.url for entry in feed.entries):
        return Proposal("comments", url, DocumentKind.COMMENT, why, interval_for(times, now))
    options = {"comments": True} if any(entry.comments_feed for entry in feed.entries) else {}
    return Proposal("feed", url, document_kind, why, interval_for(times, now), options)


def interval_for(times: Sequence[datetime], now: datetime) -> timedelta:
    """How often a feed is to be read: four times within its usual gap, and twice before its oldest entry falls out of it.

    From 5 minutes to 6 hours; the usual interval for a feed of fewer than three dates.
    """
    ordered = sorted(moment for moment in times if moment <= now)
    if len(ordered) < 3:
        return USUAL_INTERVAL
    gap = median((later - earlier).total_seconds() for earlier, later in pairwise(ordered))
    span = (ordered[-1] - ordered[0]).total_seconds()
    wanted = timedelta(seconds=min(gap / 4 if gap else math.inf, span / 2))
    return max((step for step in _STEPS if step <= wanted), default=_STEPS[0])


def _interval_of(survey: Survey) -> timedelta:
    """The interval of the feed that was found, if one was: the site moves as its feed does."""
    return survey.proposals[0].interval if survey.proposals else USUAL_INTERVAL


def _place(survey: Survey, language: str, url: str) -> None:
    """Language, zone and tier, from what the page says and where it is."""
    code, _, country = language.lower().replace("_", "-").partition("-")
    host = urlsplit(url).hostname or ""
    by_host = _ZONES.get(host.rpartition(".")[2])
    survey.language = code if len(code) == 2 else survey.language
    survey.zone = by_host or _ZONES.get(country) or survey.zone
    hosted = any(host.endswith(f".{one}") for one in _HOSTED_BLOGS)
    survey.tier = known_tier(url) or (3 if hosted else 2)


def _written_by(marks: Marks, title: str) -> DocumentKind:
    """News, or a blog by its engine or its own name."""
    is_blog = marks.engine in BLOGS or "blog" in f"{marks.name} {title}".lower()
    return DocumentKind.BLOG if is_blog else DocumentKind.NEWS


def _api(engine: str, url: str) -> Proposal:
    return Proposal(engine, url, DocumentKind.SOCIAL, f"a server of {engine}; the names of the brands are looked for")


def _seen_as(kind: str, marks: Marks) -> str:
    if kind == "forum":
        return f"a forum of {marks.forum}" if marks.forum else "posts with author and date"
    return "one article with its comments"
