"""`vigie terms`: what is said of a brand lately more than before."""

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, print_json, print_table

_PERIOD = re.compile(r"(\d{1,4})([hdj])")
_MOST_READ = 20_000  # of each period


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command()(terms)


def terms(
    brand: Annotated[str, typer.Option("--brand", "-b", help="Brand id.")],
    folder: ConfigFolder = Path(),
    since: Annotated[str, typer.Option(help="The recent period, until now: 7d, 24h.")] = "7d",
    past: Annotated[str, typer.Option(help="The period before it that it is compared with.")] = "28d",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many terms at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the terms that are said of a brand lately more than before, copies of one story counted once.

    Example: vigie terms --brand marelle --since 7d
    """
    from vigie.clock import SystemClock
    from vigie.paging import read_mentions
    from vigie.ports import Filter
    from vigie.store import open_stores
    from vigie.terms import emerging, name_words

    config = load_config(folder)
    known = next((row for row in config.brands if row.id == brand), None)
    if known is None:
        raise typer.BadParameter(f"{brand!r} is not in brands.toml", param_hint="--brand")
    now = datetime.now(UTC)
    start = now - _period(since)
    with open_stores(config, SystemClock()) as (_state, store):
        recent = read_mentions(store, Filter(brands=[brand], start=start, end=now), _MOST_READ)
        before = read_mentions(store, Filter(brands=[brand], start=start - _period(past), end=start), _MOST_READ)
        found = emerging(recent, before, name_words([known.name, *known.handles]), limit)
    if as_json:
        print_json(asdict(term) for term in found)
        return
    rows = [(term.term, f"{term.score:.1f}", term.recent, term.past) for term in found]
    print_table(f"Termes émergents : {known.name}", ("terme", "écart", f"récits, {since}", f"récits, {past} avant"), rows)


def _period(written: str) -> timedelta:
    found = _PERIOD.fullmatch(written)
    if not found or not int(found[1]):
        raise typer.BadParameter(f"{written!r}: write it as 7d or 24h")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(days=int(found[1]))
