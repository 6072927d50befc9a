"""What makes loading the analysis cheap: spaCy without its command line, and no garbage collection of what comes to stay."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_COMMAND_LINE = ("spacy.cli", "spacy.cli.info")


def import_spacy() -> None:
    """Imports spaCy without its command line, which its front door opens: a web client and 370 modules, a third of the import.

    Who asks for `spacy.cli` later gets it; only the shorthand `spacy.info` is missing.
    """
    if "spacy" in sys.modules:
        return
    stand_ins = {name: ModuleType(name) for name in _COMMAND_LINE}
    stand_ins["spacy.cli.info"].__dict__["info"] = None
    sys.modules.update(stand_ins)
    try:
        import spacy  # noqa: PLC0415 - takes more than a second

        vars(spacy).pop("info", None)
    finally:
        for name in stand_ins:
            del sys.modules[name]


@contextmanager
def to_stay() -> Iterator[None]:
    """What is made inside is taken for lasting: the garbage collector waits, and the first time in a process sets it aside.

    Lexica are hundreds of thousands of objects. To go through them while they grow took a tenth of the start, and 2 % of the time
    of texts later. The thresholds are changed, for spaCy's reader of tables switches the collector itself off and on.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(0)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if not gc.get_freeze_count():
            gc.freeze()
