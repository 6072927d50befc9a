"""MyBB 1.6 and 1.8, with the classic and the horizontal postbit."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"MyBB\.(?:settings|modal|whoPosted)|<!-- start: (?:showthread|forumdisplay|postbit)|"
    rb"my_post_key\s*=|mybb\.com[\"'][^>]*>\s*MyBB",
    re.IGNORECASE,
)
_PAGING = Paging(
    path=re.compile(r"-page-\d+(?=\.html)|-post-\d+(?=\.html)|-(?:lastpost|newpost)(?=\.html)"),
    page=frozenset(("page", "pid", "action")),
    noise=frozenset(("highlight", "mode", "sortby", "order", "datecut", "linear")),
)
MYBB = Markup(
    posts=f"//div[({with_class('post')}) and starts-with(@id, 'post_')] | //table[starts-with(@id, 'post_')]",
    author=(
        f"{below('author_information')}/strong",
        f"{below('post_author')}//*[{with_class('largetext')}]",
        below("largetext"),
    ),
    date=(
        f"{below('post_date')}/span[@title]",
        f"{below('post_date')}/text()[normalize-space()][1]",
        below("post_date"),
    ),
    text=(below("post_body"), ".//*[starts-with(@id, 'pid_')]"),
    unsaid=f"{below('codeblock')}/*[{with_class('title')}] | {below('spoiler_header')} | {below('edited_post')}",
    permalink=(
        f"{below('post_head')}//a[contains(@href, concat('pid', $number))]/@href",
        ".//strong/a[contains(@href, concat('#pid', $number))]/@href",
    ),
    anchor="#pid{number}",
    answered=(".//blockquote/cite/a[contains(@href, 'pid')]/@href",),
    place=(f"{below('post_head')}//strong/a[starts-with(normalize-space(.), '#')]",),
    title=(
        f"//td[{with_class('thead')}][.//a[contains(@href, 'mode=')]]/div[last()]/strong",
        f"//td[{with_class('thead')}]//div/strong[not(.//a)]",
        "//title",
    ),
    topics=f"//tr[{with_class('inline_row')}]",
    topic=(".//span[starts-with(@id, 'tid_')]/a", f"{below('subject_new', 'subject_old', 'subject_editable')}/a"),
    replies=(".//a[contains(@href, 'whoposted')]",),
    last=(below("lastpost"),),
    boards=f"//tr[{below('forum_status')}][.//strong/a]",
    board=("./td[2]/strong/a", f"{below('smalltext')}/a[contains(@href, 'forum')]"),
    paging=_PAGING,
    one_offset=True,
)
ENGINE = engine(_SIGNATURE, (b"mybb", b"my_post_key", b"<!-- start: "), MYBB)
