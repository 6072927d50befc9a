"""Feeds per CPU second of Vigie's reader beside stock feedparser, on the same feeds in one run: python bench/feeds.py [ROUNDS]

Four feeds of the shapes that are common (RSS with full texts, RSS with summaries, Atom, RDF). A watched feed is read again
and again: measured are one never seen before, one with a single new item, and one that did not change.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawlers.feed_items import digest_of, items_in, without
from crawlers.feeds import read_feed

URL = "https://gazette.example/feed"
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TEXT = "<p>Le service client ne répond <b>plus</b> depuis trois jours, et la marque ne dit rien.</p>"


def rss(items: int, paragraphs: int) -> bytes:
    rows = "".join(
        f"<item><title>Titre {n}</title><link>https://gazette.example/{n}</link><guid>https://gazette.example/?p={n}</guid>"
        f"<pubDate>Thu, 12 Mar 2026 07:{n:02}:00 +0000</pubDate><dc:creator><![CDATA[Zoé Martin]]></dc:creator>"
        f"<category>marques</category><description><![CDATA[{TEXT}]]></description>"
        + (f"<content:encoded><![CDATA[{TEXT * paragraphs}]]></content:encoded></item>" if paragraphs else "</item>")
        for n in range(items)
    )
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {names}><channel><title>Gazette</title>{rows}</channel></rss>'.encode()


def atom(entries: int) -> bytes:
    rows = "".join(
        f'<entry><id>tag:gazette.example,2026:{n}</id><title>Titre {n}</title><link href="https://gazette.example/{n}"/>'
        f"<updated>2026-03-12T07:{n:02}:00Z</updated><author><name>Zoé</name></author>"
        f'<content type="html"><![CDATA[{TEXT * 5}]]></content></entry>'
        for n in range(entries)
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title>{rows}</feed>'.encode()


def rdf(items: int) -> bytes:
    rows = "".join(
        f'<item rdf:about="https://gazette.example/{n}"><title>Titre {n}</title><link>https://gazette.example/{n}</link>'
        f"<dc:date>2026-03-12T07:{n:02}:00Z</dc:date><description>Un résumé.</description></item>"
        for n in range(items)
    )
    names = 'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    root = f'rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {names}'
    return f'<?xml version="1.0"?><{root}><channel><title>Gazette</title></channel>{rows}</rdf:RDF>'.encode()


FEEDS = (rss(20, 12), rss(50, 0), atom(30), rdf(15))


def read(body: bytes, known: frozenset[str]) -> int:
    """What a pass does with a feed, without its memory; returns the entries that were read."""
    if known and digest_of(body) in known:
        return 0
    items = items_in(body)
    return len(read_feed(without(body, items, known), "application/xml", URL, now=NOW, zone="UTC").entries)


def known_of(body: bytes, *, but_newest: bool) -> frozenset[str]:
    digests = [item.digest for item in items_in(body)]
    return frozenset(digests[1:] if but_newest else [*digests, digest_of(body)])


def measure(work: Callable[[int], object], rounds: int) -> float:
    """Feeds per CPU second."""
    for place in range(len(FEEDS)):
        work(place)
    started = time.process_time()
    for _ in range(rounds):
        for place in range(len(FEEDS)):
            work(place)
    return rounds * len(FEEDS) / (time.process_time() - started)


def situations() -> Iterator[tuple[str, Callable[[int], object]]]:
    one_new = [known_of(body, but_newest=True) for body in FEEDS]
    nothing_new = [known_of(body, but_newest=False) for body in FEEDS]
    yield "stock feedparser", lambda place: feedparser.parse(FEEDS[place])
    yield "Vigie, never seen", lambda place: read(FEEDS[place], frozenset())
    yield "Vigie, one new item", lambda place: read(FEEDS[place], one_new[place])
    yield "Vigie, unchanged", lambda place: read(FEEDS[place], nothing_new[place])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    if [read(body, known_of(body, but_newest=True)) for body in FEEDS] != [1] * len(FEEDS):
        raise SystemExit("one new item is not read as one")
    stock = 0.0
    for name, work in situations():
        rate = measure(work, rounds)
        stock = stock or rate
        print(f"{name:20} {rate:8.0f} feeds per CPU second  {rate / stock:7.1f} times stock")


if __name__ == "__main__":
    main()
