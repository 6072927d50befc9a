"""Fifty hostile sites among two hundred good ones in one pass: each ends with a counted reason, and no good one is hurt."""

import gzip
import json
import resource
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest

from vigie.model import Source

GOOD = 200
PAGES = 30  # that one source may bring
ZEROS = b"\0" * 60_000_000
DEEP = f"<html><body>{'<div>' * 100_000}Bonjour".encode()
ODD_JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [1, None]}).encode()
STATUSES = (400, 401, 403, 404, 410, 429, 451, 500, 502, 503, 520, 599)
MB = 1024 if sys.platform != "darwin" else 1024 * 1024

Case = tuple[str, dict[str, Any], set[str]]  # kind, what its address answers, the reasons expected; none: it can be read
NO_FEED = {"broken_feed", "not_a_feed"}


def drip() -> Iterator[bytes]:
    """A byte now and then, for as long as anybody listens."""
    for _ in range(4000):
        time.sleep(0.1)
        yield b"<"


def endless(piece: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: (piece for _ in range(400))


def packed(body: bytes, encoding: str) -> dict[str, Any]:
    return {"body": body, "headers": {"Content-Encoding": encoding}}


def leads(to: str) -> dict[str, Any]:
    return {"status": 302, "headers": {"Location": to}}


def cases() -> dict[str, Case]:
    """By the name of a site."""
    return {
        "gzip-bomb": ("feed", packed(gzip.compress(ZEROS), "gzip"), {"too_large"}),
        "bomb-in-a-bomb": ("feed", packed(gzip.compress(gzip.compress(ZEROS)), "gzip, gzip"), {*NO_FEED, "too_large"}),
        "deflate-bomb": ("feed", packed(zlib.compress(ZEROS), "deflate"), {"too_large"}),
        "brotli-bomb": ("feed", packed(brotli.compress(ZEROS, quality=1), "br"), {"too_large", "broken_answer"}),
        "zstd-bomb": ("feed", packed(b"\x28\xb5\x2f\xfd" + b"\0" * 99, "zstd"), {*NO_FEED, "broken_answer"}),
        "not-gzip": ("feed", packed(b"bonjour", "gzip"), {"broken_answer"}),
        "unknown-encoding": ("feed", packed(b"bonjour", "rot13"), {*NO_FEED, "broken_answer"}),
        "endless-page": ("page", {"stream": endless(b"<p>" + b"x" * 99_994)}, {"too_large"}),
        "endless-json": ("feed", {"stream": endless(b'[{"a":[' * 9_999)}, {"too_large"}),
        "many-headers": ("feed", {"headers": {f"X-{n}": "a" * 900 for n in range(90)}}, {*NO_FEED, "broken_answer"}),
        "drip": ("feed", {"stream": drip}, {"timeout"}),
        "hang": ("feed", {"hang": True}, {"timeout"}),
        "loop": ("feed", leads("/source"), {"redirect_loop"}),
        "to-javascript": ("feed", leads("javascript:alert(1)"), {"not_http", "broken_redirect"}),
        "to-file": ("feed", leads("file:///etc/passwd"), {"not_http", "broken_redirect"}),
        "to-login": ("page", leads("/login?next=x"), {"login_wall"}),
        "to-consent": ("page", leads("/consent?back=x"), {"consent_wall"}),
        "feed-to-login": ("feed", {"link": leads("/login?next=x")}, {"login_wall"}),
        "feed-to-consent": ("feed", {"link": leads("/consent?back=x")}, {"consent_wall"}),
        "soft-404": ("feed", {"link": leads("/")}, {"soft_404"}),
        "deep-article": ("feed", {"link": {"body": DEEP}}, set()),
        "wide-article": ("feed", {"link": {"body": b"<p>a" * 400_000}}, set()),
        "deep-page": ("page", {"body": DEEP}, set()),
        "deep-feed": ("feed", {"body": b"<rss>" + b"<a>" * 100_000}, NO_FEED),
        "deep-json": ("feed", {"body": b"[" * 200_000, "content_type": "application/feed+json"}, NO_FEED),
        "odd-json": ("feed", {"body": ODD_JSON}, set()),
        "entities": ("feed", {"body": b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'}, NO_FEED),
        "lying-charset": ("page", {"body": "Déçu".encode("utf-16"), "content_type": "text/html; charset=utf8"}, set()),
        "unknown-charset": ("page", {"body": "Déçu".encode(), "content_type": "text/html; charset=klingon"}, set()),
        "mixed-charsets": ("page", {"body": "<p>Déçu</p>".encode() + "<p>Déçu</p>".encode("latin-1")}, set()),
        "null-bytes": ("page", {"body": b"<html>\0\0<body>\0" * 999}, set()),
        **{f"status-{n}": ("feed", {"status": n}, {f"http_{n}"}) for n in STATUSES},
        **{f"calendar-{n}": ("site", {"trap": f"/calendrier/{n}"}, set()) for n in range(3)},
        **{f"session-{n}": ("site", {"trap": f"/boutique/{n};jsessionid=A1B2C3"}, set()) for n in range(2)},
        **{f"forum-{n}": ("forum", {"trap": f"/forum/{n}"}, set()) for n in range(2)},
    }  # fmt: skip


def calendar(path: str) -> str:
    """A page that links to days and to a next page, each as endless as itself."""
    place = path[:150]
    links = "".join(f'<h2><a href="{place}/{day}">Le jour numéro {day} de ce calendrier</a></h2>' for day in range(20))
    return f'<html><body>{links}<a rel="next" href="{place}/suite">Suite</a></body></html>'


@pytest.fixture
def build(web, markup) -> Callable[..., Source]:
    """Puts a site into the web and gives the source that reads it."""

    def site(name: str, kind: str, answer: dict[str, Any]) -> Source:
        host, path = f"{name}.example", "/source"
        if trap := answer.get("trap"):
            web.endless[trap], path = calendar, trap
        elif link := answer.get("link"):
            feed = markup.rss(markup.item(f"http://{host}/2026/article", "Un titre", "Le chapeau."))
            web.page(path, feed, host=host, content_type="application/rss+xml")
            web.page("/2026/article", host=host, **link)
        else:
            web.page(path, host=host, **answer)
        for wall in ("/login?next=x", "/consent?back=x", "/"):
            web.page(wall, "<h1>Votre compte</h1>", host=host)
        return markup.source(kind, f"http://{host}{path}", name, **({"listing": True} if kind == "site" else {}))

    return site


async def test_fifty_hostile_sites_are_counted_and_hurt_none_of_two_hundred_good_ones(web, read_many, build, markup):
    hostile = cases()
    assert len(hostile) >= 50
    sources = [build(name, kind, answer) for name, (kind, answer, _) in hostile.items()]
    for number in range(GOOD):
        feed = markup.rss(markup.item("http://bon.example/a", f"Bon {number}", "Un texte qui suffit."))
        source = build(f"bon-{number}", "feed", {"body": feed, "content_type": "application/rss+xml"})
        source.options["fetch_pages"] = False
        sources.insert(number % len(sources) * 2, source)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    reports, sink = await read_many(*sources, proxy=web.base, timeout_s=10, max_page_mb=2, max_pages_per_pass=PAGES)
    took = time.process_time() - started
    by_source = {report.source_id: report for report in reports}

    good = [report for name, report in by_source.items() if name.startswith("bon-")]
    assert [report for report in good if not report.ok or report.documents != 1 or report.errors] == []
    counted = {name: set(by_source[name].errors) for name, (_, _, reasons) in hostile.items() if reasons}
    assert {name: found for name, found in counted.items() if not found or not found <= hostile[name][2]} == {}
    assert {name: dict(by_source[name].errors) for name in hostile if "internal" in by_source[name].errors} == {}
    assert max(by_source[name].requests for name in hostile) <= PAGES
    assert not any("Votre compte" in document.text for document in sink.documents)
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    ) / MB < 280  # 21 of them are trafilatura's word lists, loaded once
    assert took < 60  # of CPU, the servers included; a busy machine takes longer on the wall
