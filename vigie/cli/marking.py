"""What people say of mentions: relevant or not, its tone, what was done about it. Every word is kept and learnt from."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import ConfigFolder, in_utc, load_config
from vigie.model import SentimentLabel, WorkflowState, mark_of

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.model import Mention
    from vigie.ports import Decision, MentionStore, State

_RELEVANT = "relevant"
_WORDS = {
    "negative": ("negatif", "négatif", "négative"),
    "neutral": ("neutre",),
    "positive": ("positif", "positive"),
    _RELEVANT: ("pertinent", "pertinente"),
    "not_relevant": ("non_pertinent", "non_pertinente", "pas_pertinent", "hors_sujet"),
    "handled": ("traite", "traité", "traitée"),
    "new": ("nouveau", "nouvelle", "a_traiter", "à_traiter"),
}
_MARKS = {spelling: mark for mark, spellings in _WORDS.items() for spelling in (mark, *spellings)}


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(mark)
    app.command()(correct)


def mark(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="ID... [MARK]",
            help="Mention ids, as `vigie search` prints them, or - for one a line on standard input; then negative, "
            "neutral, positive, relevant, not_relevant, handled or new, or its French word.",
        ),
    ],
    note: Annotated[
        str | None, typer.Option(help="A word for the colleagues, kept until another replaces it; it keeps the mention for good.")
    ] = None,
    assignee: Annotated[str | None, typer.Option(help="Who takes care of it; '' for nobody.")] = None,
    due: Annotated[
        str | None, typer.Option(help="Until when, in local time: 2026-03-12 (that day included), 2026-03-12T18:00, or none.")
    ] = None,
    folder: ConfigFolder = Path(),
) -> None:
    """Say of mentions whether they are about the brand, their tone, what was done, who takes care of them; the rest stays.

    Marks are kept for ever and learnt from at once; `vigie quality` counts them. Exit code 1 when a mention is not there.

    Example: vigie mark 3f2a… 9c1b… not_relevant
    """
    from vigie.ports import UNCHANGED, Decision

    config = load_config(folder)
    said = _MARKS.get(words[-1].lower().replace("-", "_"))
    decision = Decision(
        state=WorkflowState(said) if said in list(WorkflowState) else UNCHANGED,
        note=UNCHANGED if note is None else note,
        assignee=UNCHANGED if assignee is None else assignee,
        due_at=UNCHANGED if due is None else _due_at(due, config.settings.team.zone),
    )
    if decision == Decision() and not said:
        raise typer.BadParameter(f"nothing to change: end with one of {', '.join(_WORDS)}, or give --note, --assignee or --due")
    _mark_all(config, _ids(words[:-1] if said else words), said or "", decision)


def correct(
    mention: Annotated[str, typer.Argument(help="Mention id, as `vigie search` prints it.")],
    tone: Annotated[SentimentLabel, typer.Argument(help="negative, neutral or positive.")],
    folder: ConfigFolder = Path(),
) -> None:
    """Correct the tone of a mention, as `vigie mark ID TONE` does. Exit code 1 when there is no such mention.

    Example: vigie correct 3f2a… neutral
    """
    mark([mention, tone], folder=folder)


def _ids(words: Sequence[str]) -> list[str]:
    """The ids on the command line, those on standard input in place of a dash; each once. Raises: BadParameter without any."""
    ids = [one for word in words for one in ([line.split()[0] for line in sys.stdin if line.strip()] if word == "-" else [word])]
    if not ids:
        raise typer.BadParameter("the id of a mention was expected, or - to read ids from standard input")
    return list(dict.fromkeys(ids))


def _mark_all(config: "Config", ids: Sequence[str], said: str, decision: "Decision") -> None:
    from vigie.clock import SystemClock
    from vigie.store import open_stores

    missing = 0
    traits = _traits_of(config)
    with open_stores(config, SystemClock()) as (state, store):
        for identity in ids:
            mention = store.get(identity)
            if mention is None:
                missing += 1
                typer.echo(f"vigie: no mention {identity}", err=True)
                continue
            _mark_one(state, store, mention, said, decision, traits)
    typer.echo(f"done: {len(ids) - missing} of {len(ids)}")
    if missing:
        raise typer.Exit(1)


def _mark_one(
    state: "State",
    store: "MentionStore",
    mention: "Mention",
    said: str,
    decision: "Decision",
    traits: "Callable[[Mention], tuple[str, ...]]",
) -> None:
    """The log first: a mark that is in it is learnt from also when the store was away, and may be made again."""
    from vigie.clock import SystemClock

    now = SystemClock().now()
    if said in list(SentimentLabel):
        tone = SentimentLabel(said)
        state.add_mark(mark_of(mention, now, tone=tone))
        store.correct(mention.id, tone)
    elif said in (_RELEVANT, "not_relevant"):
        is_meant = said == _RELEVANT
        state.add_mark(mark_of(mention, now, relevant=is_meant, clues=traits(mention)))
        decision = replace(decision, confirmed=is_meant)
        if is_meant and mention.workflow.state is WorkflowState.NOT_RELEVANT:
            decision = replace(decision, state=WorkflowState.NEW)
    store.mark(mention.id, decision)


def _traits_of(config: "Config") -> "Callable[[Mention], tuple[str, ...]]":
    """What a mark teaches of a mention's name; nothing where its brand is no more in brands.toml."""
    from analysis.matching import BrandMatcher

    matcher = BrandMatcher(config.brands)
    return lambda mention: matcher.traits(mention.document, mention.brand_id)


def _due_at(text: str, zone: str) -> datetime | None:
    """The moment of `--due`, a day alone being its last minute; None for `none`. Raises: BadParameter."""
    if text == "none":
        return None
    try:
        moment = datetime.fromisoformat(text)
        return in_utc(moment if len(text) > len("2026-03-12") else moment.replace(hour=23, minute=59), zone)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"--due {text}: write it as 2026-03-12, 2026-03-12T18:00 or none") from error
