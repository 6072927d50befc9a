"""A mail before it is a mail: a sentence and sections, the same for its HTML and its plain text. `alerts.mail` renders it.

Also the sections that an incident's mail and a digest share.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.brief import Figure, Link
from alerts.texts import Wording, sentence_keys
from alerts.views import Fragment, MentionView, SourceNotice, SourcesView, StoryView, ThreadView, UnseenSource
from vigie.charts import Chart
from vigie.model import SourceHealth

_NAMED_SOURCES = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and the sentence that stands for it where pictures are not shown; empty when a line beside it says the same."""

    chart: Chart
    alt: str


@dataclass(frozen=True, slots=True)
class Item:
    """A story or a mention in a list: a title that links, a line about it, a quotation; or a line about a command to type."""

    title: str = ""
    url: str = ""
    line: str = ""
    quotation: tuple[Fragment, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter; what it does not have stays empty. Shown in the order of the fields."""

    title: str = ""
    facts: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    buttons: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole mail. `label` stands small over `lead`, the one sentence that says it all; `alarming` colours them.

    `in_short`: the figures for channels that are not mail, where they are not those of the sections.
    """

    subject: str
    label: str
    lead: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    alarming: bool = False
    in_short: tuple[Figure, ...] = ()


def filled(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections that have something to say."""
    return tuple(s for s in sections if s.facts or s.pictures or s.lines or s.items or s.buttons)


def story_item(story: StoryView, wording: Wording) -> Item:
    """A story with its copies counted."""
    if story.documents == 1:
        line = wording.say("story_alone", site=story.site, at=story.first_published_at)
    else:
        line = wording.say(
            "story_line_negative" if story.negative else "story_line",
            documents=wording.say("documents", n=story.documents),
            copies=wording.say("copies", n=story.copies),
            sites=wording.say("sites", n=story.sites),
            negatives=wording.say("negatives", n=story.negative),
            at=story.first_published_at,
        )
    return Item(story.title or wording.say("untitled"), story.url, line)


def thread_item(thread: ThreadView, wording: Wording) -> Item:
    """A thread with how many speak in it."""
    messages = wording.say("messages", n=thread.messages)
    line = wording.say(
        "thread_line_negative" if thread.negative else "thread_line",
        messages=wording.say("at_least", what=messages) if thread.at_least else messages,
        negatives=wording.say("negatives", n=thread.negative),
        site=thread.site,
        at=thread.latest_at,
    )
    return Item(thread.title, thread.url, line)


def mention_item(mention: MentionView, wording: Wording) -> Item:
    """A quotation with its kind, site and hour (only the day where the page shows no hour)."""
    at = wording.day(mention.published_at) if mention.day_only else wording.moment(mention.published_at)
    line = wording.say("byline", kind=wording.say(f"one_{mention.kind.value}"), site=mention.site, at=at)
    if mention.role is not None:
        line = wording.say("byline_role", line=line, role=wording.say(f"role_{mention.role.value}"))
    return Item(mention.title, mention.url, line, mention.quotation)


def sources_section(sources: SourcesView, wording: Wording) -> Section:
    """What was not seen, by name; or that everything was."""
    if not sources.total:
        lines = [wording.say("sources_none")]
    elif not sources.unseen:
        lines = [wording.say("sources_all_seen", n=sources.total)]
    else:
        named, rest = sources.unseen[:_NAMED_SOURCES], len(sources.unseen) - _NAMED_SOURCES
        lines = [wording.say("sources_unseen", n=len(sources.unseen), seen=sources.seen, total=sources.total)]
        lines += [unseen_line(source, wording) for source in named]
        lines += [wording.say("sources_more", n=rest)] if rest > 0 else []
    return Section(wording.say("section_sources"), lines=tuple(lines))


def unseen_line(source: UnseenSource, wording: Wording) -> str:
    """The source by its name, with the evidence."""
    return wording.say("source_line", name=source.name, evidence=evidence(source, wording))


def evidence(source: UnseenSource, wording: Wording) -> str:
    """What shows that a source was not seen: why, and since when."""
    if source.health is SourceHealth.NEVER:
        return wording.say("source_never")
    always = "" if source.since else "_always"
    return wording.say(f"source_{source.health.value}{always}", reason=_reason(source.reason, wording), since=source.since)


def _reason(code: str, wording: Wording) -> str:
    """The short code in words, where there are any."""
    if code.startswith("http_"):
        return wording.say("reason_http", code=code.removeprefix("http_"))
    return wording.say(f"reason_{code}") if f"reason_{code}" in sentence_keys(wording.language) else code or "?"


def notice_letter(view: SourceNotice, wording: Wording) -> Letter:
    """What the operators are told: the sources that are not seen any more, each with the evidence, and those that are again."""
    sources, changes = view.sources, wording.say("source_changes", n=len(view.worse) + len(view.better))
    sections = (
        Section(wording.say("section_worse"), lines=tuple(unseen_line(each, wording) for each in view.worse)),
        Section(wording.say("section_better"), lines=tuple(wording.say("source_again", name=name) for name in view.better)),
        sources_section(sources, wording),
    )
    return Letter(
        subject=wording.say("subject_sources", seen=sources.seen, total=sources.total, changes=changes),
        label=wording.say("label_sources"),
        lead=wording.say("lead_sources", seen=sources.seen, total=sources.total),
        sections=filled(sections),
        footer=(wording.say("why_sources"),),
        alarming=bool(view.worse),
    )
