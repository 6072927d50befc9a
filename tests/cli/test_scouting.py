"""Sites that mentions lead to and that no source reads, by how many voices name them."""

from dataclasses import replace
from datetime import UTC, datetime

from vigie.cli.scouting import ranked
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


def said(url: str, text: str, author: str | None = None) -> Document:
    published = PublicationDate(NOW, DateSource.FEED, 1.0)
    plain = Document(document_id(url), "s", DocumentKind.COMMENT, url, "", text, author, published, NOW)
    return replace(plain, thread_url=url)


def test_sites_are_ranked_by_voices_and_not_by_how_often_one_of_them_insists() -> None:
    documents = [
        *(said(f"https://lu.exemple/{n}", "voir https://insistant.exemple/page", "paul") for n in range(5)),
        said("https://lu.exemple/6", "lu sur www.discret.exemple hier", "anne"),
        said("https://lu.exemple/7", "http://discret.exemple/x et http://discret.exemple/y", "zoe"),
    ]
    assert [(one.site, one.voices, one.mentions) for one in ranked(documents, {"lu.exemple"})] == [
        ("discret.exemple", 2, 2),
        ("insistant.exemple", 1, 5),
    ]


def test_what_is_watched_is_left_out_with_its_subdomains() -> None:
    documents = [said("https://forum.lu.exemple/1", "https://www.lu.exemple/a https://autrelu.exemple/")]
    assert [one.site for one in ranked(documents, {"lu.exemple"})] == ["autrelu.exemple"]


def test_the_site_of_a_mention_counts_where_no_source_reads_it() -> None:
    assert [one.site for one in ranked([said("https://trouve.exemple/1", "rien")], set())] == ["trouve.exemple"]


def test_mail_addresses_are_no_sites() -> None:
    assert ranked([said("https://lu.exemple/1", "écrire à www.paul@courriel.exemple ou x@y.exemple")], {"lu.exemple"}) == []
