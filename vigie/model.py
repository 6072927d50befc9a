"""The values that travel through Vigie: source, document, mention, story, signal, incident, delivery.

All are frozen. Every datetime is aware and in UTC. Ranges are half-open: a `Span` or a window holds its start, not its end.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class DocumentKind(StrEnum):
    """What sort of thing was published."""

    NEWS = "news"
    BLOG = "blog"
    COMMENT = "comment"
    FORUM_POST = "forum_post"
    REVIEW = "review"
    SOCIAL = "social"
    LIST = "list"


class DateSource(StrEnum):
    """Where a publication date was read, from most to least trusted."""

    JSONLD = "jsonld"
    META = "meta"
    FEED = "feed"
    TIME_ELEMENT = "time_element"
    PAGE_TEXT = "page_text"
    SITEMAP = "sitemap"
    URL = "url"
    FIRST_SEEN = "first_seen"


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """When something was published, and how well that is known.

    `day_only`: the page shows a day without an hour; `at` is then that day's noon in the site's zone.
    `confidence` is between 0 (guess) and 1 (machine-readable date with an offset).
    """

    at: datetime
    source: DateSource
    confidence: float
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A place that is read regularly, as declared in `sources.toml`.

    `kind` names a connector (`feed`, `site`, `page`, `comments`, `forum`); `options` are that connector's own settings, already
    validated. `document_kind` is what the entries of the source are (`news` or `blog` for a feed). `language` is that of texts
    whose page does not say, empty when nobody declared it. `zone` is the IANA zone in which dates without offset are read. `tier`
    is 1 (national outlet) to 3.
    """

    id: str
    kind: str
    url: str
    name: str
    document_kind: DocumentKind
    language: str = "fr"
    zone: str = "Europe/Paris"
    tier: int = 2
    interval: timedelta = timedelta(minutes=15)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that somebody published: an article, a comment, a forum post.

    `url` is canonical; for a comment or a post it keeps the fragment or query that names it. `thread_url` is the address of the
    article or topic that the document belongs to (its own for an article); `parent_url` that of what it answers, if anything.
    `text` is plain text, paragraphs separated by a newline. `title` is the document's own, empty for comments and replies;
    `thread_title` that of the article or topic, which says what an answer is about. `seen_at` is when Vigie first read it.
    """

    id: str
    source_id: str
    kind: DocumentKind
    url: str
    title: str
    text: str
    author: str | None
    published: PublicationDate
    seen_at: datetime
    language: str | None = None
    parent_url: str | None = None
    thread_url: str | None = None
    thread_title: str = ""
    tier: int = 2

    @property
    def content_hash(self) -> str:
        """Changes when the title or the text does; not when the author, the date or the page around it do."""
        return _sha1(self.title, self.text)

    @property
    def site(self) -> str:
        """The host that published it, lower case, without `www.`."""
        return host_of(self.url)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of `field_name`, which is `title` or `text`."""

    field_name: str
    start: int
    end: int


class SentimentLabel(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The tone of a text. `score` is in [-1, 1]; `negative` is the probability, in [0, 1], that a reader calls it negative.

    `evidence` holds the words that decided, as they stand in the text, strongest first.
    """

    label: SentimentLabel
    score: float
    negative: float
    evidence: tuple[str, ...] = ()


class WorkflowState(StrEnum):
    """What the team did with a mention."""

    NEW = "new"
    HANDLED = "handled"
    NOT_RELEVANT = "not_relevant"


@dataclass(frozen=True, slots=True)
class Workflow:
    """What people decided about a mention; a new analysis never overwrites it.

    `assignee` is who takes care of it, as the team writes that name, empty when nobody does; `due_at` is until when.
    """

    state: WorkflowState = WorkflowState.NEW
    note: str = ""
    corrected_label: SentimentLabel | None = None
    assignee: str = ""
    due_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still to be done although its time is over."""
        return self.state is WorkflowState.NEW and self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Mention:
    """One brand in one document: the record that is stored, counted and searched."""

    id: str
    brand_id: str
    document: Document
    spans: tuple[Span, ...]
    language: str
    relevance: float
    sentiment: Sentiment
    story_id: str
    workflow: Workflow = Workflow()

    @property
    def label(self) -> SentimentLabel:
        """The tone that counts: the person's correction where there is one, else the machine's."""
        return self.workflow.corrected_label or self.sentiment.label


@dataclass(frozen=True, slots=True)
class Story:
    """Near-duplicate mentions of a brand, told once. `copies` = documents - distinct texts written apart; `sites` are hosts."""

    id: str
    title: str
    url: str
    first_published_at: datetime
    documents: int
    sites: int
    negative: int
    excerpt: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def copies(self) -> int:
        """How many documents repeat the first one."""
        return self.documents - 1


class Outcome(StrEnum):
    """The one counted end of every document that entered: the first is the sum of the others."""

    STORED = "stored"
    KNOWN = "known"
    OFF_TOPIC = "off_topic"
    SPAM = "spam"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the analysis says of one document: `outcome` is stored (then `mentions` is not empty), off_topic, spam or failed."""

    document_id: str
    outcome: Outcome
    mentions: tuple[Mention, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first arrival of a mention, as detection sees it. `sequence` grows by arrival and orders a replay."""

    sequence: int
    mention_id: str
    brand_id: str
    published_at: datetime
    seen_at: datetime
    negative: float
    story_id: str
    source_id: str
    site: str


class SignalKind(StrEnum):
    BAD_BUZZ = "bad_buzz"
    BUZZ = "buzz"


@dataclass(frozen=True, slots=True)
class Signal:
    """What a detector saw at one tick, in the figures that the mail shows.

    `seen` and `negatives` count fresh mentions in the `window` that ends at `at`, one per story; `copies` are the repeats left
    out. `expected` and `expected_negatives` are the usual counts for that window, `expected_high` the count that is still
    usual (97.5 %). `evidence` is -log10 of the probability of seeing this by chance; `onset` the estimated start.
    """

    at: datetime
    brand_id: str
    kind: SignalKind
    evidence: float
    window: timedelta
    seen: int
    expected: float
    expected_high: float
    negatives: int
    expected_negatives: float
    usual_negative_share: float
    stories: int
    sites: int
    copies: int
    onset: datetime


class IncidentState(StrEnum):
    OPEN = "open"
    WORSE = "worse"
    CALMER = "calmer"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Incident:
    """What a rule opened, and follows to its end. `peak` is the strongest signal so far, `last` the latest."""

    id: str
    brand_id: str
    rule_id: str
    kind: SignalKind
    state: IncidentState
    opened_at: datetime
    onset: datetime
    updated_at: datetime
    first: Signal
    peak: Signal
    last: Signal
    closed_at: datetime | None = None


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"  # the recipient or the sender is refused for good
    ABANDONED = "abandoned"  # tried for too long


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one recipient. `key` is its identity: a second delivery with the same key is never made.

    `content` is the whole message as it goes out (RFC 5322 bytes for mail). `subject_id` is the incident's id or
    the digest's period.
    """

    key: str
    channel: str
    recipient: str
    purpose: str  # incident_opened, incident_worse, incident_closed, digest, test
    subject_id: str
    content: bytes
    created_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""


class SourceHealth(StrEnum):
    """Whether a source can be trusted to have been seen."""

    NEVER = "never"  # not read yet
    OK = "ok"
    FAILING = "failing"  # cannot be read or understood
    SILENT = "silent"  # reads well, but brings nothing although it usually does


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source's health. Times are None until they happen; `usual_gap` is its own usual time between items."""

    source_id: str
    health: SourceHealth = SourceHealth.NEVER
    last_pass_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_item_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    error: str = ""
    usual_gap: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PassReport:
    """What one pass over one source did. `errors` counts reasons (`http_500`, `timeout`, `broken_feed`, `robots`...).

    `ok` is False when the source itself (its feed, listing or board) could not be read; a single lost article leaves it True
    and is counted in `errors`. `retry_after` is what the site asked for, if it did.
    """

    source_id: str
    started_at: datetime
    finished_at: datetime
    ok: bool
    requests: int = 0
    not_modified: int = 0
    documents: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    retry_after: timedelta | None = None
    moved_to: str | None = None


def host_of(url: str) -> str:
    """The host of an address, lower case, without `www.`; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def document_id(url: str) -> str:
    """The identity of the document at canonical address `url`: 40 hexadecimal characters."""
    return _sha1("document", url)


def mention_id(document: str, brand: str) -> str:
    """The identity of `brand` in the document of id `document`: the same on every run."""
    return _sha1("mention", document, brand)


def _sha1(*parts: str) -> str:
    return hashlib.sha1("\x00".join(parts).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
