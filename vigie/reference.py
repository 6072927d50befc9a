"""Writes docs/configuration.md from the schema and the registered extensions: `make docs`. A test keeps the file true."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.schema import (
    Brand,
    ChannelRow,
    DigestRow,
    EventRow,
    Person,
    Rota,
    RouteRow,
    RuleRow,
    Settings,
    SiteManners,
    SourceRow,
    Theme,
    Transformer,
)
from vigie.extensions import extensions

_OPENING = """# Configuration

Four TOML files in one folder, and `themes.toml`, which may be missing. `vigie init DIR` writes them with comments, `vigie check`
validates them and names every problem at once. Unknown keys are refused. Durations are ISO 8601 (`PT15M`) or seconds.

This page is generated from the schema by `make docs`; a test fails when the two differ.

Secrets come from the environment only: `VIGIE_SMTP_USER`, `VIGIE_SMTP_PASSWORD`, `VIGIE_PSEUDONYM_KEY`, `VIGIE_LINK_KEY`, and
for a channel `VIGIE_CHANNEL_<ID>_URL` and `_TOKEN` (its id in capitals, `-` as `_`); or from a file named by the same variable
with `_FILE` behind it.
"""


def reference() -> Iterator[str]:
    """The page, part by part."""
    known = extensions()
    yield _OPENING
    yield "## vigie.toml\n"
    for name, section in Settings.model_fields.items():
        yield from _table(f"### [{name}]", section.annotation)
        if name == "crawl":
            yield from _table('### [crawl.sites."host"]', SiteManners)
        if name == "analysis":
            yield from _table("### [analysis.transformer]", Transformer)
            yield from _components(known.components)
    yield from _table("## brands.toml: [[brand]]", Brand)
    yield from _table("## sources.toml: [[source]]", SourceRow)
    for name, model in known.kinds.items():
        yield from _table(f'### [source.options] for kind = "{name}"', model)
    yield from _table("## alerts.toml: [[rule]]", RuleRow)
    for name, model in known.rules.items():
        yield from _table(f'### [rule.options] for kind = "{name}"', model)
    yield from _table("## alerts.toml: [[channel]]", ChannelRow)
    for name, channel in known.channels.items():
        yield from _table(f'### [channel.options] for kind = "{name}"', channel)
    yield from _table("## alerts.toml: [[route]]", RouteRow)
    yield from _table("## alerts.toml: [[digest]]", DigestRow)
    yield from _table("## alerts.toml: [[person]]", Person)
    yield from _table("## alerts.toml: [rota]", Rota)
    yield from _table("## themes.toml: [[theme]]", Theme)
    yield from _table("## calendar.toml: [[event]]", EventRow)
    yield "`calendar.toml` may be missing; `vigie calendar add` writes it. So may `crisis_words.txt`, one word a line.\n"


def _table(title: str, model: Any) -> Iterator[str]:
    yield f"{title}\n"
    fields = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
    if not fields:
        yield "No options.\n"
        return
    yield "| key | default | meaning |\n|---|---|---|"
    for name, field in fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        yield f"| `{name}` | {_default(field)} | {meaning} |"
    yield ""


def _components(models: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    """The options of the steps that read a text, in the order in which they do."""
    yield "#### [analysis.components.NAME]\n\n| NAME | key | default | meaning |\n|---|---|---|---|"
    for name, model in models.items():
        for key, field in model.model_fields.items():
            yield f"| {name} | `{key}` | {_default(field)} | {field.description} |"
    yield ""


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined and field.default_factory is None:
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "a table"
    return f"`{value!s}`" if value not in ("", None) else "empty"


if __name__ == "__main__":
    sys.stdout.write("\n".join(reference()).rstrip() + "\n")
