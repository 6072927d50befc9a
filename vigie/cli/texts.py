"""Commands over lines of text, for people who want to see what Vigie would make of theirs, and for outside measurements.

Each reads standard input (or a file) and answers line by line; none touches a store or sends a mail.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.errors import VigieError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.sentiment import Profile
    from vigie.model import Document, DocumentKind

KINDS = {"social": "social", "news": "news", "forum": "forum_post", "comment": "comment", "review": "review", "blog": "blog"}
_YEARS = range(1900, 2200)  # a date beyond is a slip, and two weeks more or less may be no date any more


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(sentiment)
    app.command()(match)
    app.command()(stories)
    app.command()(fetch)


def sentiment(
    kind: Annotated[
        str | None, typer.Option(help="social, news, forum, comment, review or blog: thresholds fit the kind.")
    ] = None,
    profile: Annotated[str, typer.Option(help="quality or fast: with or without the sentence encoder.")] = "quality",
) -> None:
    """Read one text a line; write label, score in [-1, 1] and probability of negative, split by tabs.

    A newline inside a text is written \\n, a backslash \\\\.

    Example: echo "Toujours aucune réponse du SAV" | vigie sentiment --kind forum
    """
    from analysis.sentiment.stream import score_lines

    chosen, level = document_kind(kind), tone_profile(profile)  # said before anything is read
    write_lines(score_lines(input_lines(), chosen, level))


def document_kind(name: str | None) -> "DocumentKind | None":
    """The kind by its name on the command line. Raises: BadParameter for another."""
    from vigie.model import DocumentKind

    if name is not None and name not in KINDS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(KINDS)}")
    return DocumentKind(KINDS[name]) if name else None


def tone_profile(name: str) -> "Profile":
    """The profile of the tone model by its name. Raises: BadParameter for another."""
    from analysis.sentiment import Profile

    if name not in list(Profile):
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(Profile)}")
    return Profile(name)


def match(brands: Annotated[Path, typer.Option("--brands", help="A brands.toml.")]) -> None:
    """Read JSON Lines {"id", "title", "text", "kind"}; write for each the brands it mentions, and why.

    "doubtful" is true where the name may well mean something else: a person should look.

    Example: vigie match --brands brands.toml < texts.jsonl
    """
    from analysis.explain import TextRow, match_rows
    from config.load import load_brands

    rows = (TextRow(row.id, row.text("title"), row.text("text"), row.kind()) for row in _json_rows())
    write_lines(json.dumps(asdict(row), ensure_ascii=False) for row in match_rows(load_brands(brands), rows))


def stories() -> None:
    """Read JSON Lines {"id", "title", "text", "published_at", "source"} in order; write {"id", "story"}: copies share a story.

    Example: vigie stories < articles.jsonl
    """
    from analysis.stories import StoryText, assign_stories

    rows = (
        StoryText(row.id, row.text("title"), row.text("text"), row.moment("published_at"), row.text("source"))
        for row in _json_rows()
    )
    write_lines(json.dumps({"id": one, "story": story}) for one, story in assign_stories(rows))


def fetch(
    url: Annotated[str, typer.Argument(help="A site, blog, forum, page or feed.")],
    kind: Annotated[str | None, typer.Option(help="feed, site, comments or forum; found out when not given.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many documents.")] = None,
    delay: Annotated[float, typer.Option(min=0, help="Seconds between two requests to the site.")] = 1.0,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Also read loopback and private addresses.")] = False,
    zone: Annotated[str, typer.Option(help="Time zone of the site's dates without one.")] = "Europe/Paris",
) -> None:
    """Read a site politely and print its documents as JSON Lines; nothing is stored. robots.txt is always obeyed.

    Exit code 1 when the site could not be read.

    Example: vigie fetch https://blog.exemple.fr/ --limit 20
    """
    from config.schema import Crawl
    from crawlers.fetch import document_row
    from crawlers.fetch import fetch as fetch_site
    from vigie.clock import SystemClock

    def show(documents: "Sequence[Document]") -> None:
        write_lines(json.dumps(document_row(document, zone), ensure_ascii=False) for document in documents)

    settings = Crawl(delay_s=delay, allow_private=allow_private)
    report = asyncio.run(
        fetch_site(url, kind=kind, limit=limit, settings=settings, clock=SystemClock(), on_documents=show, zone=zone)
    )
    for reason, number in report.errors.items():
        typer.echo(f"{reason}: {number}", err=True)
    if not report.ok:
        raise VigieError(f"{url}: {report.message or 'could not be read'}")


def file_lines(path: Path) -> Iterator[str]:
    """The lines of a file, whatever its bytes. Raises: VigieError."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            yield from (line.rstrip("\n") for line in file)
    except OSError as error:
        raise VigieError(f"{path}: {error.strerror}") from error


def input_lines() -> Iterator[str]:
    """The lines of standard input, whatever its bytes."""
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
    return (line.rstrip("\n") for line in sys.stdin)


@dataclass(frozen=True, slots=True)
class _Row:
    """One object of JSON Lines input. Every reading raises VigieError naming the line when the value is not what it should be."""

    number: int
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.values["id"])

    def text(self, key: str) -> str:
        """The text of `key`; empty when it is missing or null."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            raise self._error(f"{key} {value!r}: a text was expected")
        return value or ""

    def kind(self) -> "DocumentKind":
        """The kind of text, `news` when the row does not say."""
        from vigie.model import DocumentKind

        name = self.text("kind") or "news"
        try:
            return DocumentKind(KINDS.get(name, name))
        except ValueError:
            raise self._error(f"kind {name!r} is not one of {', '.join(KINDS)}") from None

    def moment(self, key: str) -> datetime | None:
        """An ISO 8601 date as an aware datetime, UTC where it has no offset; None for none."""
        text = self.text(key)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise self._error(f"{key} {text!r}: an ISO 8601 date was expected") from error
        if moment.year not in _YEARS:
            raise self._error(f"{key} {text!r}: a year from {_YEARS.start} to {_YEARS.stop - 1} was expected")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _error(self, message: str) -> VigieError:
        return VigieError(f"line {self.number}: {message}")


def _json_rows() -> Iterator[_Row]:
    for number, line in enumerate(input_lines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise VigieError(f"line {number}: not JSON: {error}") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise VigieError(f'line {number}: an object with "id" and a "text" was expected')
        yield _Row(number, row)


def write_lines(lines: Iterable[str]) -> None:
    """Half a surrogate pair, which JSON can carry and UTF-8 cannot, is written as a question mark."""
    for line in lines:
        sys.stdout.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.flush()
