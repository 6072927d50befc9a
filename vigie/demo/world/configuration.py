"""The demo's four configuration files: the templates of `vigie/demo/files/` with this run's ports and folders."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Template

NAMES = ("vigie.toml", "brands.toml", "sources.toml", "alerts.toml")


@dataclass(frozen=True, slots=True)
class DemoStore:
    """Where the demo keeps its mentions. `host` and `prefix` are an Elasticsearch's, which also holds other mentions."""

    kind: str = "sqlite"
    host: str = ""
    prefix: str = ""

    @property
    def table(self) -> str:
        """The lines of `[store]`."""
        lines = {"kind": self.kind} | ({"hosts": [self.host], "index_prefix": self.prefix} if self.kind != "sqlite" else {})
        return "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items())


def demo_files(
    port: int,
    smtp_port: int,
    *,
    folder: str = "data",
    spacy_model: str = "fr_core_news_md",
    store: DemoStore = DemoStore(),
) -> Mapping[str, str]:
    """The text of each file by its name. `port` is the invented web's, `smtp_port` the mail server's; both on loopback."""
    values = {"port": port, "smtp_port": smtp_port, "folder": folder, "spacy_model": spacy_model, "store": store.table}
    templates = files("vigie.demo").joinpath("files")
    return {name: Template(templates.joinpath(name).read_text(encoding="utf-8")).substitute(values) for name in NAMES}
