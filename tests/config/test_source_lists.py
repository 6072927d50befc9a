"""The catalogue that is shipped, lists of feeds, and the names of new rows."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from config.catalogue import catalogue, chosen, known_tier
from config.opml import read_opml, write_opml
from config.schema import SourceRow
from config.source_rows import row_values, slug_for
from vigie.errors import VigieError
from vigie.model import DocumentKind

LIST = """<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<opml version="1.0"><body><outline text="Presse"><outline text="Éco &amp; fin">
<outline type="rss" text="Le Journal" xmlUrl="https://journal.exemple/rss"/></outline>
<outline text="Encore" xmlUrl="https://journal.exemple/rss"/></outline>
<outline title="&x;Blog" xmlUrl="http://blog.exemple/feed"/><outline text="rien" xmlUrl="javascript:alert(1)"/></body></opml>"""


def test_every_entry_of_the_catalogue_is_a_row() -> None:
    assert len(catalogue()) > 200
    assert len({entry.id for entry in catalogue()}) == len({entry.url for entry in catalogue()}) == len(catalogue())
    for entry in catalogue():
        SourceRow.model_validate({"id": entry.id, "kind": "feed", "url": entry.url, "tier": entry.tier, "zone": entry.zone})
        assert urlsplit(entry.url).hostname
        assert entry.name
        assert entry.theme


def test_the_catalogue_is_chosen_from_without_accents_or_case() -> None:
    found = chosen(theme="Economie", region="france", search="echos ENTREPRISES")
    assert [entry.id for entry in found] == ["les-echos-entreprises"]


def test_an_outlet_of_the_catalogue_has_its_tier() -> None:
    assert (known_tier("https://www.lemonde.fr/"), known_tier("https://blog.exemple/")) == (1, None)


def test_a_list_of_feeds_is_read_with_its_folders_each_feed_once() -> None:
    found = [(one.url, one.title, one.folders) for one in read_opml(LIST.encode())]
    assert found == [
        ("https://journal.exemple/rss", "Le Journal", ("Presse", "Éco & fin")),
        ("http://blog.exemple/feed", "Blog", ()),
    ]


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"{}", b"\xff\xfe\x00"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(VigieError, match="OPML"):
        read_opml(content)


def test_what_is_written_is_read_again() -> None:
    rows = [
        SourceRow.model_validate({"id": "a", "kind": "feed", "url": "https://a.exemple/?x=1&y=2", "name": 'L\'"Écho" <x>'}),
        SourceRow.model_validate({"id": "b", "kind": "forum", "url": "https://b.exemple/"}),
    ]
    assert [(one.url, one.title) for one in read_opml(write_opml(rows).encode())] == [
        ("https://a.exemple/?x=1&y=2", 'L\'"Écho" <x>')
    ]


def test_an_id_is_made_of_the_name_and_is_not_taken() -> None:
    assert slug_for("L'Écho de l’Été !", "https://x.exemple/", ()) == "l-echo-de-lete"
    assert slug_for("日本", "https://www.blog.exemple/", ()) == "blog-exemple"
    assert slug_for("Blog", "https://x/", {"blog", "blog-2"}) == "blog-3"


def test_only_what_differs_from_the_defaults_is_written() -> None:
    plain = {"id": "a", "kind": "feed", "url": "https://a.exemple/rss"}
    more = {"interval": timedelta(hours=2), "document_kind": DocumentKind.BLOG, "tier": 3, "options": {"comments": True}}
    assert row_values(SourceRow.model_validate(plain)) == plain
    written = row_values(SourceRow.model_validate({**plain, **more}))
    assert written == {**plain, **more, "interval": "PT2H", "document_kind": "blog"}
    assert SourceRow.model_validate(written) == SourceRow.model_validate({**plain, **more})
