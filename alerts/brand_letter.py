"""What a digest says of one brand: its volume and tone, its stories, who speaks, what it published itself."""

from collections.abc import Iterator, Sequence

from alerts.brief import Figure
from alerts.digest_views import AuthorView, BrandDigest, DigestStory, DigestView, PartOfWeek, ShareView
from alerts.letter import Item, Section, story_item, thread_item
from alerts.pictures import curve_picture, tone_picture, tone_words
from alerts.texts import Wording
from alerts.views import Sight, Usual

# What a digest of many brands may hold in all, so that the mail stays under 100 kB.
_CURVES, _STORIES, _VOICED = 2, 12, 4


def brand_sections(view: DigestView, wording: Wording, when: str) -> Iterator[Section]:
    """The sections of each brand, with its name in their titles when there are several; `when` says which period it is."""
    for place, brand in enumerate(view.brands):
        yield _volume_section(brand, view, wording, when, pictured=place < _CURVES)
        yield _stories_section(brand, view, wording)
        yield _releases_section(brand, view, wording)
        if place < _VOICED:
            yield _voices_section(brand, view, wording)


def brand_lead(brand: BrandDigest, view: DigestView, wording: Wording, when: str) -> str:
    """The period of one brand in a sentence."""
    sources = view.sources
    figures: dict[str, object] = {
        "brand": brand.name,
        "mentions": wording.say("mentions", n=brand.tally.total),
        "share": wording.percent(brand.negative_share),
        "when": when,
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
        if brand.before is not None:
            return wording.say(f"lead_{view.every}", before=brand.before.total, **figures)
        return wording.say("lead_plain" if view.late else "lead_no_usual", **figures)
    verdict = wording.say(
        "verdict_more" if brand.tally.total > usual.high else "verdict_usual", low=round(usual.low), high=round(usual.high)
    )
    return wording.say("lead_normal", verdict=verdict, usual_share=wording.percent(usual_share), **figures)


def brand_figure(brand: BrandDigest, wording: Wording) -> Figure:
    """How much was said of the brand, how much of it against it, and what is usual."""
    usual = [_range(brand.usual, wording)] if brand.usual else []
    negative = wording.say("negative_share", share=wording.percent(brand.negative_share))
    note = ", ".join([negative, *usual]) if brand.tally.total else "".join(usual)
    return Figure(brand.name, wording.say("mentions", n=brand.tally.total), note)


def _title(key: str, brand: BrandDigest, view: DigestView, wording: Wording) -> str:
    title = wording.say(key)
    return title if len(view.brands) == 1 else wording.say("section_of_brand", brand=brand.name, title=title)


def _volume_section(brand: BrandDigest, view: DigestView, wording: Wording, when: str, *, pictured: bool) -> Section:
    title = _title("section_volume_month" if view.every == "month" else "section_volume", brand, view, wording)
    lead = () if len(view.brands) == 1 else (brand_lead(brand, view, wording, when),)
    parts = tuple(_part_line(part, wording) for part in brand.parts)
    toned = (_tone_line(brand, wording),) if brand.tally.total else ()
    lines = (*lead, *toned, *parts, *_before_line(brand, view, wording))
    if not pictured:
        return Section(title, lines=lines)
    tone = (tone_picture(brand.tally, wording),) if brand.tally.total and len(view.brands) == 1 else ()
    return Section(title, pictures=(curve_picture(brand.curve, wording), *tone), lines=lines)


def _part_line(part: PartOfWeek, wording: Wording) -> str:
    """`Week-end : 12 mentions, dont 17 % négatives ; 6 par jour (habituel 5 à 9)`."""
    if part.holidays:
        name = wording.say("part_holidays", n=part.holidays)
    elif part.off:
        name = wording.say("part_weekend")
    else:
        name = wording.say("part_working", n=part.days, day=wording.weekday(part.first).capitalize())
    said = wording.say("part_line", name=name, mentions=wording.say("mentions", n=part.tally.total), share=_share(part, wording))
    if part.usual is None:
        return said
    mean = round(part.tally.total / part.days)
    return wording.say("part_usual", n=part.days, line=said, mean=mean, usual=_range(part.usual, wording))


def _share(part: PartOfWeek, wording: Wording) -> str:
    return wording.percent(part.tally.negative / part.tally.total if part.tally.total else 0.0)


def _range(usual: Usual, wording: Wording) -> str:
    return wording.say("usual_range", low=round(usual.low), high=round(usual.high))


def _before_line(brand: BrandDigest, view: DigestView, wording: Wording) -> tuple[str, ...]:
    if brand.before is None:
        return ()
    share = wording.percent(brand.before.negative / brand.before.total if brand.before.total else 0.0)
    return (wording.say(f"before_{view.every}", mentions=wording.say("mentions", n=brand.before.total), share=share),)


def _tone_line(brand: BrandDigest, wording: Wording) -> str:
    words = tone_words(brand.tally, wording)
    share = wording.percent(brand.negative_share)
    line = wording.say("tone_line", negative=words.negative, share=share, neutral=words.neutral, positive=words.positive)
    if brand.usual_negative_share is None:
        return line
    return wording.say("tone_usual", tone=line, share=wording.percent(brand.usual_negative_share))


def _stories_section(brand: BrandDigest, view: DigestView, wording: Wording) -> Section:
    threads = tuple(thread_item(thread, wording) for thread in brand.threads)
    # beside threads, a text on its own says little
    alone = [told for told in brand.stories if told.story.copies or not threads]
    stories = alone[: _STORIES // len(view.brands)]
    return Section(
        title=_title("section_digest_stories", brand, view, wording),
        items=(*threads, *(_story_item(told, wording) for told in stories)),
        notes=_new_sources(brand, wording),
    )


def _story_item(told: DigestStory, wording: Wording) -> Item:
    """The story; said to be known when it was told before the period."""
    item = story_item(told.story, wording)
    if told.is_new:
        return item
    return Item(item.title, item.url, wording.say("story_continued", line=item.line))


def _new_sources(brand: BrandDigest, wording: Wording) -> tuple[str, ...]:
    if not brand.new_sources:
        return ()
    return (wording.say("new_sources", n=len(brand.new_sources), brand=brand.name, names=wording.join(brand.new_sources)),)


def _releases_section(brand: BrandDigest, view: DigestView, wording: Wording) -> Section:
    items = []
    for story in brand.releases:
        spread = wording.say("release_copies", n=story.copies, sites=wording.say("sites", n=story.sites))
        line = wording.say(
            "release_line", at=story.first_published_at, spread=spread if story.copies else wording.say("release_alone")
        )
        items.append(Item(story.title or wording.say("untitled"), story.url, line))
    return Section(_title("section_releases", brand, view, wording), items=tuple(items))


def _voices_section(brand: BrandDigest, view: DigestView, wording: Wording) -> Section:
    """Who speaks, and of what: one line each."""
    voices = brand.voices
    authors = [_author_words(one, wording) for one in voices.authors]
    terms = [wording.say("voice_term", term=term.term, recent=term.recent, past=term.past) for term in voices.terms]
    said = {
        "voices_outlets": _shares(voices.outlets, wording),
        "voices_authors": authors,
        "voices_themes": _shares(voices.themes, wording),
        "voices_terms": terms,
    }
    lines = tuple(wording.say(key, parts=wording.say("next_part").join(parts)) for key, parts in said.items() if parts)
    note = () if voices.read >= brand.tally.total else (wording.say("voices_read", n=voices.read),)
    return Section(_title("section_voices", brand, view, wording), lines=lines, notes=note)


def _author_words(author: AuthorView, wording: Wording) -> str:
    messages = wording.say("messages", n=author.messages)
    key = "voice_author_negative" if author.negative else "voice_author"
    return wording.say(key, name=author.name, site=author.site, messages=messages, negative=author.negative)


def _shares(shares: Sequence[ShareView], wording: Wording) -> list[str]:
    return [
        wording.say(
            "voice_share_negative" if one.negative else "voice_share", name=one.name, n=one.mentions, negative=one.negative
        )
        for one in shares
    ]
