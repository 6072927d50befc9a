"""What surrounds an incident, for its mail: who speaks, of what, where it spread, and how such incidents ended before."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta

from alerts.views import PartView, PastView, RecordView, StepView, VoicesView
from config.schema import Config
from vigie.model import Incident, IncidentState, Mention
from vigie.terms import emerging, name_words

_TERMS, _THEMES, _PAST = 6, 4, 3
_YEAR = timedelta(days=365)


def voices_of(mentions: Sequence[Mention], total: int) -> VoicesView:
    """How many speak in `mentions`, the latest of `total`, and how often the same is said. Who has no name is their site."""
    authors = Counter(mention.document.author or mention.document.site for mention in mentions)
    stories = {mention.story_id for mention in mentions}
    return VoicesView(
        texts=len(stories),
        copies=len(mentions) - len(stories),
        voices=len(authors),
        loudest=max(authors.values(), default=0),
        of_latest=len(mentions) if len(mentions) < total else 0,
    )


def new_terms(mentions: Sequence[Mention], past: Sequence[Mention], brand: str) -> tuple[str, ...]:
    """What is said of the brand more than in `past`, most telling first."""
    return tuple(term.term for term in emerging(mentions, past, name_words([brand]), limit=_TERMS))


def themes_of(mentions: Sequence[Mention], config: Config) -> tuple[PartView, ...]:
    """The complaint themes by name, most frequent first; each story counts once."""
    told = {mention.story_id: mention.enrichment.themes for mention in mentions}
    counts = Counter(theme for themes in told.values() for theme in themes)
    names = {theme.id: theme.name for theme in config.themes}
    return tuple(PartView(names.get(theme, theme), number, None) for theme, number in counts.most_common(_THEMES))


def path_of(firsts: Sequence[Mention]) -> tuple[StepView, ...]:
    """Where it was said, in the order of the first time; `firsts` are the first mentions of the places. Nothing for one place."""
    steps: dict[str, StepView] = {}
    for mention in sorted(firsts, key=lambda one: one.document.published.at):
        steps.setdefault(mention.document.site, StepView(mention.document.site, mention.document.published.at))
    return tuple(steps.values()) if len(steps) > 1 else ()


def past_like(incidents: Iterable[Incident], incident: Incident, false: Set[str]) -> tuple[PastView, ...]:
    """Those of `incidents` that are over, of the same brand and kind, and came before: nearest in strength first.

    `false` are the ids of those that people call false alarms.
    """
    before = [
        one
        for one in incidents
        if (one.brand_id, one.kind, one.state) == (incident.brand_id, incident.kind, IncidentState.CLOSED)
        if one.opened_at < incident.opened_at
    ]
    before.sort(key=lambda one: (abs(_strength(one) - _strength(incident)), -one.opened_at.timestamp()))
    return tuple(PastView(one, one.id in false) for one in before[:_PAST])


def record_of(incidents: Iterable[Incident], rule_id: str, now: datetime, false: Set[str]) -> RecordView:
    """How many of `incidents` the rule opened in the year before `now`, and how many of them are `false`."""
    opened = [one for one in incidents if one.rule_id == rule_id and one.opened_at >= now - _YEAR]
    wrong = [one.opened_at for one in opened if one.id in false]
    return RecordView(alerts=len(opened), false=len(wrong), latest_false=max(wrong, default=None))


def _strength(incident: Incident) -> int:
    peak = incident.peak
    return peak.negatives if incident.kind.is_about_negatives else peak.seen
