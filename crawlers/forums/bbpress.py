"""bbPress 2, the forum of WordPress sites: flat threads and threaded ones."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(rb"<div id=[\"']bbpress-forums[\"']|<div class=[\"']bbp-(?:reply|topic)-content[\"']", re.IGNORECASE)
_HEAD = f"preceding-sibling::div[1][{with_class('bbp-reply-header', 'bbp-topic-header')}]"  # a post is two elements in a row
BBPRESS = Markup(
    posts=f"//div[{_HEAD}]",
    ids=f"{_HEAD}/@id",
    author=(below("bbp-author-name"), f"{below('bbp-reply-author', 'bbp-topic-author')}/a[normalize-space(.)]"),
    date=(f"{_HEAD}//*[{with_class('bbp-reply-post-date', 'bbp-topic-post-date')}]",),
    text=(below("bbp-reply-content", "bbp-topic-content"),),
    unsaid=below("bbp-reply-revision-log", "bbp-topic-revision-log", "bbp-attachments", "bbp-signature"),
    permalink=(f"{_HEAD}//a[{with_class('bbp-reply-permalink', 'bbp-topic-permalink')}]/@href",),
    title=(f"//*[{with_class('bbp-breadcrumb-current')}]", f"//h1[{with_class('entry-title')}]", "//h1"),
    topics=f"//ul[li[{with_class('bbp-topic-title')}]//a[{with_class('bbp-topic-permalink')}]]",
    topic=(f".//a[{with_class('bbp-topic-permalink')}]",),
    replies=(f"./li[{with_class('bbp-topic-reply-count')}]",),
    last=(f"./li[{with_class('bbp-topic-freshness')}]/a", f"./li[{with_class('bbp-topic-freshness')}]"),
    boards=f"//ul[li[{with_class('bbp-forum-info')}]]",
    board=(f".//a[{with_class('bbp-forum-title', 'bbp-forum-link')}]",),
    paging=Paging(path=re.compile(r"/page/\d+(?=/?(?:$|\?))"), page=frozenset(("paged",))),
)
ENGINE = engine(_SIGNATURE, (b"bbpress-forums", b"bbp-reply-content", b"bbp-topic-content"), BBPRESS)
