"""What a mail says, as values: made by the modules `alerts.gather*` from the store, read by `alerts.mail`.

Foreign text in them is clean (no control characters) and short, but not escaped: that is the templates' work.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from vigie.charts import Band
from vigie.model import DocumentKind, Handling, Incident, Role, SourceHealth
from vigie.ports import Bucket, Tally


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (included) to `end` (excluded), in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Usual:
    """What eight comparable days (or hours) in ten bring: from `low` to `high`. `samples` is how many were compared."""

    low: float
    high: float
    mean: float
    samples: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a quotation; `marked` when its words decided the tone."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class MentionView:
    """A mention as it is quoted: never its author, only its kind and site.

    `url` is empty when it must not be followed; `role` is the brand's.
    """

    url: str
    title: str
    kind: DocumentKind
    site: str
    published_at: datetime
    day_only: bool
    quotation: tuple[Fragment, ...]
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story told once: `documents` with its `copies`, on `sites` hosts, `negative` of them negative."""

    url: str
    title: str
    site: str
    first_published_at: datetime
    documents: int
    copies: int
    sites: int
    negative: int


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A topic, or an article with its comments, in which many speak: `messages` that mention the brand, `negative` of them so.

    `at_least`: they are those of the latest mentions; there may be more.
    """

    url: str
    title: str
    site: str
    messages: int
    negative: int
    latest_at: datetime
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class PartView:
    """One kind or source in a total: what it brought, and its mean over as long a time (None: too little history)."""

    name: str
    seen: int
    usual: float | None


@dataclass(frozen=True, slots=True)
class UnseenSource:
    """A source that was not seen, and since when (None: it never was). `reason` is the short code of its last failure."""

    name: str
    health: SourceHealth
    since: datetime | None
    reason: str = ""


class Sight(StrEnum):
    """How much of what is watched could be seen."""

    CLEAR = "clear"
    PARTIAL = "partial"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class SourcesView:
    """How many sources are declared, and which were not seen."""

    total: int
    unseen: tuple[UnseenSource, ...]

    @property
    def seen(self) -> int:
        return self.total - len(self.unseen)

    @property
    def sight(self) -> Sight:
        """CLEAR when at least nine sources in ten were seen, BLIND when fewer than half were, or none is declared."""
        share = self.seen / self.total if self.total else 0.0
        if share < 0.5:
            return Sight.BLIND
        return Sight.CLEAR if share >= 0.9 else Sight.PARTIAL


@dataclass(frozen=True, slots=True)
class SourceNotice:
    """What changed in what is seen: the sources that are not any more, and the names of those that are again."""

    sources: SourcesView
    worse: tuple[UnseenSource, ...]
    better: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Volume over time, one bucket per `step`; `usual` has one band per bucket, or is empty when there is no history."""

    buckets: tuple[Bucket, ...]
    step: timedelta
    usual: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleView:
    """The rule that fired: its identity, and its row of `alerts.toml` without the recipients. `row` is empty when it is gone."""

    id: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoicesView:
    """Who speaks: `voices` people or sites told `texts` of their own and `copies`; the most active one has `loudest` of all.

    `of_latest`: only so many of the latest mentions were looked at; 0: all of them.
    """

    texts: int
    copies: int
    voices: int
    loudest: int
    of_latest: int = 0


@dataclass(frozen=True, slots=True)
class StepView:
    """When a site first spoke of it."""

    site: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PastView:
    """An earlier incident of the same shape, and whether people called it a false alarm."""

    incident: Incident
    is_false: bool


@dataclass(frozen=True, slots=True)
class RecordView:
    """A rule's last twelve months: how many alerts, how many of them false by the team's marks, the last of those.

    `since` is set when there were too many to be read, and is where they begin.
    """

    alerts: int = 0
    false: int = 0
    latest_false: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What only an alarm tells of an incident: what the excess is made of, who speaks, in which words, where it began and spread,
    how such incidents ended, how often the rule was right.

    `kinds` and `places` are parts of all mentions; `themes`, and all the rest, of those that the incident is about.
    """

    kinds: tuple[PartView, ...] = ()
    places: tuple[PartView, ...] = ()
    themes: tuple[PartView, ...] = ()
    voices: VoicesView | None = None
    terms: tuple[str, ...] = ()
    first_mention: MentionView | None = None
    path: tuple[StepView, ...] = ()
    past: tuple[PastView, ...] = ()
    record: RecordView = RecordView()


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident as its mails tell it, from `since` (the onset, or the window's start if earlier) to the composition.

    `total` counts that time. `chance_below` is the time in which chance alone shows such a gap less than once. Its mentions can
    be looked at in `kibana`, empty without a Kibana, or with the command `search`. `joined` names the brands that the same story
    hits. `deeds` are the names of what one reader may do about it, each with its link.
    """

    incident: Incident
    brand: str
    since: datetime
    total: Tally
    curve: Curve
    threads: tuple[ThreadView, ...]
    stories: tuple[StoryView, ...]
    quotes: tuple[MentionView, ...]
    sources: SourcesView
    rule: RuleView
    chance_below: timedelta | None
    kibana: str = ""
    search: str = ""
    joined: tuple[str, ...] = ()
    deeds: tuple[tuple[str, str], ...] = ()
    handling: Handling = field(default_factory=Handling)
    around: Surroundings = Surroundings()
