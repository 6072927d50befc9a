"""Simple Machines Forum 2.0 and 2.1, and what was made from it (ElkArte, StoryBB)."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"smf_(?:theme_url|scripturl|default_theme_url)|elk_(?:theme_url|scripturl)|"
    rb"<a [^>]*simplemachines\.org[^>]*>[^<]*(?:SMF|Simple Machines)",
    re.IGNORECASE,
)
# `topic=12.20` is the page from post 20, `topic=12.msg33` that of post 33; `;topicseen` and the like name no page.
_PAGING = Paging(path=re.compile(r"(topic[=,]\d+)\.(?:msg\d+|new|from\d+|\d+)(?:;.*$)?"), first=r"\1.0")
_KEY = below("keyinfo")
SMF = Markup(
    posts=f"//div[{with_class('post_wrapper')}]",
    ids=(
        f".//*[starts-with(@id, 'msg_') and ({with_class('inner', 'messageContent')})]/@id"
        f" | .//div[{with_class('inner')}]/@data-msgid"
    ),
    author=(
        f"{below('poster')}//h4/a[last()]",
        f"{below('poster')}//h4",
        f"{below('poster')}//*[{with_class('name')}]",
    ),
    date=(
        f"{_KEY}//time",
        f"{_KEY}//*[{with_class('postinfo')}]/a",
        f"{_KEY}//div[{with_class('smalltext')}]/strong/following-sibling::text()[1]",
        f"{_KEY}//*[{with_class('smalltext')}]",
    ),
    text=(f".//div[{with_class('inner', 'messageContent')}]",),
    unsaid=(f"{below('quoteheader', 'quotefooter', 'codeheader', 'noticebox')}"),
    permalink=(
        f"{_KEY}//a[contains(@href, concat('#msg', $number))]/@href",
        f"{_KEY}//a[contains(@href, concat('msg', $number)) or contains(@href, concat('msg=', $number))]/@href",
    ),
    anchor="#msg{number}",
    answered=(f"{below('quoteheader')}//a/@href", ".//blockquote/cite/a/@href"),
    title=("//*[@id='top_subject']", f"//*[{with_class('navigate_section')}]//li[last()]//a", "//title"),
    topics=f"//*[@id='messageindex']//tr[.//td[{with_class('subject')}]] | //*[@id='topic_container']/div",
    topic=(".//span[starts-with(@id, 'msg_')]//a",),
    replies=(f".//td[{with_class('stats', 'replies')}]", below("board_stats")),
    last=(below("lastpost"),),
    boards=f"//tr[starts-with(@id, 'board_')] | //div[starts-with(@id, 'board_') and ({with_class('up_contain')})]",
    board=(f".//a[{with_class('subject')}]", ".//*[contains(@id, '_children')]//a"),
    paging=_PAGING,
)
ENGINE = engine(_SIGNATURE, (b"smf_", b"elk_", b"simplemachines"), SMF)
