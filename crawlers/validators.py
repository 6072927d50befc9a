"""Conditional requests: the validators of what was read last, kept in the source's memory."""

from crawlers.visit import Page, Validators, Visit


async def get_if_changed(visit: Visit, url: str) -> Page:
    """The page, or an empty one that is `not_modified` since `mark_read`. Raises: FetchError, PassOver."""
    stored = visit.memory.get(_row(url))
    etag, _, last_modified = (stored or "").partition("\n")
    return await visit.get(url, Validators(etag, last_modified))


def mark_read(visit: Visit, url: str, page: Page) -> None:
    """Lets the next pass skip this version; to be called once everything that the page announces is remembered."""
    if not page.not_modified:
        found = page.validators
        visit.memory.set(_row(url), f"{found.etag}\n{found.last_modified}" if found.etag or found.last_modified else None)


def _row(url: str) -> str:
    return f"validators:{url}"
