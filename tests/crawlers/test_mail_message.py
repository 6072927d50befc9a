"""What the author of a mail wrote, and what hangs around it."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from crawlers.mail.message import own_text, read_mail
from crawlers.place import Place

PLACE = Place("https://listes.example/clients", datetime(2026, 3, 12, 9, tzinfo=UTC), "Europe/Paris")


def mail(text="Bonjour.", *, html=None, **headers):
    message = EmailMessage()
    message["Message-ID"] = "<un@x.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text is not None:
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("Oui.\n\nLe 9 mars 2026 à 10:00, Zoé <z@x.fr> a écrit :\n> Ça marche ?\n> Chez vous ?\n", "Oui."),
        ("Le lun. 9 mars 2026 à 10:00, Zoé Martin\n<z@x.fr> a écrit :\n\n> Ça marche ?\n\nNon, rien.", "Non, rien."),
        ("On Mon, Zoe wrote:\n> a\nBut no.\n> b\nNor that.", "But no.\nNor that."),
        ("Panne.\n-- \nZoé, 06 12 34 56 78", "Panne."),
        ("Panne.\n_______________________________________________\nListe clients", "Panne."),
        ("Panne.\n\nEnvoyé de mon iPhone", "Panne."),
        ("Voir.\n\n-----Message d'origine-----\nDe : Zoé\nTexte", "Voir."),
        ("Voir.\n\nDe : Zoé\nEnvoyé : lundi\nÀ : clients\nObjet : panne\n\nTexte", "Voir."),
        ("De : je viens de Lyon, rien ne marche.", "De : je viens de Lyon, rien ne marche."),
    ],
)
def test_quotations_and_signatures_are_not_part_of_a_text(written, own):
    assert own_text(written) == own


def test_headers_are_read_whatever_their_encoding():
    raw = mail(
        Subject="Re: [Clients] Panne chez Orvéa", From="Zoé Martin via Clients <clients@x.example>",
        Date="Wed, 11 Mar 2026 09:30:00 +0100", References="<zero@x.example>  <demi@x.example>",
        Archived_At="<https://listes.example/m/1>",
    )  # fmt: skip
    found = read_mail(raw.as_bytes(), PLACE)
    assert found is not None
    assert (found.subject, found.author) == ("Panne chez Orvéa", "Zoé Martin")
    assert found.published is not None and found.published.at == datetime(2026, 3, 11, 8, 30, tzinfo=UTC)
    assert found.references == ("zero@x.example", "demi@x.example")
    assert found.archived_at == "https://listes.example/m/1"


def test_a_mail_of_html_alone_gives_its_text_without_quotations():
    html = "<p>Rien ne <b>marche</b>.</p><div class='gmail_quote'>Le 9 mars, Zoé a écrit :<blockquote>Ça va ?</blockquote></div>"
    found = read_mail(mail(None, html=html).as_bytes(), PLACE)
    assert found is not None and found.text == "Rien ne marche."


def test_the_plain_part_comes_before_the_html_and_attachments_are_not_read():
    message = mail("Le texte.", html="<p>La page.</p>")
    message.add_attachment("Un journal.", filename="journal.txt")
    found = read_mail(message.as_bytes(), PLACE)
    assert found is not None and found.text == "Le texte."


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "inconnu-42"])
def test_a_charset_that_lies_or_is_unknown_spoils_no_accent(charset):
    raw = b"Message-ID: <a@b.c>\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + "Déçue 😡".encode()
    found = read_mail(raw, PLACE)
    assert found is not None and found.text == "Déçue 😡"


def test_lines_that_flow_are_one_paragraph():
    raw = b"Message-ID: <a@b.c>\nContent-Type: text/plain; format=flowed\n\nRien ne \nmarche ici.\n-- \nZ\n"
    found = read_mail(raw, PLACE)
    assert found is not None and found.text == "Rien ne marche ici."


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"Subject: sans nom\n\nTexte", b"Message-ID: <>\n\n", b"Message-ID: x\n\n"])
def test_what_names_no_message_is_none(raw):
    assert read_mail(raw, PLACE) is None


def test_broken_mime_is_no_crash():
    head = b"Message-ID: <a@b.c>\nFrom: =?utf-8?B?%%%?=\nContent-Type: multipart/mixed; boundary=x\n\n"
    raw = head + b"--x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%%\n"
    found = read_mail(raw, PLACE)
    assert found is not None
