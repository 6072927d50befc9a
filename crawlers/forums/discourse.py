"""Discourse, by the plain pages that it gives to programs without scripts, and inside `noscript` to everybody."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"<meta name=[\"']generator[\"'] content=[\"']Discourse|id=[\"']data-discourse-setup|\bcrawler-post(?:-meta)?\b"
)
_CREATOR = below("creator")
DISCOURSE = Markup(
    posts=(
        f"//*[{with_class('crawler-post')}]"
        f" | //div[contains(@itemtype, 'DiscussionForumPosting')][./div[{with_class('creator')}]]"
    ),
    ids=f"@id | .//*[@itemprop='position']/text() | {_CREATOR}//*[@itemprop='position']/text()",
    author=(f"{_CREATOR}//*[@itemprop='name']", f"{_CREATOR}//*[@itemprop='author']", f"{_CREATOR}//a"),
    date=(f".//time[@itemprop='datePublished' or ({with_class('post-time')})]", ".//time"),
    text=(f".//div[({with_class('post')}) and (@itemprop='text' or @itemprop='articleBody')]", f".//div[{with_class('post')}]"),
    unsaid=f".//aside | {below('lightbox-wrapper')}//*[{with_class('meta')}] | {below('crawler-linkback-list', 'poll')}",
    anchor="/{number}",
    # a post of this very topic, not of another that is quoted in it
    answered=(
        f".//aside[({with_class('quote')}) and"
        " contains(concat(//link[@rel='canonical']/@href, '?'), concat('/', @data-topic, '?'))]/@data-post",
    ),
    place=(".//*[@itemprop='position']",),
    title=("//*[@id='topic-title']//h1", "//h1"),
    topics=f"//tr[{with_class('topic-list-item')}]",
    topic=(f".//a[{with_class('raw-topic-link', 'raw-link', 'title')}]",),
    replies=(f".//td[{with_class('replies')}]//*[{with_class('posts')}]",),
    last=("./td[last()]",),
    boards=f"//tr[td[{with_class('category')}]]",
    board=(f"./td[{with_class('category')}]//a[contains(@href, '/c/')]",),
    paging=Paging(
        path=re.compile(r"(?<=/t/)([^/]+/\d+)/\d+/?$"),
        first=r"\1",
        page=frozenset(("page",)),
        noise=frozenset(("no_definitions", "u")),
    ),
)
ENGINE = engine(_SIGNATURE, (b"discourse", b"crawler-post"), DISCOURSE)
