"""What a digest says, in the order it is wanted in: the period in a sentence, what to do, what was said, what was seen."""

from alerts.brand_letter import brand_figure, brand_lead, brand_sections
from alerts.brief import Figure
from alerts.digest_views import DigestView, IncidentLine
from alerts.letter import Item, Letter, Section, filled, mention_item, sources_section
from alerts.pictures import voice_picture
from alerts.texts import Wording
from alerts.views import Sight

_NAMES = 3


def digest_letter(view: DigestView, wording: Wording) -> Letter:
    """The digest of one brand or several; a quiet day is `calme` or `aveugle`, never just quiet.

    What was not seen comes first when it is much, else last.
    """
    seen, blurred = sources_section(view.sources, wording), view.sources.sight is not Sight.CLEAR
    sections = [
        *([seen] if blurred else []),
        _incidents_section(view, wording),
        _handle_section(view, wording),
        *brand_sections(view, wording, period_words(view, wording)),
        _voice_section(view, wording),
        _quality_section(view, wording),
        *([] if blurred else [seen]),
    ]
    why = wording.say("why_digest", digest=view.id, unsubscribe=wording.say("unsubscribe", team=view.team))
    return Letter(
        subject=_subject(view, wording),
        label=_label(view, wording),
        lead=_lead(view, wording),
        sections=filled(sections),
        footer=(wording.say("digest_period", start=view.period.start, end=view.period.end), why),
        alarming=view.sources.sight is Sight.BLIND,
        in_short=_in_short(view, wording),
    )


def _in_short(view: DigestView, wording: Wording) -> tuple[Figure, ...]:
    """How much was said of each brand, what waits to be handled, what was read."""
    handle = [Figure(wording.say("figure_handle"), wording.number(view.to_handle_total))] if view.to_handle_total else []
    read = Figure(wording.say("section_sources"), wording.say("n_of", n=view.sources.seen, total=view.sources.total))
    return (*(brand_figure(brand, wording) for brand in view.brands[:_NAMES]), *handle, read)


def period_words(view: DigestView, wording: Wording) -> str:
    """`depuis hier`, `depuis vendredi`, `en octobre 2026`; by its dates where it is a week, or would be taken for another."""
    if view.every == "month":
        return wording.say("in_month", month=wording.month(view.period.start))
    if view.late or view.every == "week":
        return wording.say("from_to", start=wording.day(view.period.start), end=wording.day(view.period.end))
    if view.every == "weekday" and any(brand.parts for brand in view.brands):
        return wording.say("since_friday")
    return wording.say("since_yesterday")


def _label(view: DigestView, wording: Wording) -> str:
    if view.every in ("week", "month"):
        return wording.say(f"label_digest_{view.every}", when=period_words(view, wording))
    return wording.say("label_digest", day=wording.long_day(view.period.end))


def _subject(view: DigestView, wording: Wording) -> str:
    figures = _figures(view, wording)
    if view.sources.sight is Sight.BLIND:
        return wording.say("subject_blind", **figures)
    if view.is_quiet:
        return wording.say("subject_calm" if view.sources.sight is Sight.CLEAR else "subject_partial", **figures)
    if len(view.brands) == 1 and (usual := view.brands[0].usual):
        habit = wording.say("usual_range", low=round(usual.low), high=round(usual.high))
        return wording.say("subject_digest", usual=habit, **figures)
    return wording.say("subject_digest_no_usual", **figures)


def _figures(view: DigestView, wording: Wording) -> dict[str, object]:
    """The values that the subjects and the sentence over all brands share."""
    total = sum(brand.tally.total for brand in view.brands)
    negative = sum(brand.tally.negative for brand in view.brands)
    return {
        "brand": _names(view, wording),
        "mentions": wording.say("mentions", n=total),
        "share": wording.percent(negative / total if total else 0.0),
        "when": period_words(view, wording),
        "seen": view.sources.seen,
        "total": view.sources.total,
    }


def _names(view: DigestView, wording: Wording) -> str:
    if len(view.brands) > _NAMES:
        return wording.say("brands", n=len(view.brands))
    return wording.join([brand.name for brand in view.brands])


def _lead(view: DigestView, wording: Wording) -> str:
    """The period in a sentence; of several brands each one's own stands in its section."""
    if len(view.brands) == 1:
        return brand_lead(view.brands[0], view, wording, period_words(view, wording))
    figures = _figures(view, wording)
    if view.sources.sight is Sight.BLIND:
        return wording.say("lead_blind", **figures)
    if view.is_quiet:
        return wording.say("lead_calm_several" if view.sources.sight is Sight.CLEAR else "lead_partial", **figures)
    return wording.say("lead_plain", **figures)


def _incidents_section(view: DigestView, wording: Wording) -> Section:
    items = tuple(_incident_item(line, wording) for line in view.incidents)
    return Section(wording.say("section_incidents"), items=items)


def _incident_item(line: IncidentLine, wording: Wording) -> Item:
    incident = line.incident
    state = wording.say(f"incident_{incident.state.value}", closed=incident.closed_at)
    if line.is_false:
        state = wording.say("incident_false", state=state)
    title = wording.say("incident_title", brand=line.brand, kind=wording.say(f"incident_{incident.kind.value}"))
    return Item(
        title=title,
        line=wording.say(
            "incident_line",
            opened=incident.opened_at,
            state=state,
            mentions=wording.say("mentions", n=incident.peak.seen),
            window=incident.peak.window,
        ),
    )


def _handle_section(view: DigestView, wording: Wording) -> Section:
    rest = view.to_handle_total - len(view.to_handle)
    late = {mention.url: mention for mention in view.overdue}
    fresh = [mention for mention in view.to_handle if mention.url not in late]
    return Section(
        title=wording.say("section_handle", n=view.to_handle_total),
        lines=(wording.say("handle_overdue", n=view.overdue_total),) if view.overdue_total else (),
        items=tuple(mention_item(mention, wording) for mention in (*view.overdue, *fresh)),
        notes=(wording.say("handle_more", n=rest),) if rest > 0 else (),
    )


def _voice_section(view: DigestView, wording: Wording) -> Section:
    if not any(each.tally.total for each in view.voice):
        return Section()
    return Section(wording.say("section_voice"), pictures=(voice_picture(view.voice, wording),))


def _quality_section(view: DigestView, wording: Wording) -> Section:
    """How right and how fast Vigie was."""
    quality = view.quality
    lines = []
    if quality.tones:
        lines.append(wording.say("quality_tones", n=quality.tones, right=quality.tones_right))
    if quality.judged:
        lines.append(wording.say("quality_judged", n=quality.judged, right=quality.relevant))
    if false := sum(line.is_false for line in view.incidents):
        lines.append(wording.say("quality_false", n=false, incidents=len(view.incidents)))
    if quality.delay:
        lines.append(wording.say("delay", median=quality.delay.median, p95=quality.delay.p95))
    if quality.canary and quality.canary.median is not None:
        flown = quality.canary.flights - quality.canary.lost
        lines.append(wording.say("canary_delay", n=flown, median=quality.canary.median, p95=quality.canary.p95))
    if quality.canary and quality.canary.lost:
        lines.append(wording.say("canary_lost", n=quality.canary.lost))
    return Section(wording.say("section_quality"), lines=tuple(lines))
