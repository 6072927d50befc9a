"""The command line. Each module holds the commands of one occasion; heavy imports wait until a command needs them.

Exit codes, the same for every command: 0 done, 1 the work failed or something is wrong, 2 wrong use or configuration.
"""

import logging
import os
import sys
from typing import Annotated

import typer

from vigie import __version__
from vigie.cli import (
    backfilling,
    channels,
    erasing,
    explaining,
    incidents,
    kibana,
    marking,
    mentions,
    planning,
    quality,
    replaying,
    setup,
    sources,
    store,
    terms,
    texts,
    transfer,
    watching,
)
from vigie.errors import ConfigError, QueryError, VigieError

app = typer.Typer(
    name="vigie",
    help=(
        "Watches what is said about brands on blogs, forums and news, and mails the team when a bad buzz starts.\n\n"
        "Start with `vigie demo`, then `vigie init DIR`. Exit codes: 0 done, 1 failed, 2 wrong use or configuration."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (setup, watching, mentions, marking, quality, terms, texts, replaying, transfer, erasing, backfilling):
    module.register(app)
app.add_typer(channels.app, name="channel")
app.add_typer(channels.routes, name="route")
app.add_typer(explaining.app, name="explain")
app.add_typer(incidents.app, name="incident")
app.add_typer(kibana.app, name="kibana")
app.add_typer(planning.app, name="calendar")
app.add_typer(store.app, name="store")
app.add_typer(sources.app, name="source")
store.app.command()(transfer.copy)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vigie {__version__}")
        raise typer.Exit


_TALKATIVE = (
    *("scrapy", "asyncio", "apscheduler", "trafilatura", "htmldate", "mail.log", "elastic_transport"),
    *("weasyprint", "fontTools"),
)
"""Libraries whose warnings are nobody's business but with --verbose."""


@app.callback()
def _global_options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log on standard error.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING if verbose else logging.ERROR)


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        sys.exit(2)
    except QueryError as error:
        typer.echo(f"vigie: {error}", err=True)
        sys.exit(2)
    except VigieError as error:
        typer.echo(f"vigie: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output left: `vigie search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # a path that cannot be read or written
        typer.echo(f"vigie: {error.filename or ''}: {error.strerror or error}", err=True)
        sys.exit(1)
