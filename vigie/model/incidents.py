"""What detection sees of mentions, what it opens, and what is told of that to whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first arrival of a mention, as detection sees it. `sequence` grows by arrival and orders a replay.

    `tier` is that of its source, `author` who signed it as the store keeps that, `words` the crisis words that stand near the
    brand, `themes` its complaint themes. `compromised`: no mention, but a page of the brand's own site that shows injected spam.
    """

    sequence: int
    mention_id: str
    brand_id: str
    published_at: datetime
    seen_at: datetime
    negative: float
    story_id: str
    source_id: str
    site: str
    tier: int = 2
    author: str = ""
    words: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    compromised: bool = False


class SignalKind(StrEnum):
    """What a rule reports; the kinds of rules in `alerts.toml` bear the same names."""

    BAD_BUZZ = "bad_buzz"
    BUZZ = "buzz"
    SLOW_RISE = "slow_rise"
    CRISIS_WORDS = "crisis_words"
    OUTLET = "outlet"
    THEME = "theme"
    SILENCE = "silence"
    OWN_SITE = "own_site"
    MENTION = "mention"

    @property
    def is_about_negatives(self) -> bool:
        """Whether it is negative mentions that are too many."""
        return self in (SignalKind.BAD_BUZZ, SignalKind.SLOW_RISE, SignalKind.THEME)


BLIND_BELOW = 0.5
"""Coverage under which what is not heard says nothing: « aveugle », not « calme »."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a detector saw at one tick, in the figures that the mail shows.

    `seen` and `negatives` count fresh mentions in the `window` that ends at `at`, one per story; `copies` are the repeats left
    out. `expected` and `expected_negatives` are the usual counts for that window, `expected_high` the count that is still
    usual (97.5 %). `evidence` is -log10 of the probability of seeing this by chance; `onset` the estimated start.
    `coverage`, in [0, 1], is the share of the brand's usual flow that could be seen; the expected counts are for that share.
    `matched` names what was found, most often first: crisis words, outlets, authors, themes.
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
    coverage: float = 1.0
    matched: tuple[str, ...] = ()

    @property
    def is_blind(self) -> bool:
        """Whether too little was seen for silence to mean calm."""
        return self.coverage < BLIND_BELOW


_ALARMING = (SignalKind.BAD_BUZZ, SignalKind.SLOW_RISE, SignalKind.CRISIS_WORDS, SignalKind.OWN_SITE)


class Level(StrEnum):
    """How much an incident matters, in rising order: to look at in time, to act on today, to wake somebody for."""

    NOTICE = "notice"
    ALERT = "alert"
    CRISIS = "crisis"


class IncidentState(StrEnum):
    OPEN = "open"
    WORSE = "worse"
    CALMER = "calmer"
    CLOSED = "closed"


_CRISIS = 10.0
"""Evidence: one chance in ten thousand million, twice as exceptional as what opens an incident at the usual sensitivity."""


@dataclass(frozen=True, slots=True)
class Incident:
    """What a rule opened, and follows to its end. `peak` is the strongest signal so far, `last` the latest.

    `reopened_at` is when it last came back after its end. `joins` is the id of another brand's incident about the same story,
    whose mails tell of this one too.
    """

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
    reopened_at: datetime | None = None
    joins: str = ""

    @property
    def thread(self) -> str:
        """The id of the incident in whose mails this one is told."""
        return self.joins or self.id

    @property
    def since(self) -> datetime:
        """Where what it is about begins: its onset, or the first window that showed it."""
        return min(self.onset, self.first.at - self.first.window)

    @property
    def level(self) -> Level:
        """By its kind, and a bad buzz by its strongest signal."""
        if self.kind not in _ALARMING:
            return Level.NOTICE
        is_crisis = self.kind is SignalKind.BAD_BUZZ and self.peak.evidence >= _CRISIS
        return Level.CRISIS if is_crisis else Level.ALERT


DIGEST_SUBJECT = "digest:"
"""Begins the `subject_id` of a digest's deliveries: `digest:<id>:<day>`."""


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
