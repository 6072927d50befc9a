"""The demo's four configuration files: the templates of `vigie/demo/files/` with this run's ports and folders."""

from collections.abc import Mapping
from importlib.resources import files
from string import Template

NAMES = ("vigie.toml", "brands.toml", "sources.toml", "alerts.toml")


def demo_files(port: int, smtp_port: int, *, folder: str = "data", spacy_model: str = "fr_core_news_md") -> Mapping[str, str]:
    """The text of each file by its name. `port` is the invented web's, `smtp_port` the mail server's; both on loopback."""
    values = {"port": port, "smtp_port": smtp_port, "folder": folder, "spacy_model": spacy_model}
    templates = files("vigie.demo").joinpath("files")
    return {name: Template(templates.joinpath(name).read_text(encoding="utf-8")).substitute(values) for name in NAMES}
