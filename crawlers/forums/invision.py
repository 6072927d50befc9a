"""Invision Community 4 and 5, and IP.Board 3."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"\bipsSettings\b|<body[^>]*\bclass=[\"'][^\"']*\bipsApp\b|<html[^>]*\bdata-ips-|data-ipsquote|"
    rb"ipb\.vars\[|\bipsLayout_(?:body|container)\b|id=[\"']ipboard_body|\bips-hook\b",
    re.IGNORECASE,
)
_PAGING = Paging(
    path=re.compile(r"(?<=/)page/\d+/?(?=$|\?|&)|page__.*$|#comment.*$"),
    page=frozenset(("page", "do", "comment", "st", "tab", "p")),
    noise=frozenset(("csrfKey", "sortby", "sortdirection", "hl", "view", "pid")),
)
_DATED = f"{with_class('ipsEntry__date', 'ipsComment_meta', 'ipsEntry__meta')}"
INVISION4 = Markup(
    posts=f"//article[starts-with(@id, 'elComment_') and not({with_class('ipsModerated')})]",
    author=(
        f"{below('cAuthorPane_author', 'ipsEntry__username', 'ipsComment_author')}//a[normalize-space(.)]",
        below("cAuthorPane_author", "ipsEntry__username"),
    ),
    date=(f".//*[{_DATED}]//time", ".//header//time", ".//time[not(ancestor::*[@data-role='commentContent'])]"),
    text=(".//*[@data-role='commentContent']", f"{below('ipsEntry__post')}//*[{with_class('ipsRichText')}]"),
    unsaid=(
        f".//*[@data-excludequote or @data-ipsquote]"
        f" | {below('ipsSpoiler_header', 'ipsEmbedded', 'ipsType_light', 'ipsEntry__edited')}"
    ),
    permalink=(".//a[contains(@href, concat('comment=', $number)) or contains(@href, concat('omment-', $number))]/@href",),
    anchor="#findComment-{number}",
    answered=(".//@data-ipsquote-contentcommentid",),
    title=(f"//h1[{with_class('ipsType_pageTitle', 'ipsPageHeader__title')}]", f"//*[{with_class('ipsType_pageTitle')}]", "//h1"),
    topics=f"//*[@data-rowid][{below('ipsDataItem_title', 'ipsData__title')}//a[contains(@href, 'topic')]]",
    topic=(f"{below('ipsDataItem_title', 'ipsData__title')}//a[contains(@href, 'topic')]",),
    replies=(
        f".//*[@data-stattype='forums_comments' or @data-stattype='forums_replies']//*"
        f"[{with_class('ipsDataItem_stats_number', 'ipsData__stats-number')}]",
        f"{below('ipsDataItem_stats')}//*[{with_class('ipsDataItem_stats_number')}]",
        ".//*[@data-stattype='forums_comments']",
    ),
    last=(f"{below('ipsDataItem_lastPoster', 'ipsData__last')}//time",),
    boards=(
        f"//*[{with_class('ipsDataItem', 'ipsData__item', 'cForumRow')}]"
        f"[{below('ipsDataItem_title', 'ipsData__title')}//a[contains(@href, 'forum/')]]"
    ),
    board=(
        f"{below('ipsDataItem_title', 'ipsData__title')}//a[contains(@href, 'forum/')]",
        f"{below('ipsDataItem_subList', 'ipsSubList')}//a",
    ),
    paging=_PAGING,
)
INVISION3 = Markup(
    posts=f"//div[({with_class('post_block')}) and starts-with(@id, 'post_id_')]",
    author=(f"{below('vcard')}//*[{with_class('name')}]", below("author")),
    date=(f".//abbr[{with_class('published')}]", below("posted_info")),
    text=(f".//div[{with_class('entry-content')}]",),
    unsaid=below("citation", "edit", "quotetop", "bbc_spoiler_show"),
    permalink=(".//a[@rel='bookmark']/@href",),
    anchor="#entry{number}",
    answered=(".//blockquote/@data-cid",),
    title=(f"//h1[{with_class('ipsType_pagetitle')}]", "//h1"),
    topics="//tr[starts-with(@id, 'trow_')]",
    topic=(f".//a[{with_class('topic_title')}]",),
    replies=(f".//td[{with_class('col_f_views')}]/ul/li[1]",),
    last=(f"{below('col_f_post')}//li[last()]",),
    boards=f"//tr[.//td[{with_class('col_c_forum')}]]",
    board=(f".//td[{with_class('col_c_forum')}]//h4/a", f".//td[{with_class('col_c_forum')}]//strong/a"),
    paging=_PAGING,
)
ENGINE = engine(
    _SIGNATURE,
    (b"ipsapp", b"ipssettings", b"ipslayout_", b"data-ips", b"ips-hook", b"ipb.vars", b"ipboard_body"),
    INVISION4,
    INVISION3,
)
