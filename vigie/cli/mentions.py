"""Mentions: find and show them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli import choosing
from vigie.cli.common import AsJson, ConfigFolder, in_utc, load_config, local, print_json
from vigie.model import Role, WorkflowState

if TYPE_CHECKING:
    from vigie.model import Mention, Workflow
    from vigie.ports import Tally


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(search)


def search(  # noqa: PLR0913, PLR0917 - one option each
    query: choosing.Query = None,
    brand: choosing.Brands = None,
    tone: choosing.Tones = None,
    state: choosing.States = None,
    role: choosing.Roles = None,
    theme: choosing.Themes = None,
    emotion: choosing.Emotions = None,
    toxic: choosing.Toxic = False,
    doubtful: choosing.Doubtful = False,
    assignee: choosing.Assignees = None,
    overdue: choosing.Overdue = False,
    since: choosing.Since = None,
    until: choosing.Until = None,
    counts: Annotated[bool, typer.Option("--counts", help="Only count: by tone, kind of page, source. To try a query.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many mentions.")] = 20,
    folder: ConfigFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Search stored mentions, newest first. Exit code 1 when nothing is found.

    Example: vigie search 'prélèvement OR facture' --brand marelle --tone negative
    """
    from vigie.cli.preview import show_counts
    from vigie.clock import SystemClock
    from vigie.ports import Filter
    from vigie.store import open_stores

    config, now = load_config(folder), SystemClock().now()
    zone = config.settings.team.zone
    chosen = Filter(
        query=choosing.parsed(query, config),
        brands=choosing.known_brands(brand, config),
        labels=tone or (),
        states=choosing.states(state, overdue=overdue, doubtful=doubtful),
        doubtful=doubtful,
        roles=role or (),
        emotions=emotion or (),
        themes=theme or (),
        toxic=True if toxic else None,
        assignees=assignee or (),
        due_before=now if overdue else None,
        start=in_utc(since, zone),
        end=in_utc(until, zone),
    )
    with open_stores(config, SystemClock()) as (_state, store):
        if counts:
            show_counts(store, chosen, as_json)
        else:
            _show(store.search(chosen, limit).mentions, store.count(chosen), zone, now, as_json)


def _show(found: "Sequence[Mention]", tally: "Tally", zone: str, now: datetime, as_json: bool) -> None:
    """Prints what was found. Raises: Exit 1 for nothing."""
    if as_json:
        print_json(mention_row(mention) for mention in found)
    else:
        for mention in found:
            _print_mention(mention, zone, now)
        typer.echo(f"{tally.total} mentions: {tally.negative} negative, {tally.neutral} neutral, {tally.positive} positive")
    if not found:
        raise typer.Exit(1)


def mention_row(mention: "Mention") -> dict[str, Any]:
    """The mention as `--json` prints it."""
    document = mention.document
    return {
        "id": mention.id,
        "brand": mention.brand_id,
        "published_at": document.published.at.isoformat(),
        "seen_at": document.seen_at.isoformat(),
        "kind": str(document.kind),
        "source": document.source_id,
        "url": document.url,
        "title": document.title,
        "text": document.text,
        "tone": str(mention.label),
        "tone_by": "person" if mention.workflow.corrected_label else "model",
        "tone_uncertain": mention.sentiment.uncertain,
        "negative": mention.negative,
        "text_tone": str(mention.sentiment.label),
        "score": mention.sentiment.score,
        "evidence": list(mention.sentiment.evidence),
        "role": mention.target.role if mention.target else None,
        "relevance": mention.relevance,
        "reason": mention.reason,
        "doubtful": mention.is_set_aside,
        **asdict(mention.enrichment),
        "story": mention.story_id,
        "state": str(mention.workflow.state),
        "note": mention.workflow.note,
        "assignee": mention.workflow.assignee,
        "due_at": mention.workflow.due_at,
    }


def _print_mention(mention: "Mention", zone: str, now: datetime) -> None:
    document = mention.document
    text = " ".join(document.text.split())
    mark = "" if mention.workflow.state is WorkflowState.NEW else f"  [{mention.workflow.state}]"
    at = local(document.published.at, zone)
    typer.echo(f"{at}  {mention.label:<8}  {mention.brand_id}  {document.source_id}  {mention.id}{mark}")
    if said := _said(mention):
        typer.echo(f"  {said}")
    if mention.workflow.note:
        typer.echo(f"  note: {mention.workflow.note}")
    if assignment := _assignment(mention.workflow, zone, now):
        typer.echo(f"  {assignment}")
    if document.title:
        typer.echo(f"  {document.title}")
    typer.echo(f"  {text[:200]}{'…' if len(text) > 200 else ''}")
    typer.echo(f"  {document.url}\n")


def _said(mention: "Mention") -> str:
    """`compared, prix, anger, insult`, as far as there is something to say; of one set aside, why."""
    if mention.is_set_aside:
        return f"doubtful: {mention.reason}"
    enrichment = mention.enrichment
    role = [mention.target.role] if mention.target and mention.target.role is not Role.SUBJECT else []
    return ", ".join([*role, *enrichment.themes, *([enrichment.emotion] if enrichment.emotion else []), *enrichment.toxicity])


def _assignment(workflow: "Workflow", zone: str, now: datetime) -> str:
    """`for claire, due 2026-03-12 18:00, overdue`, as far as there is something to say."""
    parts = [f"for {workflow.assignee}"] if workflow.assignee else []
    if workflow.due_at:
        parts.append(f"due {local(workflow.due_at, zone)}")
    if workflow.is_overdue(now):
        parts.append("overdue")
    return ", ".join(parts)
