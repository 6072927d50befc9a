"""How each kind of source is read. A kind is one module with a connector and its options, and one line here."""

from collections.abc import Mapping
from typing import Any

from crawlers.kinds import bluesky, google, hackernews, lemmy, mastodon, reddit, stackexchange, youtube
from crawlers.kinds.comments import CommentsConnector, CommentsOptions
from crawlers.kinds.connector import Kind
from crawlers.kinds.feed import FeedConnector, FeedOptions
from crawlers.kinds.forum import ForumConnector, ForumOptions
from crawlers.kinds.mailing_list import MailingListConnector, MailingListOptions
from crawlers.kinds.page import PageConnector, PageOptions
from crawlers.kinds.reviews import ReviewsConnector, ReviewsOptions
from crawlers.kinds.site import SiteConnector, SiteOptions
from crawlers.kinds.watch import WatchConnector, WatchOptions

KINDS: Mapping[str, Kind[Any]] = {
    "feed": Kind(FeedOptions, FeedConnector),
    "site": Kind(SiteOptions, SiteConnector),
    "comments": Kind(CommentsOptions, CommentsConnector),
    "forum": Kind(ForumOptions, ForumConnector),
    "page": Kind(PageOptions, PageConnector),
    "reviews": Kind(ReviewsOptions, ReviewsConnector),
    "watch": Kind(WatchOptions, WatchConnector),
    "mailing_list": Kind(MailingListOptions, MailingListConnector),
    "mastodon": Kind(mastodon.MastodonOptions, mastodon.connector),
    "bluesky": Kind(bluesky.BlueskyOptions, bluesky.connector),
    "hackernews": Kind(hackernews.HackerNewsOptions, hackernews.connector),
    "lemmy": Kind(lemmy.LemmyOptions, lemmy.connector),
    "reddit": Kind(reddit.RedditOptions, reddit.connector),
    "stackexchange": Kind(stackexchange.StackExchangeOptions, stackexchange.connector),
    "youtube": Kind(youtube.YouTubeOptions, youtube.connector),
    "google_news": Kind(google.GoogleNewsOptions, google.news_connector),
    "google_alerts": Kind(google.GoogleAlertsOptions, google.GoogleAlertsConnector),
}
