"""How each kind of source is read. A kind is one module with a connector and its options, and one line here."""

from collections.abc import Mapping
from typing import Any

from crawlers.kinds.comments import CommentsConnector, CommentsOptions
from crawlers.kinds.connector import Kind
from crawlers.kinds.feed import FeedConnector, FeedOptions
from crawlers.kinds.forum import ForumConnector, ForumOptions
from crawlers.kinds.page import PageConnector, PageOptions
from crawlers.kinds.site import SiteConnector, SiteOptions

KINDS: Mapping[str, Kind[Any]] = {
    "feed": Kind(FeedOptions, FeedConnector),
    "site": Kind(SiteOptions, SiteConnector),
    "comments": Kind(CommentsOptions, CommentsConnector),
    "forum": Kind(ForumOptions, ForumConnector),
    "page": Kind(PageOptions, PageConnector),
}
