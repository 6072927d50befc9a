"""`vigie source` and `vigie backfill` as they are typed, on a small web on loopback."""

import json
import re
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner, Result

from tests.store.one_of_everything import configuration
from vigie.cli import app, sources
from vigie.errors import ConfigError, VigieError

Vigie = Callable[..., Result]
ARTICLE = """<!doctype html><html lang="fr"><head><title>Le lait Orvéa rappelé</title><script type="application/ld+json">
{"@context":"https://schema.org","@type":"NewsArticle","headline":"Le lait Orvéa rappelé",
"datePublished":"2026-02-02T08:00:00+01:00"}
</script></head><body><article><h1>Le lait Orvéa rappelé</h1><p>Les lots vendus depuis janvier sont rappelés par la marque,
qui annonce un numéro vert et des remboursements en magasin.</p>
<p>Les clients sont priés de ne pas consommer ces produits.</p></article>
</body></html>"""
HOME = """<html lang="fr"><head><title>Le Petit Journal</title><link rel="alternate" type="application/rss+xml" href="/rss">
</head><body><h2><a href="/a">Un</a></h2></body></html>"""
RSS = """<rss version="2.0"><channel><title>Le Petit Journal</title><item><title>Le lait Orvéa rappelé</title>
<link>http://127.0.0.1:PORT/a</link><pubDate>Mon, 02 Feb 2026 07:00:00 +0000</pubDate></item></channel></rss>"""


class _Site(BaseHTTPRequestHandler):
    pages: ClassVar = {"/": ("text/html", HOME), "/rss": ("application/rss+xml", RSS), "/a": ("text/html", ARTICLE)}

    def do_GET(self) -> None:
        kind, body = self.pages.get(self.path, ("", ""))
        content = body.replace("PORT", str(self.server.server_address[1])).encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", f"{kind or 'text/plain'}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = configuration(tmp_path / "veille")
    (folder / "sources.toml").write_text("# Nos sources.\n", encoding="utf-8")
    settings = folder / "vigie.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[crawl]\ndelay_s = 0\nallow_private = true\n", encoding="utf-8")
    return folder


@pytest.fixture
def vigie(folder: Path) -> Vigie:
    return lambda *arguments, said="": CliRunner().invoke(app, [*arguments, "-c", str(folder)], input=said)


def rows(folder: Path) -> list[dict[str, object]]:
    return list(tomllib.loads((folder / "sources.toml").read_text("utf-8")).get("source", []))


@pytest.mark.parametrize(
    "command", [one.name or one.callback.__name__ for one in sources.app.registered_commands if one.callback]
)
def test_every_command_has_help_with_an_example(command: str) -> None:
    assert re.search(rf"Example: .*vigie source {command}", CliRunner().invoke(app, ["source", command, "--help"]).output)


def test_a_source_is_added_once_it_was_seen_and_confirmed(vigie: Vigie, folder: Path, site: str) -> None:
    refused = vigie("source", "add", site, said="n\n")
    assert "Le lait Orvéa rappelé" in refused.output
    assert (refused.exit_code, rows(folder)) == (0, [])
    assert vigie("source", "add", site, said="y\n").exit_code == 0
    assert rows(folder) == [{"id": "le-petit-journal", "kind": "feed", "url": f"{site}/rss", "name": "Le Petit Journal"}]
    assert (folder / "sources.toml").read_text("utf-8").startswith("# Nos sources.\n")


def test_a_source_is_not_added_twice(vigie: Vigie, folder: Path, site: str) -> None:
    vigie("source", "add", site, "--yes")
    again = vigie("source", "add", site, "--yes")
    assert (again.exit_code, len(rows(folder))) == (2, 1)
    assert "watched already" in again.output


@pytest.mark.parametrize(("path", "says"), [("/nulle-part", "404"), (":1", "address")])
def test_where_nothing_can_be_read_nothing_is_written(vigie: Vigie, folder: Path, site: str, path: str, says: str) -> None:
    ran = vigie("source", "add", site + path, "--yes")
    assert (ran.exit_code != 0, rows(folder)) == (True, [])
    assert says in f"{ran.output}{ran.exception}"


def test_another_kind_than_what_was_found_is_refused(vigie: Vigie, folder: Path, site: str) -> None:
    ran = vigie("source", "add", site, "--kind", "forum", "--yes")
    assert (ran.exit_code, rows(folder)) == (2, [])
    assert "feed" in ran.output


def test_an_id_that_is_none_is_refused(vigie: Vigie, folder: Path, site: str) -> None:
    assert vigie("source", "add", site, "--id", "Pas Bon", "--yes").exit_code == 2
    assert rows(folder) == []


def test_a_source_is_paused_resumed_and_removed(vigie: Vigie, folder: Path, site: str) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    vigie("source", "pause", "journal")
    assert rows(folder)[0]["enabled"] is False
    assert json.loads(vigie("source", "list", "--json").stdout)["state"] == "paused"
    vigie("source", "resume", "journal")
    assert rows(folder)[0]["enabled"] is True
    assert vigie("source", "remove", "journal", said="y\n").exit_code == 0
    assert rows(folder) == []


def test_a_source_that_is_not_there_is_told_with_those_that_are(vigie: Vigie, site: str) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    for command in ("pause", "resume", "remove", "test"):
        ran = vigie("source", command, "jurnal")
        assert (ran.exit_code, "journal" in ran.output) == (2, True)


def test_a_source_is_tried_by_id_and_by_address(vigie: Vigie, site: str) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    for source in ("journal", f"{site}/rss"):
        ran = vigie("source", "test", source)
        assert (ran.exit_code, "Le lait Orvéa rappelé" in ran.output) == (0, True)
    assert isinstance(vigie("source", "test", f"{site}/rien").exception, VigieError)


def test_what_was_read_shows_in_the_list(vigie: Vigie, site: str) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    assert json.loads(vigie("source", "list", "--json").stdout)["evidence"] == "not read yet"
    vigie("collect", "journal")
    row = json.loads(vigie("source", "list", "--json").stdout)
    assert (row["state"], row["yield"], row["evidence"]) == ("ok", 1.0, "")


def test_a_list_of_feeds_goes_out_and_comes_in(vigie: Vigie, folder: Path, site: str, tmp_path: Path) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    (tmp_path / "liste.opml").write_text(vigie("source", "export").stdout, encoding="utf-8")
    assert "0 sources" not in vigie("source", "import", str(tmp_path / "liste.opml"), "--yes").output
    assert len(rows(folder)) == 1, "what is watched already is left out"
    vigie("source", "remove", "journal", "--yes")
    vigie("source", "import", str(tmp_path / "liste.opml"), "--yes")
    assert [(row["kind"], row["url"]) for row in rows(folder)] == [("feed", f"{site}/rss")]


def test_the_catalogue_is_shown_by_theme(folder: Path) -> None:
    ran = CliRunner().invoke(app, ["source", "catalogue", "--theme", "economie", "--json"])
    assert {json.loads(line)["theme"] for line in ran.stdout.splitlines()} == {"économie"}
    assert isinstance(CliRunner().invoke(app, ["source", "catalogue", "--theme", "pêche"]).exception, VigieError)


def test_a_past_is_filled_in_once_and_raises_nothing(vigie: Vigie, site: str) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    first = vigie("backfill", "journal", "--since", "2026-01-01")
    assert (first.exit_code, first.stdout.splitlines()[-1].split("\t")[1]) == (0, "1")
    again = vigie("backfill", "--all", "--since", "2026-01-01")
    assert again.stdout.splitlines()[-1].split("\t")[1:3] == ["0", "0"]
    assert json.loads(vigie("status", "--json").stdout)["incidents"] == []


@pytest.mark.parametrize(
    "wrong", [("journal",), ("journal", "--since", "2999-01-01"), ("--since", "2026-01-01"), ("nul", "--since", "2026-01-01")]
)
def test_a_past_that_is_not_said_well_is_refused(vigie: Vigie, site: str, wrong: tuple[str, ...]) -> None:
    vigie("source", "add", site, "--id", "journal", "--yes")
    assert vigie("backfill", *wrong).exit_code == 2


def test_a_file_with_mistakes_is_told_and_left_alone(vigie: Vigie, folder: Path, site: str) -> None:
    (folder / "sources.toml").write_text("[[source]]\nid = 3\n", encoding="utf-8")
    assert isinstance(vigie("source", "add", site, "--yes").exception, ConfigError)
    assert (folder / "sources.toml").read_text("utf-8") == "[[source]]\nid = 3\n"
