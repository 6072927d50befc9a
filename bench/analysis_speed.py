"""Prints what analysis costs: documents per CPU second, start-up, memory. `python bench/analysis_speed.py [DOCUMENTS]`.

CPU seconds, so that a busy machine changes less; still it may double them, so that a yardstick is measured in the same process:
spaCy's French tokenizer on the same texts. Each profile is measured in a process of its own, then in two at once. Texts are put
together from the project's corpus, half of 300 and half of 1,300 characters; brands have made-up names. Modules are compiled
before, as they are where a package was installed.
"""

import csv
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.assemble import build_analyser
from analysis.gate import Gate
from analysis.stories import MemoryStoryIndex
from config.schema import Analyse, Brand
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id

_CORPUS = Path(__file__).resolve().parents[1] / "analysis" / "corpus"
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_LENGTHS = (300, 1300)
_SYLLABLES = ["va", "lo", "ri", "mé", "ta", "zu", "ne", "co", "pi", "dra"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process saw of one profile: CPU seconds until the first answer, documents per CPU second, MB, wall seconds.

    `yardstick` is how many texts spaCy's tokenizer cuts per CPU second at that time.
    """

    start_s: float
    all_relevant: float
    one_in_twenty: float
    memory_mb: float
    wall_s: float
    yardstick: float


def main() -> None:
    """Measures the gate, then both profiles."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    many = _brands(1000)
    listed = [Brand(id=brand.id, name=brand.name, query=f"{brand.query} -liste:emploi -liste:promos") for brand in many]
    for what, brands in (("1 brand", many[:1]), ("1000 brands", many), ("1000 brands with two lists each", listed)):
        gate, documents = Gate(brands, ["fr"]), _documents(wanted, brands, one_in=0)
        rate = _rate(lambda gate=gate, documents=documents: [gate.admit(document) for document in documents], wanted)
        _say(f"gate, {what}, none relevant: {rate:,.0f} per CPU second")
    with TemporaryDirectory() as compiled:
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        _run("quality", 10, 1)
        _measure_profiles(wanted)


def _measure_profiles(wanted: int) -> None:
    for profile in ("fast", "quality"):
        (alone,), pair = _run(profile, wanted, 1), _run(profile, wanted, 2)
        _say(f"{profile}: {alone.all_relevant:,.0f} per CPU second when all are relevant, {alone.one_in_twenty:,.0f} at 1 in 20")
        _say(f"   start-up {alone.start_s:.1f} CPU s, memory {alone.memory_mb:,.0f} MB")
        _say(f"   beside it spaCy's French tokenizer alone cuts {alone.yardstick:,.0f} such texts per CPU second")
        by_clock, by_cpu = 2 * alone.wall_s / max(cost.wall_s for cost in pair), sum(cost.all_relevant for cost in pair)
        _say(
            f"   two at once do {by_clock:.2f} times the work of one by the clock, {by_cpu / alone.all_relevant:.2f} by CPU time"
        )


def _run(profile: str, wanted: int, processes: int) -> list[Cost]:
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return list(pool.map(partial(_measure, profile), [wanted] * processes))


def _measure(profile: str, wanted: int) -> Cost:
    """What `wanted` documents cost; the first tenth of them warms up."""
    brands = _brands(1000)
    texts = _documents(wanted + wanted // 10, brands, one_in=1)
    mixed = _documents(wanted, brands, one_in=20)
    began = time.process_time()
    analyser = build_analyser(brands, Analyse(profile=profile), MemoryStoryIndex())
    analyser.analyse(texts[:1])
    start_s = time.process_time() - began
    analyser.analyse(texts[1 : wanted // 10])
    wall = time.perf_counter()
    every = _rate(partial(analyser.analyse, texts[wanted // 10 :]), wanted)
    wall_s = time.perf_counter() - wall
    few = _rate(partial(analyser.analyse, mixed), wanted)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(start_s, every, few, memory, wall_s, _yardstick(texts))


def _yardstick(documents: Sequence[Document]) -> float:
    from spacy import blank  # noqa: PLC0415 - after the memory was read

    tokenizer = blank("fr").tokenizer
    return _rate(lambda: [tokenizer(document.text) for document in documents], len(documents))


def _rate(work: Callable[[], object], documents: int) -> float:
    began = time.process_time()
    work()
    return documents / (time.process_time() - began)


def _documents(count: int, brands: Sequence[Brand], one_in: int) -> list[Document]:
    """Documents of which one in so many names a brand, or none, of either length; the same each time."""
    texts, seed = _texts(), random.Random(11)
    names = [brands[place % len(brands)].name if one_in and place % one_in == 0 else "" for place in range(count)]
    return [_document(texts, seed.choice(_LENGTHS), name, place) for place, name in enumerate(names)]


def _document(texts: Iterator[str], length: int, brand: str, place: int) -> Document:
    text = f"Bravo {brand} !" if brand else "Bravo !"
    while len(text) < length:
        text = f"{text} {next(texts)}"
    url = f"https://exemple.fr/{place}"
    published = PublicationDate(_NOON, DateSource.META, 1.0)
    return Document(document_id(url), "exemple", DocumentKind.COMMENT, url, "", text[:length], None, published, _NOON, "fr")


def _texts() -> Iterator[str]:
    """The texts of the corpus in one fixed disorder, over and over."""
    texts = []
    for path in sorted(_CORPUS.glob("fr_*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    random.Random(7).shuffle(texts)
    return cycle(texts)


def _brands(count: int) -> list[Brand]:
    """Distinct made-up brand names of four syllables."""
    seed = random.Random(7)
    names = {"".join(seed.choice(_SYLLABLES) for _ in range(4)).capitalize() for _ in range(count * 2)}
    return [Brand(id=f"m{place}", name=name, query=name) for place, name in enumerate(sorted(names)[:count])]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
