"""How many expectations of feedparser's own test files hold through Vigie's reader: python -m bench.conformance.feeds FOLDER

FOLDER is `tests` of a copy of https://github.com/kurtmckee/feedparser. Each file says what must be read from it; counted are the
statements about title, link, date, author and text. Both sides are made plain first, as the reader leaves no markup and resolves
addresses: `<b>x</b>` is met by `x`, `/a` by the address that it names. An address of a mailbox behind a name is not part of it.
"""

import argparse
import ast
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.feeds import Feed, FeedEntry, read_feed
from crawlers.text import clean_line, plain_text
from crawlers.urls import canonicalise_url
from vigie.errors import FetchError

URL = "http://127.0.0.1:8097/tests/feed.xml"
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
SLOW_S = 2.0
_EXPECT = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
_HEADER = re.compile(r"^Header:\s+([^:]+):(.*)$", re.MULTILINE)
_MAILBOX = re.compile(r"\s*\(?\S+@\S+?\)?$")
_FIELDS = {
    "title": "title",
    "title_detail": "title",
    "link": "link",
    "published_parsed": "date",
    "updated_parsed": "date",
    "created_parsed": "date",
    "author": "author",
    "author_detail": "author",
    "description": "text",
    "summary": "text",
    "summary_detail": "text",
    "content": "text",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """`entries[place][path…] == value`; `place` is None for one about the feed itself."""

    place: int | None
    field: str
    value: Any


def statements(text: str) -> Iterator[Statement]:
    """What a test file says of the parts that are measured."""
    found = _EXPECT.search(text)
    try:
        tree = ast.parse(found[1].strip(), mode="eval").body if found else None
    except SyntaxError:
        return
    for part in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq):
            try:
                yield from _statement(_path(part.left), ast.literal_eval(part.comparators[0]))
            except (ValueError, SyntaxError):
                continue


def _statement(path: list[Any], value: Any) -> Iterator[Statement]:
    match path:
        case ["entries", int(place), str(name), *rest] if name in _FIELDS and _is_text(rest):
            yield Statement(place, _FIELDS[name], value)
        case ["feed", ("title" | "title_detail"), *rest] if _is_text(rest):
            yield Statement(None, "title", value)


def _is_text(rest: list[Any]) -> bool:
    """Whether what follows the name leads to a text, and not to its type or language."""
    return rest in ([], ["value"], ["name"], [0, "value"])


def _path(node: ast.expr) -> list[Any]:
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=inner, attr=name):
            return [*_path(inner), name]
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)):
            return [*_path(inner), key]
    raise ValueError("not a path")


def holds(statement: Statement, feed: Feed) -> bool:
    """Whether the reader says the same."""
    if statement.place is None:
        return feed.title in {clean_line(statement.value), clean_line(plain_text(statement.value))}
    if statement.place >= len(feed.entries):
        return False
    return _entry_holds(statement.field, statement.value, feed.entries[statement.place])


def _entry_holds(field: str, value: Any, entry: FeedEntry) -> bool:
    if field == "link":
        return entry.url == _address(str(value))
    if field == "date":
        moments = {date.at for date in (entry.published, entry.updated) if date}
        return datetime(*value[:6], tzinfo=UTC) in moments
    wanted = plain_text(str(value))
    if field == "text":
        return wanted in {plain_text(entry.summary), plain_text(entry.content), entry.summary, entry.content}
    if field == "author":
        return (entry.author or "") in {clean_line(wanted), _MAILBOX.sub("", clean_line(wanted))}
    return entry.title in {clean_line(wanted), clean_line(value)}


def _address(written: str) -> str:
    try:
        return canonicalise_url(written, URL, keep_fragment=True)
    except ValueError:
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="failing statements to print")
    options = parser.parse_args()
    met: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    slow = broken = files = 0
    for path in sorted(options.folder.rglob("*.xml")):
        files += 1
        body = path.read_bytes()
        text = body.decode("utf-8", "replace").replace("\x00", "")
        headers = {name.lower(): value.strip() for name, value in _HEADER.findall(text)}
        started = time.process_time()
        try:
            feed = read_feed(body, headers.get("content-type", "application/xml"), URL, now=NOW, zone="UTC")
        except FetchError:
            feed = None
        except Exception as error:  # noqa: BLE001 - what is counted here
            broken, feed = broken + 1, None
            print(f"{path}: {type(error).__name__}: {error}")
        slow += time.process_time() - started > SLOW_S
        for statement in statements(text):
            asked[statement.field] += 1
            ok = feed is not None and holds(statement, feed)
            met[statement.field] += ok
            if not ok and options.show > 0:
                options.show -= 1
                seen = feed and (feed.entries[:1] or feed.title)
                print(f"{path}: {statement}\n    {seen}")
    print(f"{files} files, {broken} crashes, {slow} slower than {SLOW_S:g} s")
    for field in sorted(asked):
        print(f"{field:8} {met[field]:5} of {asked[field]:5}  {met[field] / asked[field]:.3f}")
    print(f"{'all':8} {met.total():5} of {asked.total():5}  {met.total() / asked.total():.4f}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
