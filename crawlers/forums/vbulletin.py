"""vBulletin 3, 4, and 5 with 6."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"<meta name=[\"']generator[\"'] content=[\"']vBulletin|vbulletin[-_](?:global|menu|important|core|"
    rb"textedit)|<body[^>]*\bid=[\"']vb-page-body|"
    rb"vBulletin\.(?:version|elements)|(?:Powered by|Propuls\S+ par|"
    rb"Motoris\S+ par)\s*(?:<[^>]*>\s*)?vBulletin|vBulletin&(?:reg|trade);",
    re.IGNORECASE,
)
_PAGING = Paging(
    path=re.compile(r"(?<=[^/])/page\d+/?(?=$|\?)|-\d+(?=\.html$)|(?<=/)p\d+/?$"),
    page=frozenset(("page", "p", "viewfull", "goto", "mode")),
    noise=frozenset(("s", "pp", "highlight", "styleid", "daysprune", "sort", "order", "postcount")),
)
_QUOTE_TABLE = ".//div[table[.//td[contains(@style, 'inset') or contains(@class, 'quote')]]]"
VBULLETIN3 = Markup(
    posts="//table[starts-with(@id, 'post') and .//*[starts-with(@id, 'post_message_')]]",
    number=re.compile(r"^post(\d+)$"),
    author=(below("bigusername"), ".//div[starts-with(@id, 'postmenu_')]"),
    date=(
        f"./tr[1]/td[{with_class('thead')}][1] | ./tbody/tr[1]/td[{with_class('thead')}][1]",
        f".//td[{with_class('thead')}]",
        below("thead"),
    ),
    text=(".//*[starts-with(@id, 'post_message_')]",),
    unsaid=f"{_QUOTE_TABLE} | .//div[{with_class('smallfont')}][following-sibling::*[1][self::pre or self::table]]",
    permalink=(),
    anchor="#post{number}",
    answered=(".//td//a[contains(@href, '#post')]/@href",),
    place=(".//a[starts-with(@id, 'postcount')]",),
    title=(f"//td[{with_class('navbar')}]//strong", f"//*[{with_class('navbar')}]//strong[last()]", "//h1", "//title"),
    topics="//tr[.//a[starts-with(@id, 'thread_title_')]]",
    topic=(".//a[starts-with(@id, 'thread_title_')]",),
    replies=(".//a[contains(@href, 'do=whoposted')]",),
    last=("./td[@title]/div", "./td[@title]"),
    boards="//tr[td[starts-with(@id, 'f')]//a[contains(@href, 'forumdisplay') or strong]]",
    board=("./td[starts-with(@id, 'f')]/div[1]/a[1]", "./td[starts-with(@id, 'f')]//a[contains(@href, 'forumdisplay')]"),
    paging=_PAGING,
)
VBULLETIN4 = Markup(
    posts=f"//li[({with_class('postcontainer', 'postbit', 'postbitlegacy')}) and starts-with(@id, 'post_')]",
    author=(f"{below('username_container')}//*[{with_class('username')}]", below("username")),
    date=(f"{below('postdate')}//*[{with_class('date')}]", below("postdate")),
    text=(below("postcontent"), ".//*[starts-with(@id, 'post_message_')]"),
    unsaid=below("bbcode_quote", "bbcode_description", "attachments", "postcontent_notice"),
    permalink=(f".//a[{with_class('postcounter')}]/@href",),
    anchor="#post{number}",
    answered=(f"{below('bbcode_postedby')}/a/@href",),
    place=(f".//a[{with_class('postcounter')}]",),
    title=(f"//*[{with_class('threadtitle')}]", "//h1"),
    topics=f"//li[{with_class('threadbit')}]",
    topic=(f"{below('threadtitle')}//a[starts-with(@id, 'thread_title_')]", f".//a[{with_class('title')}]"),
    replies=(f".//ul[{with_class('threadstats')}]/li[1]",),
    last=(f"{below('threadlastpost')}/dd[2]", below("threadlastpost")),
    boards=f"//li[({with_class('forumbit_post', 'forumbit_nopost')}) and {below('forumtitle')}/a]",
    board=(f"{below('forumtitle')}/a", f"{below('subforum')}/a"),
    paging=_PAGING,
)
VBULLETIN5 = Markup(
    posts=f"//*[({with_class('b-post', 'js-post')}) and @data-node-id]",
    ids="@data-node-id",
    author=(
        f"{below('author')}//a",
        f"{below('author')}//strong",
        ".//*[@itemprop='author']//*[@itemprop='name']",
        below("author"),
    ),
    date=(f"{below('b-post__timestamp')}//time", below("b-post__timestamp")),
    text=(below("js-post__content-text"), ".//*[@itemprop='text']"),
    unsaid=(
        f"{below('bbcode_quote', 'bbcode_description', 'b-bbcode__quote')} | {below('bbcode_container')}[{below('bbcode_quote')}]"
    ),
    permalink=(f".//a[{with_class('b-post__count')}]/@href",),
    anchor="#post{number}",
    answered=(f"{below('bbcode_postedby')}//a/@href",),
    place=(f".//a[{with_class('b-post__count')}]",),
    title=(f"//h1[{with_class('main-title', 'b-topic__title', 'thread-title')}]", "//h1"),
    topics=f"//tr[{with_class('topic-item')}]",
    topic=(f".//a[{with_class('topic-title')}]",),
    replies=(below("posts-count"),),
    last=(below("lastpost-date"), below("cell-lastpost")),
    boards=f"//tr[{with_class('forum-item')}]",
    board=(f".//a[{with_class('forum-title', 'subforum-title')}]",),
    paging=_PAGING,
)
ENGINE = engine(_SIGNATURE, (b"vbulletin", b"vb-page-body"), VBULLETIN5, VBULLETIN4, VBULLETIN3)
