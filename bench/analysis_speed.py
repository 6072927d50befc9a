"""Prints what analysis costs, in documents per CPU second: `python bench/analysis_speed.py [DOCUMENTS]`.

CPU seconds of one process, so that a busy machine changes little. Texts are made up of French sentences from a fixed seed.
"""

import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from analysis.assemble import build_analyser
from analysis.gate import Gate
from analysis.stories import MemoryStoryIndex
from config.schema import Analyse, Brand
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_SUBJECTS = ["Le réseau", "La direction", "Mon conseiller", "Le service client", "Le nouveau forfait", "La boutique du centre"]
_VERBS = [
    "ne répond plus",
    "promet un geste",
    "a changé d'avis",
    "reste introuvable",
    "inquiète les abonnés",
    "me convient très bien",
]
_ENDS = ["depuis hier soir", "dans tout le département", "malgré trois relances", "à la veille des fêtes", "selon les syndicats"]
_SYLLABLES = ["va", "lo", "ri", "mé", "ta", "zu", "ne", "co", "pi", "dra"]


def main() -> None:
    """Measures the gate, then the whole analyser."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = random.Random(7)
    many = [Brand(id=f"m{place}", name=name, query=name) for place, name in enumerate(_names(seed, 1000))]
    for sentences in (2, 40):
        documents = [_document(seed, sentences, "") for _ in range(max(100, wanted * 2 // sentences))]
        for brands in (many[:1], many):
            _print(f"gate, {len(brands)} brands, {sentences} sentences", len(documents), _gate(brands, documents))
    _measure_analyser(many, wanted, seed)


def _measure_analyser(brands: Sequence[Brand], wanted: int, seed: random.Random) -> None:
    started = time.process_time()
    analyser = build_analyser(brands, Analyse(), MemoryStoryIndex())
    analyser.analyse([_document(seed, 1, brands[0].name)])
    sys.stdout.write(f"load: {time.process_time() - started:.1f} CPU s\n")
    for one_in in (1, 20):
        documents = [_document(seed, 2, brands[place % 1000].name if place % one_in == 0 else "") for place in range(wanted)]
        _print(f"analyser, 1 in {one_in} relevant, 2 sentences", wanted, partial(analyser.analyse, documents))
    sys.stdout.write(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n")


def _gate(brands: Sequence[Brand], documents: Sequence[Document]) -> Callable[[], object]:
    gate = Gate(brands, ["fr"])
    return lambda: [gate.admit(document) for document in documents]


def _print(what: str, documents: int, work: Callable[[], object]) -> None:
    started = time.process_time()
    work()
    sys.stdout.write(f"{what}: {documents / (time.process_time() - started):,.0f} documents per CPU second\n")


def _document(seed: random.Random, sentences: int, brand: str) -> Document:
    """A document that names `brand` once, unless it is empty."""
    parts = [f"{seed.choice(_SUBJECTS)} {seed.choice(_VERBS)} {seed.choice(_ENDS)}." for _ in range(sentences)]
    url = f"https://exemple.fr/{seed.getrandbits(64)}"
    text = " ".join([*parts, f"Bravo {brand} !" if brand else ""])
    published = PublicationDate(_NOON, DateSource.META, 1.0)
    return Document(document_id(url), "exemple", DocumentKind.COMMENT, url, "", text, None, published, _NOON, "fr")


def _names(seed: random.Random, count: int) -> list[str]:
    """Distinct made-up brand names of four syllables."""
    names = {"".join(seed.choice(_SYLLABLES) for _ in range(4)).capitalize() for _ in range(count * 2)}
    return sorted(names)[:count]


if __name__ == "__main__":
    main()
