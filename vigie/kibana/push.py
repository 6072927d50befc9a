"""The objects sent to Kibana, by the import API of saved objects: what has an id that is there is replaced."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from vigie.errors import VigieError

_PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What Kibana says of an import: how many objects it took, and a line for each that it did not."""

    accepted: int
    refused: tuple[str, ...]


async def push(ndjson: str, url: str, space: str, api_key: str | None) -> Pushed:
    """Sends the objects. Raises: VigieError when Kibana does not answer, refuses the key or the whole file."""
    form = aiohttp.FormData()
    form.add_field("file", ndjson.encode(), filename="vigie.ndjson", content_type="application/ndjson")
    headers = {"kbn-xsrf": "vigie", **({"Authorization": f"ApiKey {api_key}"} if api_key else {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, headers=headers, trust_env=True) as session,
            session.post(import_address(url, space), params={"overwrite": "true"}, data=form, allow_redirects=False) as answer,
        ):
            status, body = answer.status, await answer.text(errors="replace")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise VigieError(
            f"Kibana does not answer at {url} ({type(error).__name__}); is it running, is kibana.url right?"
        ) from error
    return _pushed(status, body, url)


def import_address(url: str, space: str) -> str:
    """The address of the import API in a space; an empty space is the default one."""
    inside = f"/s/{space}" if space and space != "default" else ""
    return f"{url.rstrip('/')}{inside}/api/saved_objects/_import"


def _pushed(status: int, body: str, url: str) -> Pushed:
    if status in (401, 403):
        raise VigieError(f"Kibana refuses who asks ({status}): check VIGIE_KIBANA_API_KEY and its rights on saved objects")
    if status != 200:
        raise VigieError(f"Kibana at {url} answers {status}: {_message(body)}")
    try:
        answer: dict[str, Any] = json.loads(body)
        refused = tuple(f"{one['type']} {one['id']}: {one['error']['type']}" for one in answer.get("errors", []))
        return Pushed(int(answer["successCount"]), refused)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VigieError(f"{url} answers, but not as Kibana does; is kibana.url right?") from error


def _message(body: str) -> str:
    try:
        return str(json.loads(body)["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return "no reason given"
