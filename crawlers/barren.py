"""Pages in which nothing was found although their source brings something: a few are kept, so that the reader can be mended.

`vigie explain page` reads them. They lie in the data folder and hold what people wrote: they are removed after a month, and
whenever somebody's texts are erased.
"""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from crawlers.visit import Page

FOLDER = "barren-pages"
KEPT_FOR = timedelta(days=30)
_MAX_BYTES = 2_000_000


def keep_pages(folder: Path, source_id: str, pages: Sequence[Page]) -> None:
    """Writes the pages, the first line of each being its address, in place of those that the source had. Raises: OSError."""
    forget_pages(folder, source_id)
    place = folder / source_id
    place.mkdir(parents=True)
    for number, page in enumerate(pages, start=1):
        address = page.url.replace("--", "%2D%2D")
        content = f"<!-- {address} -->\n".encode("utf-8", "replace") + page.body[:_MAX_BYTES]
        (place / f"{number}.html").write_bytes(content)


def kept_pages(folder: Path, source_id: str) -> Sequence[Path]:
    """The pages that are kept of a source, in the order in which they were read."""
    return sorted((folder / source_id).glob("*.html"))


def forget_pages(folder: Path, source_id: str | None = None) -> None:
    """Removes the pages of a source, or all of them."""
    shutil.rmtree(folder / source_id if source_id else folder, ignore_errors=True)


def forget_old_pages(folder: Path, now: datetime) -> None:
    """Removes the pages that are older than KEPT_FOR."""
    for place in folder.glob("*"):
        if place.stat().st_mtime < (now - KEPT_FOR).timestamp():
            forget_pages(folder, place.name)
