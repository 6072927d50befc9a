"""New rows of sources.toml: from an address that is looked at first, from the catalogue, from a list of feeds."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, print_documents, print_json, print_table
from vigie.cli.source_rows import lasting
from vigie.errors import VigieError

if TYPE_CHECKING:
    from config.catalogue import CatalogueEntry
    from config.schema import Config, SourceRow
    from crawlers.survey import Proposal, Survey
    from vigie.model import Document, PassReport

_SHOWN = 5
_MOST_REQUESTS = 40
_FROM_CATALOGUE = "catalogue:"


def add(
    url: Annotated[str, typer.Argument(help="A site, blog, forum, feed or service; or catalogue:ID.")],
    kind: Annotated[str | None, typer.Option(help="One of the kinds that are proposed; the first when not given.")] = None,
    source_id: Annotated[str, typer.Option("--id", help="Its id; made of its name when not given.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", "--write", help="Write the row without asking.")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Also read loopback and private addresses.")] = False,
    delay: Annotated[float | None, typer.Option(min=0, help="Seconds between two requests to the site.")] = None,
    folder: ConfigFolder = Path(),
) -> None:
    """Look at a site, propose how to read it, show its first five documents, and add it to sources.toml once that is confirmed.

    robots.txt is obeyed; a handful of requests are made. Exit code 1 when nothing can be read there.

    Example: vigie source add https://blog.exemple.fr/
    """
    config = load_config(folder)
    entry = _catalogue_entry(url.removeprefix(_FROM_CATALOGUE)) if url.startswith(_FROM_CATALOGUE) else None
    address = entry.url if entry else _address(url)
    changes: dict[str, Any] = {"max_pages_per_pass": _MOST_REQUESTS, "delay_s": delay}
    settings = config.settings.crawl.model_copy(update={name: value for name, value in changes.items() if value is not None})
    if allow_private:
        settings = settings.model_copy(update={"allow_private": True})
    survey, documents, report = _surveyed(config, address, kind, settings)
    proposal = _chosen(survey, kind, report, address)
    row = _row_of(config, survey, proposal, source_id, entry)
    _show(survey, documents, report, config.settings.team.zone)
    if not documents:
        raise VigieError(f"{address}: {report.message or 'nothing could be read there'}; the row was not written")
    _write(config, row, yes=yes)


def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file of a feed reader.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    folder: ConfigFolder = Path(),
) -> None:
    """Add the feeds of an OPML file to sources.toml; none is asked for. Those that are watched already are left out.

    Folders have no place in sources.toml: those that get lost are named.

    Example: vigie source import abonnements.opml
    """
    from config.opml import read_opml
    from config.source_rows import add_row, slug_for
    from crawlers.survey import USUAL_INTERVAL

    config = load_config(folder)
    outlines = read_opml(file.read_bytes())
    watched = {str(row.url) for row in config.sources}
    taken = {row.id for row in config.sources}
    rows = []
    for outline in outlines:
        slug = slug_for(outline.title, outline.url, taken)
        row = _checked_row({"id": slug, "kind": "feed", "url": outline.url, "name": outline.title, "interval": USUAL_INTERVAL})
        if str(row.url) not in watched:
            taken.add(slug)
            watched.add(str(row.url))
            rows.append(row)
    print_table(f"{len(rows)} of {len(outlines)} feeds are new", ["id", "name", "url"], [(r.id, r.name, r.url) for r in rows])
    folders = sorted({" / ".join(outline.folders) for outline in outlines if outline.folders})
    if folders:
        typer.echo(f"folders that get lost: {', '.join(folders)}", err=True)
    if rows and (yes or typer.confirm(f"Add {len(rows)} sources?", err=True)):
        for row in rows:
            add_row(folder, row)
        typer.echo(f"{len(rows)} sources added")


def show_catalogue(
    theme: Annotated[str, typer.Option(help="actualité, économie, environnement, musique, sport…")] = "",
    region: Annotated[str, typer.Option(help="France, Bretagne, Belgique, Suisse romande, Québec…")] = "",
    search: Annotated[str, typer.Option(help="Words of the name or the address.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the French-language feeds that come with Vigie. None was tried of late: `source add` tries it first.

    Example: vigie source catalogue --theme économie --region France
    """
    from dataclasses import asdict

    from config.catalogue import catalogue, chosen

    found = chosen(theme, region, search)
    if not found:
        themes, regions = ({getattr(entry, name) for entry in catalogue()} for name in ("theme", "region"))
        raise VigieError(f"nothing in the catalogue; themes: {', '.join(sorted(themes))}; regions: {', '.join(sorted(regions))}")
    if as_json:
        print_json(asdict(entry) for entry in found)
        return
    cells = [(entry.id, entry.name, entry.theme, entry.region, entry.tier, entry.url) for entry in found]
    print_table(f"{len(found)} sources; vigie source add catalogue:ID", ["id", "name", "theme", "region", "tier", "url"], cells)


def _catalogue_entry(id_: str) -> "CatalogueEntry":
    from config.catalogue import catalogue
    from config.mistakes import nearest

    entry = next((entry for entry in catalogue() if entry.id == id_), None)
    if entry is None:
        raise typer.BadParameter(f"no {id_!r} in the catalogue{nearest(id_, [entry.id for entry in catalogue()], 'entries')}")
    return entry


def _address(written: str) -> str:
    """The address with its scheme; `exemple.fr` is taken for a site. Raises: BadParameter."""
    from config.schema.fields import http_url

    address = written if "://" in written else f"https://{written}"
    try:
        return str(http_url(address))
    except ValueError as error:
        raise typer.BadParameter(f"{written!r}: {error}") from error


def _surveyed(config: "Config", url: str, kind: str | None, settings: Any) -> "tuple[Survey, list[Document], PassReport]":
    from config.schema import SourceRow, Strict, source_of
    from crawlers.fetch import read_once
    from crawlers.kinds import KINDS
    from crawlers.kinds.connector import Kind
    from crawlers.survey import Survey, Surveyor
    from vigie.clock import SystemClock
    from vigie.model import Document

    survey, documents = Survey(zone=config.settings.team.zone), list[Document]()
    source = source_of(SourceRow(id="survey", kind="survey", url=url), config.brands)
    kinds = {**KINDS, "survey": Kind(Strict, lambda _: Surveyor(survey, kind))}
    report = asyncio.run(
        read_once(source, limit=_SHOWN, settings=settings, clock=SystemClock(), on_documents=documents.extend, kinds=kinds)
    )
    return survey, documents, report


def _chosen(survey: "Survey", kind: str | None, report: "PassReport", url: str) -> "Proposal":
    proposal = survey.of_kind(kind)
    if proposal is None and survey.proposals:
        found = ", ".join(dict.fromkeys(one.kind for one in survey.proposals))
        raise typer.BadParameter(f"{url} is not read as {kind!r}; it is {found}")
    if proposal is None:
        raise VigieError(report.message or f"{url}: nothing was found to read")
    return proposal


def _row_of(
    config: "Config", survey: "Survey", proposal: "Proposal", source_id: str, entry: "CatalogueEntry | None"
) -> "SourceRow":
    """The row as it would be written. Raises: BadParameter when it is there already, or its id is taken or none."""
    from config.schema import USUAL_DOCUMENT_KIND
    from config.source_rows import slug_for
    from vigie.model import DocumentKind

    taken = {row.id for row in config.sources}
    name = entry.name if entry else survey.name
    usual = USUAL_DOCUMENT_KIND.get(proposal.kind, DocumentKind.NEWS)
    if source_id in taken:
        raise typer.BadParameter(f"sources.toml has a source {source_id!r} already")
    row = _checked_row(
        {
            "id": source_id or (entry.id if entry and entry.id not in taken else slug_for(name, proposal.url, taken)),
            "kind": proposal.kind,
            "url": proposal.url,
            "name": name,
            "document_kind": None if proposal.document_kind is usual else proposal.document_kind,
            "language": survey.language,
            "zone": entry.zone if entry else survey.zone,
            "tier": entry.tier if entry else survey.tier,
            "interval": proposal.interval,
            "options": dict(proposal.options),
        }
    )
    same = next((one.id for one in config.sources if (one.url, one.kind) == (row.url, row.kind)), None)
    if same:
        raise typer.BadParameter(f"{row.url} is watched already, as {same!r}")
    return row


def _checked_row(values: dict[str, Any]) -> "SourceRow":
    from pydantic import ValidationError

    from config.schema import SourceRow

    try:
        return SourceRow(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}") from error


def _show(survey: "Survey", documents: "Sequence[Document]", report: "PassReport", zone: str) -> None:
    told = [survey.name or "no name", survey.engine, survey.language, survey.zone, f"tier {survey.tier}"]
    typer.echo(f"{', '.join(filter(None, told))}; {report.requests} requests")
    for address in survey.sitemaps:
        typer.echo(f"sitemap: {address}")
    cells = [(one.kind, one.url, lasting(one.interval), one.why) for one in survey.proposals]
    print_table("Ways to read it, best first", ["kind", "url", "every", "why"], cells)
    print_documents("The first documents", documents, zone)


def _write(config: "Config", row: "SourceRow", *, yes: bool) -> None:
    from config.source_rows import add_row, row_values

    typer.echo("\n".join(f"{name} = {value}" for name, value in row_values(row).items()))
    if yes or typer.confirm("Add this to sources.toml?", err=True):
        add_row(config.folder, row)
        typer.echo(f"{row.id} is added; `vigie collect {row.id}` reads it now")
