"""FluxBB 1.2 to 1.5 with PunBB 1.2, which print the same markup, and PunBB 1.3 and 1.4."""

import re

from crawlers.forums.addresses import Paging
from crawlers.forums.markup import Markup, below, engine
from crawlers.tree import with_class

_SIGNATURE = re.compile(
    rb"<div id=[\"']pun(?:index|viewforum|viewtopic|search|login|message|misc|profile|post|userlist|help|"
    rb"rules|delete|edit)?[\"'] class=[\"']pun|"
    rb"<div id=[\"']brd-wrap[\"']|Powered by <[^>]*(?:fluxbb|punbb)\.|(?:Propuls\xc3\xa9|"
    rb"G\xc3\xa9n\xc3\xa9r\xc3\xa9) par <[^>]*(?:fluxbb|punbb)\.",
    re.IGNORECASE,
)
_PAGING = Paging(
    path=re.compile(r"/page/\d+/?$|(?<=/)page/\d+/?$"), page=frozenset(("p", "action")), noise=frozenset(("action",))
)
FLUXBB = Markup(
    posts=f"//div[{with_class('blockpost')}][starts-with(@id, 'p')]",
    author=(f".//div[{with_class('postleft')}]//dt/strong", f".//div[{with_class('postleft')}]//dt"),
    date=("./h2//a", "./h2"),
    text=(f".//div[{with_class('postright')}]//div[({with_class('postmsg')}) and not({with_class('postsignature')})]",),
    unsaid=f"{below('quotebox', 'postedit')} | {below('codebox')}/div[@class='incqbox']/h4",
    permalink=("./h2//a[contains(@href, concat('#p', $number))]/@href",),
    anchor="#p{number}",
    place=(f"./h2//*[{with_class('conr')}]",),
    title=(f"//*[self::ol or self::ul][{with_class('crumbs')}]/li[last()]//a", "//div[@id='brdmain' or @class='main']//h1"),
    topics=f"//tr[td[{with_class('tcl')}]][.//a[contains(@href, 'viewtopic.php') or contains(@href, 'topic')]]",
    topic=(f"./td[{with_class('tcl')}]//a[contains(@href, 'topic') and not(contains(@href, 'action=new'))]",),
    replies=(f"./td[{with_class('tc2')}]",),
    last=(f"./td[{with_class('tcr')}]",),
    boards=f"//tr[td[{with_class('tcl')}]//h3/a]",
    board=("./td[1]//h3/a[1]",),
    paging=_PAGING,
    one_offset=True,
)
PUNBB = Markup(
    posts=f"//div[({with_class('post')}) and {below('posthead')}]",
    ids=f"{below('posthead')}/@id",
    author=(f"{below('author-ident')}//*[{with_class('username')}]", f"{below('post-byline')}/strong"),
    date=(below("post-link"),),
    text=(f".//div[{with_class('entry-content')}]",),
    unsaid=below("quotebox", "lastedit", "sig-content", "attachments"),
    permalink=(f".//a[{with_class('permalink')}]/@href",),
    anchor="#p{number}",
    place=(below("post-num"),),
    title=(f"//*[{with_class('main-title', 'main-head')}]//a", "//h1[@id='brd-title']/following::h1[1]", "//h1"),
    topics=f"//div[{with_class('main-item')}][.//h3//a[contains(@href, 'topic')]]",
    topic=(".//h3//a[contains(@href, 'topic')]",),
    replies=(f".//li[{with_class('info-replies')}]",),
    last=(f".//li[{with_class('info-lastpost')}]//strong", f".//li[{with_class('info-lastpost')}]"),
    boards=f"//div[{with_class('main-item')}][.//h3//a[contains(@href, 'forum')]]",
    board=(".//h3//a[contains(@href, 'forum')][1]",),
    paging=_PAGING,
    one_offset=True,
)
ENGINE = engine(_SIGNATURE, (b'id="pun', b"id='pun", b"brd-wrap", b"fluxbb", b"punbb"), FLUXBB, PUNBB)
