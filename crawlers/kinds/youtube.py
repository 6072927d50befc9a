"""YouTube: the videos of channels, from the feeds of the site (`/feeds/videos.xml`): title and description."""

import re
from collections.abc import Sequence

from pydantic import Field

from crawlers.feeds import read_feed
from crawlers.place import Place
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, nothing_wanted
from crawlers.visit import Page, Visit

_CHANNEL = re.compile(r"/channel/(?P<id>UC[\w-]{22})|[?&]channel_id=(?P<id2>UC[\w-]{22})")


class YouTubeOptions(TimelineOptions):
    """Options of kind `youtube`."""

    channels: list[str] = Field([], description="Ids of channels (`UC…`, shown in the page's source and in its feed).")
    playlists: list[str] = Field([], description="Ids of playlists (`PL…`).")


def connector(options: YouTubeOptions) -> Timeline:
    """`source.url` is https://www.youtube.com, or the address of a channel (`/channel/UC…`) or of its feed."""

    async def starts(visit: Visit) -> Sequence[str]:
        named = _CHANNEL.search(visit.source.url)
        channels = [*([named["id"] or named["id2"]] if named else []), *options.channels]
        found = [below(visit.source, "/feeds/videos.xml", channel_id=one) for one in channels]
        found += [below(visit.source, "/feeds/videos.xml", playlist_id=one) for one in options.playlists]
        if not found:
            nothing_wanted(visit, "name a channel by its id (UC…) in the address or the options")
        return found

    return Timeline(starts, read_videos, options.pages)


def read_videos(page: Page, place: Place) -> Answer:
    """The latest videos of a channel; its feed has one page."""
    feed = read_feed(page.body, page.content_type, page.url, now=place.now, zone=place.zone)
    return Answer(
        [Post(entry.url, entry.summary, entry.title, entry.author, entry.published) for entry in feed.entries if entry.url]
    )
