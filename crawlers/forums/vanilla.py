"""Vanilla Forums 2 and 3, hosted or not."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"<body[^>]*\bid=[\"']vanilla_|<body[^>]*\bclass=[\"'](?:[^\"']* )?Vanilla[ \"']|\bgdn\.(?:meta|definition|data)\s*="
    rb"|/applications/vanilla/|PoweredByVanilla"
)
VANILLA = Markup(
    posts=(
        f"//div[({with_class('ItemDiscussion')}) and starts-with(@id, 'Discussion_')]"
        f" | //*[({with_class('ItemComment')}) and starts-with(@id, 'Comment_')]"
    ),
    ids="@id",
    author=(
        f"{below('Author')}//a[{with_class('Username')}]",
        f"{below('Author')}//a[normalize-space(.)]",
        below("Author"),
    ),
    date=(f"{below('DateCreated')}//time", below("DateCreated")),
    text=(below("Message"),),
    unsaid=below(
        "UserQuote",
        "QuoteAuthor",
        "QuoteText",
        "js-embed",
        "embedExternal",
        "Signature",
        "UserSignature",
        "Reactions",
        "spoiler-buttonContainer",
    ),
    permalink=(f"{below('DateCreated')}//a/@href", f".//a[{with_class('Permalink')}]/@href"),
    anchor="#Comment_{number}",
    answered=(".//blockquote//a[contains(@href, 'Comment_') or contains(@href, '/comment/')]/@href",),
    title=(f"//*[{with_class('PageTitle', 'DiscussionHeader')}]//h1", "//h1"),
    topics=f"//li[{with_class('ItemDiscussion')}] | //tr[{with_class('ItemDiscussion')}]",
    topic=(f"{below('Title', 'DiscussionName')}//a",),
    replies=(f"{below('CommentCount')}//*[{with_class('Number')}]", below("CountComments")),
    last=(f"{below('LastCommentDate')}//time", ".//time[last()]"),
    boards=f"//*[({with_class('Category', 'ItemCategory', 'Item')}) and {below('CategoryName')}//a]",
    board=(f"{below('CategoryName')}//a[contains(@href, 'categor')]", f".//a[{with_class('ChildCategory')}]"),
    paging=Paging(path=re.compile(r"(?<=\d)/p\d+/?$|(?<=[^/])/p\d+/?(?=$|\?)")),
)
ENGINE = engine(_SIGNATURE, (b"vanilla", b"gdn."), VANILLA)
