"""How much of an article's text Vigie finds, beside trafilatura alone: python bench/extraction.py FOLDER [develop|aside]

FOLDER is a copy of github.com/scrapinghub/article-extraction-benchmark (MIT), which is not part of this project:
`ground-truth.json` and `html/*.html.gz`. The figure is that project's own: shingles of four words, each page weighing the same,
F1 of the mean precision and the mean recall. Pages are parted by their names into a half that rules may be tried on (`develop`)
and a half that is only measured (`aside`). "no brand" is the first pass alone, with which most pages of a watch end: all that a
page shows in paragraphs, so its F1 is no aim.
"""

import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.sieve import name_sieve
from config.schema import Brand
from crawlers.extract import read_article

ABSENT = [Brand(id="absent", name="Xyqzvw", query="xyqzvw")]
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
_WORD = re.compile(r"\w+")
_SHINGLE = 4

Extract = Callable[[bytes, str], str]


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    url: str
    html: bytes
    text: str


def pages(folder: Path, half: str) -> Iterator[Page]:
    """The pages of one half, or all: a page is kept aside when the first figure of its name (a hash) is odd."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for name, row in sorted(truth.items()):
        is_aside = int(name[0], 16) % 2 == 1
        if half == "all" or is_aside == (half == "aside"):
            html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield Page(name, row.get("url", ""), html, row["articleBody"])


def shares(true: str, found: str) -> tuple[float, float]:
    """Precision and recall of a text, as the benchmark counts them."""
    wanted, had = _shingles(true), _shingles(found)
    common = sum((wanted & had).values())
    if not common:
        return (1.0, 1.0) if not wanted and not had else (0.0, 0.0)
    return common / had.total(), common / wanted.total()


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(s for start in range(max(1, len(words) - _SHINGLE + 1)) if (s := tuple(words[start : start + _SHINGLE])))


def of_vigie(html: bytes, url: str) -> str:
    return read_article(html, url or "https://journal.example/article", encoding=None, now=NOW, zone="UTC").text


def of_first_pass(html: bytes, url: str) -> str:
    """What is read of a page that can name no brand."""
    return read_article(
        html, url or "https://journal.example/article", encoding=None, now=NOW, zone="UTC", may_name=name_sieve(ABSENT)
    ).text


def of_trafilatura(html: bytes, url: str) -> str:
    return trafilatura.extract(html, include_comments=False, include_tables=True) or ""


def main() -> None:
    if len(sys.argv) < 2:
        print("extraction: not measured, the path of the benchmark is wanted")
        return
    chosen = tuple(pages(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "all"))
    for label, extract in (("trafilatura", of_trafilatura), ("Vigie", of_vigie), ("no brand", of_first_pass)):
        started = time.process_time()
        texts = [extract(page.html, page.url) for page in chosen]
        spent = time.process_time() - started
        rows = [shares(page.text, text) for page, text in zip(chosen, texts, strict=True)]
        precision = statistics.mean(row[0] for row, text in zip(rows, texts, strict=True) if text)
        recall = statistics.mean(row[1] for row in rows)
        f1 = 2 * precision * recall / (precision + recall)
        figures = f"F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}"
        print(f"{label:12} {figures}  {len(rows) / spent:5.1f} pages per CPU second")


if __name__ == "__main__":
    main()
