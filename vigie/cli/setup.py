"""First steps: a starter folder, its check, and the demo."""

import asyncio
import os
import shutil
from dataclasses import asdict
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, print_json
from vigie.errors import ConfigError, VigieError

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.ports import Channel


_HOST_PATIENCE_S = 10


class StoreKind(StrEnum):
    """What the demo can keep its mentions in."""

    SQLITE = "sqlite"
    ELASTICSEARCH = "elasticsearch"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(init)
    app.command()(check)
    app.command()(demo)


def init(folder: Annotated[Path, typer.Argument(help="Folder to write; it may exist, its files are never overwritten.")]) -> None:
    """Write a starter configuration folder, with commented examples.

    Example: vigie init ma-veille
    """
    from config.crisis_words import FILE
    from config.load import FILES, STARTER, THEMES

    written = (*FILES, THEMES, FILE)
    existing = [name for name in written if (folder / name).exists()]
    if existing:
        raise VigieError(f"{folder}: {', '.join(existing)} already there; nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    for name in written:
        shutil.copyfile(STARTER / name, folder / name)
        typer.echo(f"wrote {folder / name}")
    typer.echo(f"Next: edit brands.toml and sources.toml, then `vigie check -c {folder}` and `vigie run -c {folder}`.")


def check(
    folder: ConfigFolder = Path(),
    offline: Annotated[bool, typer.Option("--offline", help="Only read the files; try no connection.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the configuration and the transformer, then try the data folder, the store's server, mail server and sources.

    Every problem is printed at once. Exit code 2 when a file is wrong, 1 when a connection fails.

    Example: vigie check -c ma-veille
    """
    try:
        config = load_config(folder)
    except ConfigError as error:
        if as_json:
            print_json([{"what": "files", "ok": False, "says": problem} for problem in error.problems])
            raise typer.Exit(2) from error
        raise
    lines = [
        {"what": "files", "ok": True, "says": _inventory(config)},
        *_try_transformer(config),
        *_missing_model(config.settings.analysis.spacy_model),
        *_missing_printer(config),
        *([] if offline else asyncio.run(_try_connections(config))),
    ]
    if as_json:
        print_json(lines)
    else:
        for line in lines:
            typer.echo(f"{'ok    ' if line['ok'] else 'FAILED'}  {line['what']}: {line['says']}")
    if not all(line["ok"] for line in lines):
        raise typer.Exit(1)


def _inventory(config: "Config") -> str:
    counts = (
        ("brand", len(config.brands)),
        ("source", len(config.watched_sources)),
        ("rule", len(config.rules)),
        ("digest", len(config.digests)),
    )
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for name, number in counts)


def _try_transformer(config: "Config") -> list[dict[str, object]]:
    """Whether the second reader's model can be used, where the configuration has one."""
    folder = config.transformer_folder
    if folder is None:
        return []
    from analysis.sentiment.onnx import open_transformer

    try:
        open_transformer(folder, config.settings.analysis.transformer.tokens)
    except VigieError as error:
        return [{"what": "transformer", "ok": False, "says": str(error)}]
    return [{"what": "transformer", "ok": True, "says": f"{folder} reads texts"}]


def _missing_model(model: str) -> list[dict[str, object]]:
    """A word where the trained pipeline is not installed: the rest of the analysis does without it."""
    if find_spec(model) if model.isidentifier() else Path(model).is_dir():
        return []
    says = f"{model} is missing, so the words of doubtful names are not tagged: pip install {model.replace('_', '-')}"
    return [{"what": "spaCy model", "ok": True, "says": says}]


def _missing_printer(config: "Config") -> list[dict[str, object]]:
    """A word where a digest wants a PDF that cannot be made here."""
    wanted = [row.id for row in config.digests if "pdf" in row.attach]
    if not wanted:
        return []
    from alerts.paper import require_printer

    try:
        for name in wanted:
            require_printer(f"alerts.toml: digest[{name}].attach")
    except ConfigError as error:
        return [{"what": "pdf", "ok": False, "says": problem} for problem in error.problems]
    return [{"what": "pdf", "ok": True, "says": "WeasyPrint is here"}]


async def _try_connections(config: "Config") -> list[dict[str, object]]:
    channels, hosts = await asyncio.gather(_try_channels(config), _try_hosts(config))
    return [_try_data_folder(config), *_try_server(config), *channels, hosts]


def _try_data_folder(config: "Config") -> dict[str, object]:
    folder = config.data_folder
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return {"what": "data folder", "ok": False, "says": f"{nearest} is not writable"}
    free = shutil.disk_usage(nearest).free // 2**20
    return {"what": "data folder", "ok": True, "says": f"{folder} ({free} MB free)"}


def _try_server(config: "Config") -> list[dict[str, object]]:
    """Whether the mention store answers, where it is a server."""
    from vigie.store.admin import open_admin

    if config.settings.store.kind == "sqlite":
        return []
    with open_admin(config, os.environ) as admin:
        return [asdict(admin.connection())]


async def _try_channels(config: "Config") -> list[dict[str, object]]:
    """Every channel; when a secret is missing, that alone."""
    from alerts.channels import open_channels
    from vigie.clock import SystemClock

    try:
        channels = open_channels(config, os.environ, SystemClock())
    except ConfigError as error:
        return [{"what": "channels", "ok": False, "says": problem} for problem in error.problems]
    return await asyncio.gather(*(_try_channel(name, channel) for name, channel in channels.items()))


async def _try_channel(name: str, channel: "Channel") -> dict[str, object]:
    from config.schema import MAIL

    what = "mail" if name == MAIL else f"channel {name}"
    try:
        return {"what": what, "ok": True, "says": await channel.check()}
    except VigieError as error:
        return {"what": what, "ok": False, "says": str(error)}


async def _try_hosts(config: "Config") -> dict[str, object]:
    """Whether something listens where the sources are (or at the proxy); no page is asked for."""
    addresses = [config.settings.crawl.proxy] if config.settings.crawl.proxy else [one.url for one in config.watched_sources]
    hosts = {(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)) for parts in map(urlsplit, addresses)}
    failures = [failure for failure in await asyncio.gather(*(_try_host(*host) for host in sorted(hosts))) if failure]
    says = f"{len(hosts) - len(failures)} of {len(hosts)} hosts answer"
    return {"what": "sources", "ok": not failures, "says": "; ".join([says, *failures])}


async def _try_host(host: str, port: int) -> str:
    """What went wrong, or nothing."""
    try:
        async with asyncio.timeout(_HOST_PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port)
        writer.close()
    except TimeoutError:
        return f"{host}:{port} does not answer"
    except OSError as error:
        return f"{host}:{port}: {error.strerror or error}"
    return ""


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for what the demo writes.")] = Path("demo-out"),
    seed: Annotated[int, typer.Option("--seed", help="Another seed tells the same story with other texts and times.")] = 1,
    store: Annotated[StoreKind, typer.Option("--store", help="Where the mentions are kept.")] = StoreKind.SQLITE,
    store_host: Annotated[
        str, typer.Option("--store-host", help="Address of the Elasticsearch server; the demo has indexes of its own there.")
    ] = "http://127.0.0.1:9200",
) -> None:
    """Run the whole job offline, on a small web made for it: collect, analyse, detect, mail.

    Ends by itself in about a minute. A second run on the same folder finds everything known and mails nothing twice.

    Example: vigie demo --out demo-out
    """
    from vigie.demo.run import run_demo
    from vigie.demo.world import DemoStore

    raise typer.Exit(run_demo(out, seed, DemoStore(store, store_host, f"vigie-demo-{seed}")))
