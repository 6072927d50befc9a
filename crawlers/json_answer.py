"""JSON answers of services, read with care: a field that is missing or of another type is empty, never an error."""

import json
from collections.abc import Mapping
from typing import Any

from crawlers.visit import Page
from vigie.errors import FetchError

Node = Mapping[str, Any]


def json_in(page: Page) -> Any:
    """What a page says. Raises: FetchError (`not_json`)."""
    try:
        return json.loads(page.body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise FetchError(page.url, "not_json", f"the answer is no JSON: {str(error)[:120]}") from error


def at(node: Any, *path: str | int) -> Any:
    """What stands at the end of a path of keys and places; None where it breaks off."""
    for step in path:
        if isinstance(step, str):
            node = node.get(step) if isinstance(node, dict) else None
        else:
            node = node[step] if isinstance(node, list) and len(node) > step else None
    return node


def text_at(node: Any, *path: str | int) -> str:
    """The text or number at a path, as text; empty for anything else."""
    value = at(node, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def rows_at(node: Any, *path: str | int) -> list[Node]:
    """The objects of a list; empty for anything else."""
    value = at(node, *path)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
