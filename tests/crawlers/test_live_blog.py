"""A live blog over real HTTP: each entry is a document of its own, told once."""

import json

ENTRIES = [
    {
        "headline": "Le réseau tombe",
        "articleBody": "Plus rien à 8 h.",
        "datePublished": "2026-03-12T08:00:00+01:00",
        "url": "#e1",
    },
    {
        "headline": "Le réseau revient",
        "articleBody": "Tout va à 9 h.",
        "datePublished": "2026-03-12T09:00:00+01:00",
        "url": "#e2",
    },
]


def live_page(entries: list[dict[str, str]]) -> str:
    declared = {"@type": "LiveBlogPosting", "headline": "La panne en direct", "liveBlogUpdate": entries}
    text = "<p>Suivez avec nous la panne qui touche les abonnés de tout le pays depuis ce matin.</p>" * 5
    return (
        f"<script type='application/ld+json'>{json.dumps(declared)}</script><article><h1>La panne en direct</h1>{text}</article>"
    )


async def test_each_entry_is_a_document_below_its_live_blog_and_comes_once(web, reader, markup):
    live = web.page("/direct", live_page(ENTRIES[:1]))
    feed = web.xml("/feed", markup.rss(markup.item(live, "La panne en direct")))
    await reader.read("feed", feed)
    article, entry = reader.documents
    assert (entry.title, entry.text, entry.parent_url, entry.thread_url) == (
        "Le réseau tombe", "Plus rien à 8 h.", article.url, article.url,
    )  # fmt: skip
    assert entry.url == f"{article.url}#e1"
    assert entry.published.at.hour == 7
    web.page("/direct", live_page(ENTRIES))
    web.xml("/feed", markup.rss(markup.item(live, "La panne en direct, suite")))
    await reader.read("feed", feed)
    assert [one.title for one in reader.documents if one.parent_url] == ["Le réseau revient"]


async def test_what_a_paywall_shows_is_marked_on_the_document(web, reader, markup):
    page = web.page(
        "/a", "<article><h1>Un</h1><p>Le début de l’article, un peu long.</p><p>Cet article est réservé aux abonnés</p></article>"
    )
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(page, "Un"))))
    assert [one.is_excerpt for one in reader.documents] == [True]


ENTRY = """<div class="post" id="e{n}"><time datetime="2026-03-12T0{n}:00:00+01:00">0{n}:00</time><h3>Le point de {n} h</h3>
<p>À {n} h, la direction n’a toujours rien dit aux abonnés, qui attendent.</p></div>"""


def printed_page(around: str, entries: range = range(1, 5)) -> str:
    rows = "".join(ENTRY.format(n=n) for n in entries)
    text = "<p>Suivez avec nous la panne qui touche les abonnés de tout le pays depuis ce matin.</p>" * 5
    return f"<main><article><h1>La panne en direct</h1>{text}<div class='{around}'>{rows}</div></article></main>"


async def test_entries_that_are_only_printed_are_documents_too(web, reader, markup):
    live = web.page("/direct", printed_page("live__posts"))
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(live, "La panne en direct"))))
    article, *entries = reader.documents
    assert "toujours rien dit" not in article.text
    assert [(one.url, one.title) for one in entries] == [(f"{live}#e{n}", f"Le point de {n} h") for n in range(1, 5)]
    assert entries[0].text == "À 1 h, la direction n’a toujours rien dit aux abonnés, qui attendent."
    assert entries[0].published.at.hour == 0


async def test_dated_paragraphs_of_any_other_article_stay_in_it(web, reader, markup):
    page = web.page("/chronologie", printed_page("chronologie"))
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(page, "La panne en direct"))))
    assert len(reader.documents) == 1


async def test_two_entries_make_no_live_blog(web, reader, markup):
    page = web.page("/direct", printed_page("live", range(1, 3)))
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(page, "La panne en direct"))))
    assert len(reader.documents) == 1


async def test_teasers_of_other_pages_are_no_entries(web, reader, markup):
    page = web.page("/direct", printed_page("live").replace("<h3>", "<h3><a href='/autre'>"))
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(page, "La panne en direct"))))
    assert len(reader.documents) == 1
