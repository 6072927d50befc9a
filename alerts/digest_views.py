"""What a digest says, as values: made by `alerts.gather_digest` and `alerts.gather_brand`, read by `alerts.digest_letter`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.views import Curve, MentionView, Period, SourcesView, StoryView, ThreadView, Usual
from vigie.model import Incident
from vigie.ports import Tally
from vigie.terms import EmergingTerm


@dataclass(frozen=True, slots=True)
class PartOfWeek:
    """The working days, or the days off, of a longer period: `usual` is what one such day brings, if that is known.

    Off are weekends and public holidays; of the latter there are `holidays`.
    """

    off: bool
    first: datetime
    days: int
    tally: Tally
    usual: Usual | None
    holidays: int = 0


@dataclass(frozen=True, slots=True)
class DigestStory:
    """A story of the period; `is_new` when nobody told it before."""

    story: StoryView
    is_new: bool


@dataclass(frozen=True, slots=True)
class AuthorView:
    """Somebody who spoke more than once, by pseudonym: never the press, whose names are kept."""

    name: str
    site: str
    messages: int
    negative: int


@dataclass(frozen=True, slots=True)
class ShareView:
    """A source or complaint theme, with the mentions it brought and how many of them were negative."""

    name: str
    mentions: int
    negative: int


@dataclass(frozen=True, slots=True)
class Voices:
    """Who spoke of a brand, and of what: found in the newest `read` mentions of the period."""

    read: int
    outlets: tuple[ShareView, ...] = ()
    authors: tuple[AuthorView, ...] = ()
    themes: tuple[ShareView, ...] = ()
    terms: tuple[EmergingTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class BrandDigest:
    """One brand over the period. `usual` is None while there is too little history; shares are in [0, 1].

    `before` is the period before it, where that is worth a comparison. `releases` are what the brand published itself, with the
    copies of it.
    """

    id: str
    name: str
    tally: Tally
    usual: Usual | None
    usual_negative_share: float | None
    curve: Curve
    threads: tuple[ThreadView, ...]
    stories: tuple[DigestStory, ...]
    new_sources: tuple[str, ...]
    voices: Voices
    before: Tally | None = None
    parts: tuple[PartOfWeek, ...] = ()
    releases: tuple[StoryView, ...] = ()

    @property
    def negative_share(self) -> float:
        return self.tally.negative / self.tally.total if self.tally.total else 0.0

    @property
    def is_quiet(self) -> bool:
        """Nothing, or less than usual."""
        return self.tally.total == 0 or (self.usual is not None and self.tally.total < self.usual.low)


@dataclass(frozen=True, slots=True)
class VoiceView:
    """One brand's mentions among those of all brands; `own` says whether it is the team's."""

    brand: str
    own: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident of the period, in a line; `is_false` when the team called it a false alarm."""

    incident: Incident
    brand: str
    is_false: bool


@dataclass(frozen=True, slots=True)
class DelayView:
    """Time between two steps, over `samples`: median and 95th centile."""

    median: timedelta
    p95: timedelta
    samples: int


@dataclass(frozen=True, slots=True)
class CanaryView:
    """Planted mentions that ended, those `lost` among them; median and 95th centile of the others, from planting to detection."""

    flights: int
    lost: int
    median: timedelta | None
    p95: timedelta | None


@dataclass(frozen=True, slots=True)
class QualityView:
    """What people said of Vigie's work in the period, and how fast it was.

    Of `tones` that the team gave, `tones_right` were Vigie's; of `judged` mentions, `relevant` were about the brand. `delay` is
    from publication to first sight, None with fewer than five mentions whose hour is known.
    """

    tones: int = 0
    tones_right: int = 0
    judged: int = 0
    relevant: int = 0
    delay: DelayView | None = None
    canary: CanaryView | None = None


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest. `every` is its rhythm. `late`: it is sent hours after its period, or tells more than one of its periods.

    `to_handle` holds the newest of `to_handle_total` negative mentions that nobody has handled, one a story. `overdue` are the
    first of the `overdue_total` mentions, of whatever day and tone, that nobody has handled by their due date.
    """

    id: str
    every: str
    period: Period
    late: bool
    brands: tuple[BrandDigest, ...]
    voice: tuple[VoiceView, ...]
    to_handle: tuple[MentionView, ...]
    to_handle_total: int
    overdue: tuple[MentionView, ...]
    overdue_total: int
    incidents: tuple[IncidentLine, ...]
    sources: SourcesView
    quality: QualityView
    team: str

    @property
    def is_quiet(self) -> bool:
        """Every brand is quiet."""
        return all(brand.is_quiet for brand in self.brands)
