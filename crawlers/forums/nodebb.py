"""NodeBB with its themes Persona and Harmony, whose pages are whole without scripts."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"\scomponent=[\"'](?:(?:topic|category|categories|post|navbar|brand|notifications)/|(?:topic|post)[\"'])"
    rb"|<script id=[\"']ajaxify-data|/nodebb(?:\.min)?\.js"
)
_CONTENT = ".//*[@component='post/content']"
NODEBB = Markup(
    posts=f"//li[@component='post' and not({with_class('deleted')})]",
    ids="@data-pid",
    author=("@data-username", ".//*[@itemprop='author']//meta[@itemprop='name']/@content", ".//a[@data-username]"),
    date=("@data-timestamp", "./meta[@itemprop='datePublished']/@content", f"{below('timeago')}/@title"),
    text=(_CONTENT,),
    # "@name said in [topic]:" before a quotation is the button's, not the author's
    unsaid=".//p[following-sibling::*[1][self::blockquote]][.//a[contains(@href, '/post/')]]",
    permalink=(".//a[contains(@href, concat('/post/', $number))]/@href",),
    anchor="#post-{number}",
    answered=(
        ".//*[@component='post/parent']/@data-parent-pid",
        ".//*[@component='post/parent']/@data-topid",
        f"{_CONTENT}//p[following-sibling::*[1][self::blockquote]]//a[contains(@href, '/post/')]/@href",
    ),
    place=(f".//a[{with_class('post-index')}]",),
    title=("//*[@component='topic/title']", "//h1"),
    topics="//*[@component='category/topic']",
    topic=(".//*[@component='topic/header']//a", ".//*[@component='topic/header']"),
    replies=(f"{below('stats-postcount')}//*[@title]/@title", ".//*[@component='topic/post-count']"),
    counts_opening=True,
    last=(
        f".//*[@component='topic/teaser']//*[{with_class('timeago')}]/@title",
        f"{below('lastpost')}//*[{with_class('timeago')}]/@title",
        f"{below('timeago')}/@title",
    ),
    boards=f"//*[@component='categories/category'] | //li[({with_class('category-children-item')})]",
    board=(
        f"{below('title')}/a[contains(@href, '/category/')]",
        f"{below('category-children-item')}//a",
        ".//a[contains(@href, '/category/')]",
    ),
    paging=Paging(
        path=re.compile(r"(?<=/topic/)(\d+/[^/?]+)/\d+(?=$|\?)"),
        first=r"\1",
        page=frozenset(("page",)),
        noise=frozenset(("lang", "sort")),
    ),
)
ENGINE = engine(_SIGNATURE, (b"component=", b"ajaxify-data", b"nodebb"), NODEBB)
