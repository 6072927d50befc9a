"""A letter on paper: the HTML of its mail as a PDF, for those who print or file it.

Beside `alerts.mail`, from the same letter and templates, so that the two cannot drift. WeasyPrint is an extra
(`pip install 'vigie[pdf]'`) and wants Pango from the system; nothing is fetched, from the network or from the disk.
"""

import base64
from pathlib import Path

from alerts.letter import Letter
from alerts.rendering import numbered, rendered
from alerts.texts import Wording
from vigie.errors import ConfigError

_SHEET = """
@page { size: A4; margin: 14mm 16mm; }
body, .page, .sheet { background: white !important; border: 0 !important; }
.margin, .body { padding: 0 !important; }
.sheet { max-width: none !important; }
h2 { break-after: avoid; }
.item, .facts, .chart { break-inside: avoid; }
"""


def printed(letter: Letter, wording: Wording, folder: Path) -> bytes:
    """The letter as a PDF of A4 pages, with the team's templates in `folder` where there are any."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - an extra of its own, and a second
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    cids = numbered(letter)
    page = rendered(letter, wording, cids, folder).html
    for picture, cid in cids.items():
        page = page.replace(f"cid:{cid}", f"data:image/png;base64,{base64.b64encode(picture.chart.png()).decode()}")
    inside_only = URLFetcher(allowed_protocols=["data"])
    made: bytes = HTML(string=page, url_fetcher=inside_only).write_pdf(stylesheets=[CSS(string=_SHEET)])
    return made


def require_printer(wanted_by: str) -> None:
    """Raises: ConfigError, beginning with `wanted_by`, where WeasyPrint or the libraries it needs are missing."""
    try:
        import weasyprint  # noqa: F401, PLC0415
    except (ImportError, OSError) as error:
        says = f"{wanted_by}: pdf wants WeasyPrint (pip install 'vigie[pdf]') and Pango: {str(error).splitlines()[0]}"
        raise ConfigError([says]) from error
