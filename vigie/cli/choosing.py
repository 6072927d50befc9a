"""The options by which commands choose mentions, and what is made of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import FORMATS
from vigie.model import Emotion, Role, SentimentLabel, WorkflowState

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.query import Node

Query = Annotated[str | None, typer.Argument(help='Words, "phrases", AND OR NOT, site: lang: author: title:.')]
Brands = Annotated[list[str] | None, typer.Option(help="Brand id; may be repeated.")]
Tones = Annotated[list[SentimentLabel] | None, typer.Option(help="negative, neutral or positive; may be repeated.")]
States = Annotated[list[WorkflowState] | None, typer.Option(help="new, handled or not_relevant; may be repeated.")]
Roles = Annotated[list[Role] | None, typer.Option(help="Role of the brand; may be repeated.")]
Themes = Annotated[list[str] | None, typer.Option(help="Id of a complaint theme; may be repeated.")]
Emotions = Annotated[list[Emotion] | None, typer.Option(help="Prevailing emotion; may be repeated.")]
Toxic = Annotated[bool, typer.Option("--toxic", help="Only what a moderator should look at.")]
Doubtful = Annotated[
    bool, typer.Option("--doubtful", help="Only the tray: names that may mean something else, until somebody says so.")
]
Assignees = Annotated[list[str] | None, typer.Option(help="Who takes care of it, as marked; may be repeated.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only what is still new although its due date is past.")]
Since = Annotated[
    datetime | None, typer.Option(help="Published from this local time on, as 2026-03-10 or 2026-03-10T14:00.", formats=FORMATS)
]
Until = Annotated[datetime | None, typer.Option(help="Published before this local time.", formats=FORMATS)]


def parsed(query: str | None, config: "Config") -> "Node | None":
    """The query as the team's lists make it. Raises: QueryError."""
    from config.exclusions import lists_of
    from vigie.query import parse

    return parse(query, lists_of(config.lists)) if query else None


def known_brands(brands: Sequence[str] | None, config: "Config") -> Sequence[str]:
    """Raises: BadParameter for an id that is not in `brands.toml`."""
    known = [row.id for row in config.brands]
    unknown = [one for one in brands or () if one not in known]
    if unknown:
        raise typer.BadParameter(f"no brand {', '.join(unknown)} in brands.toml; there is {', '.join(known)}")
    return brands or ()


def states(chosen: Sequence[WorkflowState] | None, *, overdue: bool, doubtful: bool) -> Sequence[WorkflowState]:
    """The states to look for: what is overdue is still new, and so is what waits in the tray unless another is asked for."""
    if overdue and list(chosen or ()) not in ([], [WorkflowState.NEW]):
        raise typer.BadParameter("--overdue is about mentions that are still new: leave --state out")
    return [WorkflowState.NEW] if overdue or (doubtful and not chosen) else chosen or ()
