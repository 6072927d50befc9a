"""The right to erasure: what is kept of a person or of a page is shown, then removed for good."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import ConfigFolder, load_config, local, print_table, with_store

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.model import Document
    from vigie.ports import MentionStore, State
    from vigie.store.erasing import Kept


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(erase)


def erase(
    author: Annotated[
        str | None, typer.Option(help="Name of a person, as the site writes it; or a pseudonym, as auteur-0123456789ab.")
    ] = None,
    site: Annotated[str, typer.Option(help="With --author: only what was published on this site.")] = "",
    url: Annotated[str | None, typer.Option(help="Address of an article, a comment or a post.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    folder: ConfigFolder = Path(),
) -> None:
    """Erase what is kept of a person or a page for good: the right to erasure. Shows it and asks first; Vigie must stand still.

    Goes: the mentions, with notes and corrections, in the store and in vigie.db; the texts that wait or failed; what the search
    for copies remembers of them; Vigie's copies of mails sent since; pages kept
    for repair. It is not collected again, also when the page changes.

    Stays: figures without text (counts, incidents), mails in people's mailboxes or still waiting to be sent, backups, files of
    `vigie export`, what others quote. New texts of the same person are collected: this is no list of people to leave out.

    Exit code 1 when nothing is found.

    Example: vigie erase --author 'Jeanne M.' --site forum.exemple.fr
    """
    from crawlers.barren import FOLDER, forget_pages
    from vigie.lock import only_instance
    from vigie.store.erasing import erase as erase_for_good

    if (author is None) == (url is None):
        raise typer.BadParameter("give either --author or --url")
    config = load_config(folder)
    with only_instance(config.data_folder), _all_stores(config) as (state, stores):
        kept = _of_author(config, state, stores, author, site) if author is not None else _of_page(state, stores, url or "")
        if not kept.documents:
            typer.echo("nothing is kept of it; the name of a person must be written as on the site", err=True)
            raise typer.Exit(1)
        _show(kept, config.settings.team.zone)
        if not yes:
            typer.confirm("Erase all this for good?", abort=True)
        erase_for_good(state, kept)
        forget_pages(config.data_folder / FOLDER)  # they may hold it, and are only there to mend a reader with
    typer.echo(f"erased {len(kept.mentions)} mentions of {len(kept.documents)} documents")


@contextmanager
def _all_stores(config: "Config") -> "Iterator[tuple[State, list[MentionStore]]]":
    """The state, the configured store, and vigie.db's own mentions, which stay there when another store is chosen."""
    from vigie.clock import SystemClock
    from vigie.store import open_stores

    with ExitStack() as opened:
        state, store = opened.enter_context(open_stores(config, SystemClock()))
        stores = [store]
        if config.settings.store.kind != "sqlite":
            stores.append(opened.enter_context(open_stores(with_store(config, "sqlite"), SystemClock()))[1])
        yield state, stores


def _of_page(state: "State", stores: "list[MentionStore]", url: str) -> "Kept":
    from crawlers.urls import canonicalise_url
    from vigie.store.erasing import kept_of_page

    try:
        address = canonicalise_url(url, keep_fragment=True)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return kept_of_page(state, stores, address)


def _of_author(config: "Config", state: "State", stores: "list[MentionStore]", name: str, site: str) -> "Kept":
    """What the person wrote, under the name as it stands or under the pseudonym that each site's name has."""
    from vigie.keys import pseudonym_key
    from vigie.pipeline import pseudonym
    from vigie.query import host_of
    from vigie.store.erasing import kept_of_author

    key, wanted = pseudonym_key(config.data_folder, os.environ), host_of(site)
    on_site = cache(lambda host: pseudonym(host, name, key))

    def wrote(document: "Document") -> bool:
        is_on_site = wanted in ("", document.site)
        return is_on_site and document.author is not None and document.author in (name, on_site(document.site))

    return kept_of_author(state, stores, wrote)


def _show(kept: "Kept", zone: str) -> None:
    stored = {mention.document.id for mention in kept.mentions}
    rows = [
        [local(document.published.at, zone), "mention" if document.id in stored else "waits or failed", document.url]
        for document in sorted(kept.documents, key=lambda document: document.published.at)
    ]
    print_table("Kept", ["published", "as", "address"], rows)
