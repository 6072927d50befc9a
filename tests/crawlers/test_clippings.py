"""Rows of other tools' exports as documents."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from crawlers.clippings import Mapped, columns_of, documents_of
from crawlers.tables import Table, TableError
from vigie.model import DocumentKind

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def mapped(*rows: Mapping[str, str], kind: DocumentKind = DocumentKind.SOCIAL, broken: int = 0, **maps: str) -> Mapped:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    table = Table(columns, list(enumerate(rows, start=2)), broken)
    return documents_of(table, columns_of(table, maps), source="x", kind=kind, zone="Europe/Paris", now=NOW)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("Date de publication;Auteur;Contenu;Lien", "date author text url"),
        ("Created At;Screen Name;Full Text;Tweet URL;Id Str", "date author text url id"),
        ("Post Created;Page Name;Message;Permalink URL", "date author text url"),
        ("Média;Titre;Résumé;Date;Heure;Langue", "publisher title text date time language"),
        ("created_at;text;user.username;id", "date text author id"),
        ("Note;Avis;Date", "stars text date"),
    ],
)
def test_columns_are_guessed_from_french_and_english_headers(headers: str, fields: str) -> None:
    names = tuple(headers.split(";"))
    found = columns_of(Table(names, []), {})
    assert found == dict(zip(fields.split(), names, strict=True))


def test_a_given_column_comes_before_a_guess() -> None:
    found = columns_of(Table(("Texte", "Verbatim", "Date"), []), {"text": "verbatim"})
    assert found["text"] == "Verbatim"


@pytest.mark.parametrize(
    ("maps", "told"), [({"texte": "Date"}, "did you mean `text`"), ({"text": "Contenus"}, "did you mean `Contenu`")]
)
def test_a_slip_in_a_mapping_says_what_may_have_been_meant(maps: dict[str, str], told: str) -> None:
    with pytest.raises(TableError, match=told):
        columns_of(Table(("Contenu", "Date"), []), maps)


def test_a_table_without_text_or_date_says_which_columns_it_has() -> None:
    for columns in (("Auteur", "Date"), ("Auteur", "Texte")):
        with pytest.raises(TableError, match=f"columns are {', '.join(columns)}"):
            columns_of(Table(columns, []), {})


@pytest.mark.parametrize(
    "written", ["11/03/2026 09:30", "2026-03-11T08:30:00Z", "46092,3958333", "46092.395833333336", "11 mars 2026 à 9 h 30"]
)
def test_dates_of_any_form_are_read_in_the_zone(written: str) -> None:
    [document] = mapped({"Texte": "a", "Date": written}).documents
    assert document.published.at.replace(second=0) == datetime(2026, 3, 11, 8, 30, tzinfo=UTC)


def test_a_day_and_an_hour_in_two_columns_are_one_moment() -> None:
    [document] = mapped({"Texte": "a", "Date": "11/03/2026", "Heure": "09:30"}).documents
    assert document.published.at == datetime(2026, 3, 11, 8, 30, tzinfo=UTC)


def test_rows_that_make_no_document_are_counted_by_reason() -> None:
    good = {"Texte": "a", "Date": "11/03/2026", "Lien": "https://x.example/1"}
    found = mapped(good, good, {**good, "Texte": ""}, {**good, "Date": "bientôt"}, {**good, "Date": "11/03/2027"}, broken=2)
    assert len(found.documents) == 1
    assert found.left_out == {"columns": 2, "repeated": 1, "no_text": 1, "no_date": 2}


def test_a_row_keeps_its_identity_by_address_by_id_or_by_what_it_says() -> None:
    base = {"Texte": "a", "Date": "11/03/2026", "Lien": "https://X.example/1?utm_source=y", "ID": ""}
    by_address, by_id, by_words = (
        mapped({**base, **more}).documents[0].url for more in ({}, {"Lien": "", "ID": "12 3"}, {"Lien": ""})
    )
    assert (by_address, by_id) == ("https://x.example/1", "urn:vigie:x:12%203")
    assert by_words == mapped({**base, "Lien": ""}).documents[0].url


def test_rows_that_share_an_address_are_documents_of_their_own_in_one_thread() -> None:
    post = "https://reseau.example/post/1"
    rows = [{"Texte": text, "Date": "11/03/2026", "Lien": post, "id": str(n)} for n, text in enumerate("ab")]
    documents = mapped(*rows).documents
    assert [document.url for document in documents] == [f"{post}#row-0", f"{post}#row-1"]
    assert {document.thread_url for document in documents} == {post}


def test_a_clipping_is_signed_by_its_author_else_by_its_publisher() -> None:
    row = {"Titre": "Orvéa", "Date": "11/03/2026", "Média": "Le Quotidien", "Lien": "https://q.example/1"}
    assert mapped(row, kind=DocumentKind.NEWS).documents[0].author == "Le Quotidien"
    assert mapped(row).documents[0].author is None


def test_html_and_entities_in_a_cell_are_read() -> None:
    [document] = mapped({"Texte": "<p>D&eacute;çue</p>ligne\nsuite", "Date": "11/03/2026", "Note": "2/5"}).documents
    assert (document.text, document.stars) == ("Déçue\nligne\nsuite", 2)
