"""XenForo 1 and 2."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(rb"<html[^>]*\bid=[\"']XF|<html[^>]*\bid=[\"']XenForo|<html[^>]*data-xf=|\bdata-xf-init=", re.IGNORECASE)
_PAGING = Paging(
    path=re.compile(r"(?<=/)(?:page-\d+|post-\d+|unread|latest|reply)/?$"), noise=frozenset(("_xfToken", "prefix_id"))
)
_LATEST = below("structItem-cell--latest")
XENFORO2 = Markup(
    posts=f"//article[({with_class('message--post', 'js-post')}) and starts-with(@data-content, 'post-')]",
    ids="@data-content",
    author=(
        "@data-author",
        f"{below('message-name')}//*[{with_class('username')}]",
        below("message-name"),
    ),
    date=(
        f"{below('message-attribution-main')}//time",
        f".//header[{with_class('message-attribution')}]//time",
        f"{below('message-date', 'message-attribution')}//time",
    ),
    text=(
        f"{below('message-body')}//*[{with_class('bbWrapper')}]",
        below("bbWrapper"),
        below("message-body"),
    ),
    unsaid=(
        f"{below('bbCodeBlock--quote', 'bbCodeBlock--unfurl', 'bbCodeBlock-title', 'bbCodeBlock-expandLink')}"
        f" | {below('js-selectToQuoteEnd', 'message-lastEdit', 'message-signature', 'bbCodeSpoiler-button')}"
    ),
    permalink=(
        f"{below('message-attribution-main')}//a[contains(@href, concat('post-', $number))]/@href",
        f"{below('message-attribution', 'message-attribution-opposite')}//a[contains(@href, concat('post-', $number))]/@href",
    ),
    answered=(".//blockquote/@data-source", ".//blockquote//a[contains(@href, 'goto/post')]/@href"),
    place=(f"{below('message-attribution-opposite')}//a[starts-with(normalize-space(.), '#')]",),
    title=(f"//h1[{with_class('p-title-value')}]", "//h1"),
    topics=f"//*[{with_class('structItem--thread')}]",
    topic=(f"{below('structItem-title')}/a[not(contains(@href, 'prefix_id'))]",),
    replies=(f"{below('structItem-cell--meta')}/dl[1]/dd",),
    last=(f"{_LATEST}//time", _LATEST),
    boards=f"//*[{with_class('node')}][{below('node-title')}/a]",
    board=(f"{below('node-title')}/a", f".//a[{with_class('subNodeLink')}]"),
    paging=_PAGING,
)
XENFORO1 = Markup(
    posts=f"//li[({with_class('message')}) and starts-with(@id, 'post-')]",
    author=("@data-author", f"{below('userText')}//*[{with_class('username')}]"),
    date=(f"{below('messageMeta')}//*[{with_class('DateTime')}]", below("DateTime")),
    text=(below("messageText"),),
    unsaid=f"{below('bbCodeQuote', 'messageTextEndMarker', 'editDate')} | {below('bbCodeBlock')}/*[{with_class('type')}]",
    permalink=(f".//a[{with_class('postNumber', 'datePermalink')}]/@href",),
    answered=(f".//a[{with_class('AttributionLink')}]/@href",),
    place=(f".//a[{with_class('postNumber')}]",),
    title=(f"//*[{with_class('titleBar')}]//h1", "//h1"),
    topics=f"//li[{with_class('discussionListItem')}]",
    topic=(f"{below('title')}/a[not(contains(@href, 'prefix_id'))]",),
    replies=(f"{below('stats')}//dl[{with_class('major')}]/dd",),
    last=(f"{below('lastPost')}//*[{with_class('DateTime')}]",),
    boards=f"//li[{with_class('node')}][{below('nodeTitle')}/a]",
    board=(f"{below('nodeTitle')}/a",),
    paging=_PAGING,
)
ENGINE = engine(_SIGNATURE, (b"xenforo", b"data-xf", b'id="xf', b"id='xf"), XENFORO2, XENFORO1)
