"""Mailing lists out of files and of a small IMAP server on loopback, which speaks what the connector needs of RFC 9051."""

import re
import socketserver
import threading
from collections.abc import Iterator

import pytest


def mail(number, text, *, answers=None, more=""):
    references = f"References: <m0@x.example> <m{answers}@x.example>\n" if answers is not None else ""
    return (
        f"Message-ID: <m{number}@x.example>\nFrom: Zoe <zoe@x.example>\nSubject: {'Re: ' if references else ''}[Clients] Panne\n"
        f"Date: Wed, 11 Mar 2026 08:0{number}:00 +0000\n{references}{more}\n{text}\n"
    )


def mbox(*mails):
    return "".join(f"From zoe@x.example Wed Mar 11 08:00:00 2026\n{one}\n" for one in mails)


async def read(web, reader, **options):
    report = await reader.read("mailing_list", web.at("/clients"), **options)
    assert (report.ok, dict(report.errors)) == (True, {}), report.message
    return [document.text for document in reader.documents]


async def test_an_mbox_file_is_read_on_from_where_it_was_left(web, reader, tmp_path):
    path = tmp_path / "liste.mbox"
    path.write_text(mbox(mail(0, "Plus rien.\n>From ici non plus."), mail(1, "Pareil.", answers=0)))
    assert await read(web, reader, path=str(path)) == ["Plus rien.\nFrom ici non plus.", "Pareil."]
    first, second = reader.documents
    assert (first.title, first.thread_url, first.author) == ("Panne", first.url, "Zoe")
    assert (second.title, second.parent_url, second.thread_url, second.thread_title) == ("", first.url, first.url, "Panne")
    assert first.url == web.at("/clients?mid=m0%40x.example")
    assert await read(web, reader, path=str(path)) == []
    with path.open("a") as file:
        file.write(mbox(mail(2, "Revenu.", answers=1)))
    assert await read(web, reader, path=str(path)) == ["Revenu."]
    assert web.asked == []


async def test_an_mbox_file_that_begins_anew_is_read_anew(web, reader, tmp_path):
    path = tmp_path / "liste.mbox"
    path.write_text(mbox(mail(0, "Un texte assez long pour que la suite soit plus courte."), mail(1, "Deux.")))
    await read(web, reader, path=str(path))
    path.write_text(mbox(mail(3, "Trois.")))
    assert await read(web, reader, path=str(path)) == ["Trois."]


async def test_a_maildir_is_read_and_a_flag_makes_no_message_new(web, reader, tmp_path):
    for part in ("cur", "new", "tmp"):
        (tmp_path / part).mkdir()
    (tmp_path / "new" / "1.a").write_text(mail(0, "Plus rien."))
    (tmp_path / "tmp" / "2.b").write_text(mail(1, "Pas encore."))
    assert await read(web, reader, path=str(tmp_path)) == ["Plus rien."]
    (tmp_path / "new" / "1.a").rename(tmp_path / "cur" / "1.a:2,S")
    assert await read(web, reader, path=str(tmp_path)) == []


async def test_what_its_author_wants_in_no_archive_is_left_alone(web, reader, tmp_path):
    path = tmp_path / "liste.mbox"
    path.write_text(mbox(mail(0, "Secret.", more="X-No-Archive: yes\n"), mail(1, "Public.")))
    assert await read(web, reader, path=str(path)) == ["Public."]


async def test_no_mail_and_no_place_are_told(web, reader, tmp_path):
    report = await reader.read("mailing_list", web.at("/clients"), path=str(tmp_path / "absent"))
    assert (report.ok, dict(report.errors)) == (False, {"no_mail": 1})
    assert (await reader.read("mailing_list", web.at("/clients"))).errors == {"nothing_wanted": 1}


class _Imap(socketserver.StreamRequestHandler):
    """LOGIN, EXAMINE, UID SEARCH and UID FETCH of one folder, whose messages are the server's `mails`."""

    def handle(self):
        self.say("* OK ready")
        for line in self.rfile:
            tag, command, *rest = line.decode().split(None, 2)
            self.server.commands.append(f"{command} {' '.join(rest)}".strip())
            getattr(self, f"do_{command.lower()}")(" ".join(rest))
            self.say(f"{tag} {self.result} done")
            if command == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    result = "OK"

    def do_capability(self, _):
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, rest):
        self.result = "OK" if rest.replace('"', "").split() == ["lecteur", "secret"] else "NO"

    def do_examine(self, rest):
        self.result = "OK" if rest.strip().strip('"') == "Listes/Clients" else "NO"
        self.say(f"* {len(self.server.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.server.validity}]")

    def do_uid(self, rest):
        if search := re.match(r"SEARCH UID (\d+):\*", rest):
            last = max(self.server.mails, default=0)
            found = [uid for uid in self.server.mails if uid >= int(search[1]) or uid == last]
            self.say(f"* SEARCH {' '.join(map(str, found))}")
        elif fetch := re.match(r"FETCH (\d+)", rest):
            raw = self.server.mails[int(fetch[1])].encode()
            self.wfile.write(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (fetch[1].encode(), len(raw), raw))

    def do_logout(self, _):
        self.say("* BYE")


@pytest.fixture
def imap() -> Iterator[socketserver.ThreadingTCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Imap)
    server.daemon_threads = True
    server.mails, server.commands, server.validity = {}, [], 7
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def box(imap, **changed):
    return {
        "imap": "127.0.0.1", "port": imap.server_address[1], "encrypted": False, "user": "lecteur", "folder": "Listes/Clients",
        **changed,
    }  # fmt: skip


async def test_a_folder_of_a_server_is_read_on_from_the_last_message(web, reader, imap, monkeypatch):
    monkeypatch.setenv("VIGIE_TOKEN_GAZETTE", "secret")
    imap.mails = {4: mail(0, "Plus rien."), 9: mail(1, "Pareil.", answers=0)}
    assert await read(web, reader, **box(imap)) == ["Plus rien.", "Pareil."]
    assert await read(web, reader, **box(imap)) == []
    imap.mails[12] = mail(2, "Revenu.", answers=1)
    imap.commands.clear()
    assert await read(web, reader, **box(imap)) == ["Revenu."]
    assert [one for one in imap.commands if "FETCH" in one] == ["UID FETCH 12 (BODY.PEEK[]<0.8000000>)"]


async def test_a_folder_that_was_made_anew_is_read_anew_and_each_message_once(web, reader, imap, monkeypatch):
    monkeypatch.setenv("VIGIE_TOKEN_GAZETTE", "secret")
    imap.mails = {4: mail(0, "Plus rien.")}
    await read(web, reader, **box(imap))
    imap.validity, imap.mails = 8, {1: mail(0, "Plus rien."), 2: mail(1, "Autre.")}
    assert await read(web, reader, **box(imap)) == ["Autre."]


async def test_what_a_pass_leaves_out_comes_with_the_next(web, reader, imap, monkeypatch):
    monkeypatch.setenv("VIGIE_TOKEN_GAZETTE", "secret")
    imap.mails = {uid: mail(uid, f"Message {uid}.") for uid in (1, 2, 3)}
    assert await read(web, reader, **box(imap, messages=2)) == ["Message 1.", "Message 2."]
    assert await read(web, reader, **box(imap, messages=2)) == ["Message 3."]


@pytest.mark.parametrize("wrong", [{"user": "autre"}, {"folder": "Absent"}, {"port": 1}])
async def test_a_server_that_refuses_fails_the_source(web, reader, imap, monkeypatch, wrong):
    monkeypatch.setenv("VIGIE_TOKEN_GAZETTE", "secret")
    report = await reader.read("mailing_list", web.at("/clients"), **box(imap, **wrong))
    assert (report.ok, dict(report.errors)) == (False, {"imap": 1})
    assert "secret" not in report.message
