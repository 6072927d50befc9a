"""How each kind of source is read. A kind is one module with a connector and its options, and one line here."""

from collections.abc import Mapping

from crawlers.kinds.comments import CommentsConnector
from crawlers.kinds.connector import Connector
from crawlers.kinds.feed import FeedConnector
from crawlers.kinds.forum import ForumConnector
from crawlers.kinds.page import PageConnector
from crawlers.kinds.site import SiteConnector

KINDS: Mapping[str, type[Connector]] = {
    "feed": FeedConnector,
    "site": SiteConnector,
    "comments": CommentsConnector,
    "forum": ForumConnector,
    "page": PageConnector,
}
