"""`vigie kibana`: its objects sent to Kibana, or checked against the indexes."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, print_json
from vigie.errors import VigieError

app = typer.Typer(help="Send Vigie's dashboards to Kibana, or check them against the indexes.", no_args_is_help=True)

_SHIPPED = Path(__file__).parents[2] / "deploy" / "kibana" / "vigie.ndjson"
Objects = Annotated[
    Path, typer.Option("--file", envvar="VIGIE_KIBANA_OBJECTS", help="Kibana objects.", exists=True, dir_okay=False)
]


@app.command()
def push(folder: ConfigFolder = Path(), file: Objects = _SHIPPED) -> None:
    """Send data views, saved searches and dashboards to the Kibana of `[kibana]`; those of an earlier time are replaced.

    The key comes from VIGIE_KIBANA_API_KEY (or a file that VIGIE_KIBANA_API_KEY_FILE names). Exit code 1 when one is refused.

    Example: vigie kibana push -c ma-veille
    """
    from config.secrets import secret
    from vigie.kibana.objects import with_prefix
    from vigie.kibana.push import push as send

    settings = load_config(folder).settings
    if not settings.kibana.url:
        raise VigieError("vigie.toml: kibana.url is empty; write there where Kibana is")
    objects = with_prefix(file.read_text("utf-8"), settings.store.index_prefix)
    key = secret("VIGIE_KIBANA_API_KEY", os.environ)
    pushed = asyncio.run(send(objects, settings.kibana.url, settings.kibana.space, key))
    typer.echo(f"Kibana took {pushed.accepted} objects")
    for line in pushed.refused:
        typer.echo(f"refused: {line}", err=True)
    if pushed.refused:
        raise typer.Exit(1)


@app.command()
def check(folder: ConfigFolder = Path(), file: Objects = _SHIPPED, as_json: AsJson = False) -> None:
    """Check that the indexes have every field that the objects name, and that each panel's query gives something.

    Asks Elasticsearch, not Kibana. Exit code 1 when something is missing.

    Example: vigie kibana check -c ma-veille
    """
    from vigie.kibana.check import check_objects
    from vigie.kibana.objects import read_objects, with_prefix
    from vigie.store.elasticsearch.client import open_client, translated

    config = load_config(folder)
    if config.settings.store.kind != "elasticsearch":
        raise VigieError('vigie.toml: Kibana reads an Elasticsearch store; write [store] kind = "elasticsearch"')
    objects = read_objects(with_prefix(file.read_text("utf-8"), config.settings.store.index_prefix))
    with translated(), open_client(config, os.environ) as client:
        findings = list(check_objects(client, objects))
    if as_json:
        print_json({"where": one.where, "ok": one.ok, "says": one.says} for one in findings)
    else:
        for one in findings:
            typer.echo(f"{'ok    ' if one.ok else 'FAILED'}  {one.where}: {one.says}")
    if not all(one.ok for one in findings):
        raise typer.Exit(1)
