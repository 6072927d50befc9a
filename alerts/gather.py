"""Reads from the store and the state what both an incident's mail and a digest say, into `alerts.views`."""

from collections.abc import Sequence
from datetime import datetime

from alerts import excerpts
from alerts.views import MentionView, SourcesView, StoryView, ThreadView, UnseenSource
from config.schema import Config
from vigie.model import Mention, SentimentLabel, SourceHealth, SourceState, Story, host_of
from vigie.ports import State

TITLE_LENGTH = 110
QUOTE_LENGTH = 260
_THREADS, _BUSY_THREAD = 3, 3  # how many are named, from so many messages on


def brand_name(config: Config, brand_id: str) -> str:
    """The brand as the configuration writes it; its id when the row is gone."""
    return next((excerpts.shorten(brand.name, 60) for brand in config.brands if brand.id == brand_id), brand_id)


def source_name(config: Config, source_id: str) -> str:
    """The source as the configuration names it: its name, else its host, else (the row is gone) its id."""
    row = next((source for source in config.sources if source.id == source_id), None)
    return excerpts.shorten(row.name or (row.url.host or "").removeprefix("www."), 60) if row else source_id


def sources_view(state: State, config: Config) -> SourcesView:
    """The enabled sources, and those that cannot be trusted to have been seen, in the order of the configuration."""
    known = {each.source_id: each for each in state.states()}
    enabled = [known.get(row.id, SourceState(row.id)) for row in config.sources if row.enabled]
    unseen = [each for each in enabled if each.health is not SourceHealth.OK]
    return SourcesView(
        total=len(enabled),
        unseen=tuple(unseen_source(config, each) for each in unseen),
    )


def unseen_source(config: Config, state: SourceState) -> UnseenSource:
    """A source that is not OK, with what is told of it."""
    return UnseenSource(source_name(config, state.source_id), state.health, _unseen_since(state), state.reason)


def mention_view(mention: Mention) -> MentionView:
    """The mention as it is quoted: the passage that decided its tone."""
    document = mention.document
    return MentionView(
        url=excerpts.safe_url(document.url),
        title=excerpts.shorten(document.title, TITLE_LENGTH),
        kind=document.kind,
        site=excerpts.shorten(document.site, 60),
        published_at=document.published.at,
        day_only=document.published.day_only,
        quotation=excerpts.quotation(document.text or document.title, mention.sentiment.evidence, QUOTE_LENGTH),
        role=mention.target.role if mention.target else None,
    )


def story_view(story: Story) -> StoryView:
    """The story as it is listed; its excerpt stands for a title that is missing."""
    return StoryView(
        url=excerpts.safe_url(story.url),
        title=excerpts.shorten(story.title or story.excerpt, TITLE_LENGTH),
        site=excerpts.shorten(host_of(story.url), 60),
        first_published_at=story.first_published_at,
        documents=story.documents,
        copies=story.copies,
        sites=story.sites,
        negative=story.negative,
    )


def busy_threads(latest: Sequence[Mention], total: int) -> tuple[ThreadView, ...]:
    """The threads in which most is said, busiest first; `latest` are the newest of `total` mentions, newest first."""
    spoken: dict[str, list[Mention]] = {}
    for mention in latest:
        if mention.document.thread_url and mention.document.thread_title:
            spoken.setdefault(mention.document.thread_url, []).append(mention)
    busiest = sorted((told for told in spoken.values() if len(told) >= _BUSY_THREAD), key=len, reverse=True)
    return tuple(_thread_view(told, at_least=len(latest) < total) for told in busiest[:_THREADS])


def _thread_view(told: Sequence[Mention], *, at_least: bool) -> ThreadView:
    """`told` are the mentions of one thread, newest first."""
    document = told[0].document
    return ThreadView(
        url=excerpts.safe_url(document.thread_url or ""),
        title=excerpts.shorten(document.thread_title, TITLE_LENGTH),
        site=excerpts.shorten(document.site, 60),
        messages=len(told),
        negative=sum(mention.label is SentimentLabel.NEGATIVE for mention in told),
        latest_at=document.published.at,
        at_least=at_least,
    )


def _unseen_since(each: SourceState) -> datetime | None:
    match each.health:
        case SourceHealth.SILENT:
            return each.last_item_at
        case SourceHealth.CHANGED:
            return each.since
        case _:
            return each.last_ok_at
