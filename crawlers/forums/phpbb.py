"""phpBB 3.0 to 4.0: its own styles prosilver, with the many made from it, and subsilver2.

Between versions the date changes most: text after the author in 3.0 and 3.1, a `time` element since 3.2.
"""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import class_holds, with_class

_SIGNATURE = re.compile(
    rb"<body[^>]*\bid=[\"']phpbb[\"']|phpBB style name|<body[^>]*\bclass=[\"'][^\"']*\bnojs notouch section-"
    rb"|Powered by <a[^>]*phpbb\.com|<meta name=[\"']copyright[\"'] content=[\"'][^\"']*phpBB",
    re.IGNORECASE,
)
# What of a topic's address names the topic: not the board it is in, the page, the marked word or the sorting.
_PAGING = Paging(
    topic=re.compile(r"/viewtopic\.php\?(?:.*&)?t=\d"),
    page=frozenset(("start",)),
    noise=frozenset(("f", "hilit", "view", "p", "st", "sk", "sd", "e")),
    offset="start",
)
_NAMED = below("username", "username-coloured")
_ROW = f"//*[self::li or self::tr or self::div][{with_class('row')}]"
_AUTHOR_LINE = f".//p[{with_class('author')}]"
_QUOTED_FROM = (".//blockquote/@cite", ".//blockquote/div/cite//a[contains(@href, '#p')]/@href")

PROSILVER = Markup(
    posts=f"//*[({with_class('post')}) and starts-with(@id, 'p')]",
    number=re.compile(r"^p(\d+)$"),
    author=(
        f"{_AUTHOR_LINE}//*[{with_class('username', 'username-coloured')}]",
        f"{_AUTHOR_LINE}//strong",
        f"{below('postprofile')}//*[{with_class('username', 'username-coloured')}]",
        f"{below('postprofile')}//dt//a[not(.//img)]",
        _NAMED,
    ),
    date=(
        f"{_AUTHOR_LINE}//time",
        f"{_AUTHOR_LINE}/text()[last()]",
        _AUTHOR_LINE,
        f".//*[{class_holds('author', 'postbody', 'post-date', 'postdate')}]//time",
    ),
    text=(f".//div[{with_class('content')}]",),
    unsaid=(
        f"{below('attachbox', 'inline-attachment', 'notice', 'post-notice', 'quotetitle', 'quotecontent', 'codetitle')}"
        f" | {below('codebox')}/p[1] | {below('codebox')}/dt"
    ),
    permalink=(
        f"{_AUTHOR_LINE}//a[contains(@href, concat('#p', $number))]/@href",
        ".//h3//a[contains(@href, concat('#p', $number))]/@href",
    ),
    anchor="#p{number}",
    answered=_QUOTED_FROM,
    title=(
        f"//h2[{with_class('topic-title')}]",
        "//h2[a[contains(@href, 'viewtopic') or contains(@href, '-t')]]",
        f"//*[{with_class('topic-title')}]",
    ),
    topics=f"{_ROW}[.//a[{with_class('topictitle')}]]",
    topic=(f".//a[{with_class('topictitle')}]",),
    replies=(f".//*[self::dd or self::td][{with_class('posts')}]",),
    last=(f".//*[self::dd or self::td][{with_class('lastpost')}]",),
    boards=f"{_ROW}[.//a[{with_class('forumtitle')}]] | //p[.//a[{with_class('subforum')}]]",
    board=(f".//a[{with_class('forumtitle', 'subforum')}]",),
    paging=_PAGING,
)
_MESSAGE = f".//div[{with_class('postbody')}]"
SUBSILVER = Markup(
    posts=f"//table[.//b[{with_class('postauthor')}]][{_MESSAGE}][not(.//table[.//b[{with_class('postauthor')}]])]",
    ids=".//a/@name",
    number=re.compile(r"^p(\d+)$"),
    author=(f".//b[{with_class('postauthor')}]",),
    date=(f".//td[{with_class('gensmall')}]//b/following-sibling::text()[1]",),
    text=(_MESSAGE,),
    unsaid=below("attachtitle", "attachcontent", "quotetitle", "quotecontent", "codetitle"),
    anchor="#p{number}",
    title=(f"//a[{with_class('titles')}]", "//h2"),
    topics=f"//tr[.//a[{with_class('topictitle')}]]",
    topic=(f".//a[{with_class('topictitle')}]",),
    replies=(f"./td[p[{with_class('topicdetails')}]][2]",),
    last=(f"./td[p[{with_class('topicdetails')}]][last()]",),
    boards=f"//tr[.//a[{with_class('forumlink')}]]",
    board=(f".//a[{with_class('forumlink')}]",),
    paging=_PAGING,
)
ENGINE = engine(_SIGNATURE, (b"phpbb", b"nojs notouch section-"), PROSILVER, SUBSILVER)
