"""`vigie explain`: what Vigie reads in a page, an address, a robots file, a date, a query."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.common import Zone
from vigie.query import And, Field, Node, Not, Or, Term, parse

app = typer.Typer(help="Show what Vigie reads in a page, an address, a robots file, a date or a query.", no_args_is_help=True)


@app.command()
def page(
    file: Annotated[Path, typer.Argument(help="A saved page.", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="Where the page comes from.")] = "http://page.example/",
    zone: Zone = "Europe/Paris",
) -> None:
    """Print title, text, author, published_at, comments and the paragraphs cut as spam, as JSON.

    Example: vigie explain page article.html --url https://journal.example/article
    """
    from analysis.components.spam import split_spam
    from crawlers.explain import explain_page
    from crawlers.fetch import date_text

    reading = explain_page(file.read_bytes(), url, now=datetime.now(UTC), zone=zone)
    spam = split_spam(reading.text)
    row = {
        "title": reading.title,
        "text": spam.kept,
        "author": reading.author,
        "published_at": date_text(reading.published, zone),
        "comments": [
            {
                "url": comment.url,
                "author": comment.author,
                "published_at": date_text(comment.published, zone),
                "text": comment.text,
                "parent_url": comment.parent_url,
            }
            for comment in reading.comments
        ],
        "spam": list(spam.cut),
    }
    typer.echo(json.dumps(row, ensure_ascii=False, indent=1))


@app.command()
def url(addresses: Annotated[list[str], typer.Argument(help="Addresses.")]) -> None:
    """Print the canonical form of each address, one a line.

    Example: vigie explain url 'https://Journal.example:443/a?utm_source=x#haut'
    """
    from crawlers.urls import canonicalise_url

    for address in addresses:
        try:
            typer.echo(canonicalise_url(address))
        except ValueError as error:
            raise typer.BadParameter(f"{address}: {error}") from error


@app.command()
def robots(
    file: Annotated[Path, typer.Argument(help="A robots.txt.", exists=True, dir_okay=False)],
    agent: Annotated[str, typer.Argument(help="User agent.")],
    url: Annotated[str, typer.Argument(help="Address that would be asked for.")],
) -> None:
    """Print allowed or disallowed, a tab, and the rule that decides (RFC 9309). Exit code 0 or 1.

    Example: vigie explain robots robots.txt Vigie https://journal.example/prive/
    """
    from crawlers.robots import decide

    decision = decide(file.read_bytes().decode("utf-8", "replace"), agent, url)
    typer.echo(f"{'allowed' if decision.allowed else 'disallowed'}\t{decision.rule}")
    raise typer.Exit(0 if decision.allowed else 1)


@app.command()
def date(
    text: Annotated[str, typer.Argument(help="A date as printed on a page.")],
    at: Annotated[
        datetime | None,
        typer.Option("--at", formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], help="When the page was read."),
    ] = None,
    zone: Zone = "Europe/Paris",
) -> None:
    """Print the date as ISO 8601 (a day alone when no time is given), or none.

    Example: vigie explain date "hier, 10:12" --at 2026-03-10T18:00:00+01:00
    """
    from zoneinfo import ZoneInfo

    from crawlers.dates import read_date
    from crawlers.fetch import date_text
    from vigie.model import DateSource

    now = at or datetime.now(UTC)
    now = now if now.tzinfo else now.replace(tzinfo=ZoneInfo(zone))
    found = read_date(text, now=now.astimezone(UTC), zone=zone, source=DateSource.PAGE_TEXT)
    typer.echo(date_text(found, zone) if found else "none")


@app.command()
def query(text: Annotated[str, typer.Argument(help="A query, as in brands.toml.")]) -> None:
    """Print how a query is read, or where it cannot be read.

    Example: vigie explain query 'Marelle NOT (cour OR craie)'
    """
    typer.echo(json.dumps(_as_tree(parse(text)), ensure_ascii=False, indent=1))


def _as_tree(node: Node) -> object:
    """The query as it is understood: a word or phrase, a field, or an operator with its parts."""
    match node:
        case Term(text, prefix, exact_case):
            return ("=" if exact_case else "") + text + ("*" if prefix else "")
        case Field(name, value):
            return f"{name}:{value}"
        case Not(part):
            return {"NOT": _as_tree(part)}
        case And(parts):
            return {"AND": [_as_tree(part) for part in parts]}
        case Or(parts):
            return {"OR": [_as_tree(part) for part in parts]}
