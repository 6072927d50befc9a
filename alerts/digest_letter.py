"""What the morning digest says, in the order it is wanted in: the day in a sentence, what to do, what was said, what was seen."""

from dataclasses import replace

from alerts.letter import Item, Letter, Section, filled, mention_item, sources_section, story_item, thread_item
from alerts.pictures import curve_picture, tone_picture, tone_words, voice_picture
from alerts.texts import Wording
from alerts.views import BrandDigest, DigestView, IncidentLine, Sight

# What a digest of many brands may hold in all, so that the mail stays under 100 kB.
_CURVES, _STORIES, _NAMES = 2, 12, 3


def digest_letter(view: DigestView, wording: Wording, team: str) -> Letter:
    """The digest of one brand or several; a quiet day is `calme` or `aveugle`, never just quiet.

    What was not seen comes first when it is much, else last.
    """
    brands = [_brand_sections(brand, view, wording, pictured=place < _CURVES) for place, brand in enumerate(view.brands)]
    seen, blurred = _sources_section(view, wording), view.sources.sight is not Sight.CLEAR
    sections = [
        *([seen] if blurred else []),
        _incidents_section(view, wording),
        _handle_section(view, wording),
        *(section for sections in brands for section in sections),
        _voice_section(view, wording),
        *([] if blurred else [seen]),
    ]
    why = wording.say("why_digest", digest=view.id, unsubscribe=wording.say("unsubscribe", team=team))
    return Letter(
        subject=_subject(view, wording),
        label=wording.say("label_digest", day=wording.long_day(view.period.end)),
        lead=_lead(view.brands[0], view, wording) if len(view.brands) == 1 else _lead_of_several(view, wording),
        sections=filled(sections),
        footer=(wording.say("digest_period", start=view.period.start, end=view.period.end), why),
        alarming=view.sources.sight is Sight.BLIND,
    )


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
    """The values that the subjects share."""
    total = sum(brand.tally.total for brand in view.brands)
    negative = sum(brand.tally.negative for brand in view.brands)
    when = wording.say("from_to", start=wording.day(view.period.start), end=wording.day(view.period.end))
    return {
        "brand": _names(view, wording),
        "mentions": wording.say("mentions", n=total),
        "share": wording.percent(negative / total if total else 0.0),
        "when": when if view.late else wording.say("since_yesterday"),
        "seen": view.sources.seen,
        "total": view.sources.total,
    }


def _names(view: DigestView, wording: Wording) -> str:
    if len(view.brands) > _NAMES:
        return wording.say("brands", n=len(view.brands))
    return wording.join([brand.name for brand in view.brands])


def _lead_of_several(view: DigestView, wording: Wording) -> str:
    """The day of all brands in a sentence; each brand's own stands in its section."""
    figures = _figures(view, wording)
    if view.sources.sight is Sight.BLIND:
        return wording.say("lead_blind", **figures)
    if view.is_quiet:
        return wording.say("lead_calm_several" if view.sources.sight is Sight.CLEAR else "lead_partial", **figures)
    return wording.say("lead_several", **figures)


def _lead(brand: BrandDigest, view: DigestView, wording: Wording) -> str:
    """The day of one brand in a sentence."""
    sources = view.sources
    figures: dict[str, object] = {
        "brand": brand.name,
        "mentions": wording.say("mentions", n=brand.tally.total),
        "share": wording.percent(brand.negative_share),
        "seen": sources.seen,
        "total": sources.total,
    }
    if sources.sight is Sight.BLIND:
        return wording.say("lead_blind", **figures)
    if brand.is_quiet and sources.sight is Sight.PARTIAL:
        return wording.say("lead_partial", **figures)
    if brand.is_quiet:
        return wording.say("lead_calm_some" if brand.tally.total else "lead_calm_none", **figures)
    usual, usual_share = brand.usual, brand.usual_negative_share
    if usual is None or usual_share is None:
        return wording.say("lead_no_usual", **figures)
    verdict = wording.say(
        "verdict_more" if brand.tally.total > usual.high else "verdict_usual", low=round(usual.low), high=round(usual.high)
    )
    return wording.say("lead_normal", verdict=verdict, usual_share=wording.percent(usual_share), **figures)


def _incidents_section(view: DigestView, wording: Wording) -> Section:
    items = tuple(_incident_item(line, wording) for line in view.incidents)
    return Section(wording.say("section_incidents"), items=items)


def _incident_item(line: IncidentLine, wording: Wording) -> Item:
    incident = line.incident
    state = wording.say(f"incident_{incident.state.value}", closed=incident.closed_at)
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
    return Section(
        title=wording.say("section_handle", n=view.to_handle_total),
        lines=(wording.say("handle_overdue", n=view.overdue),) if view.overdue else (),
        items=tuple(mention_item(mention, wording) for mention in view.to_handle),
        notes=(wording.say("handle_more", n=rest),) if rest > 0 else (),
    )


def _brand_sections(brand: BrandDigest, view: DigestView, wording: Wording, *, pictured: bool) -> tuple[Section, ...]:
    """The brand's curve, tone and stories; with its name in the titles when the digest has several brands."""
    threads = tuple(thread_item(thread, wording) for thread in brand.threads)
    alone = [story for story in brand.stories if story.copies or not threads]  # beside threads, a text on its own says little
    stories = alone[: _STORIES // len(view.brands)]
    return (
        _volume_section(brand, view, wording, pictured=pictured),
        Section(
            title=_title("section_digest_stories", brand, view, wording),
            items=(*threads, *(story_item(story, wording) for story in stories)),
            notes=_new_sources(brand, wording),
        ),
    )


def _title(key: str, brand: BrandDigest, view: DigestView, wording: Wording) -> str:
    title = wording.say(key)
    return title if len(view.brands) == 1 else wording.say("section_of_brand", brand=brand.name, title=title)


def _volume_section(brand: BrandDigest, view: DigestView, wording: Wording, *, pictured: bool) -> Section:
    title = _title("section_volume", brand, view, wording)
    lead = () if len(view.brands) == 1 else (_lead(brand, view, wording),)
    lines = (*lead, _tone_line(brand, wording)) if brand.tally.total else lead
    if not pictured:
        return Section(title, lines=lines)
    toned = (tone_picture(brand.tally, wording),) if brand.tally.total else ()
    return Section(title, pictures=(curve_picture(brand.curve, wording), *toned), lines=lines)


def _tone_line(brand: BrandDigest, wording: Wording) -> str:
    words = tone_words(brand.tally, wording)
    share = wording.percent(brand.negative_share)
    line = wording.say("tone_line", negative=words.negative, share=share, neutral=words.neutral, positive=words.positive)
    if brand.usual_negative_share is None:
        return line
    return wording.say("tone_usual", tone=line, share=wording.percent(brand.usual_negative_share))


def _new_sources(brand: BrandDigest, wording: Wording) -> tuple[str, ...]:
    if not brand.new_sources:
        return ()
    return (wording.say("new_sources", n=len(brand.new_sources), brand=brand.name, names=wording.join(brand.new_sources)),)


def _voice_section(view: DigestView, wording: Wording) -> Section:
    if not any(each.tally.total for each in view.voice):
        return Section()
    return Section(wording.say("section_voice"), pictures=(voice_picture(view.voice, wording),))


def _sources_section(view: DigestView, wording: Wording) -> Section:
    """What was seen, and how fast."""
    section = sources_section(view.sources, wording)
    if view.delay is None:
        return section
    return replace(section, notes=(wording.say("delay", median=view.delay.median, p95=view.delay.p95),))
