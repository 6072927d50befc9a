import gc
import subprocess
import sys

import pytest

from analysis.loading import to_stay

_SPACY = """
import sys
from analysis.loading import import_spacy
import_spacy()
import spacy
assert not {"spacy.cli", "spacy.cli.info", "weasel"} & sys.modules.keys()
assert spacy.blank("fr")("Bonjour le monde")[2].text == "monde"
from spacy.cli import download
assert download.__module__ == "spacy.cli.download"
import_spacy()
"""
_ANALYSIS = """
import sys
from datetime import UTC, datetime
from analysis.assemble import build_analyser
from analysis.stories import MemoryStoryIndex
from config.schema import Analyse, Brand
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id
noon, url = datetime(2026, 3, 2, 12, tzinfo=UTC), "https://exemple.fr/1"
published = PublicationDate(noon, DateSource.META, 1.0)
document = Document(document_id(url), "exemple", DocumentKind.COMMENT, url, "", "Bravo Marelle !", None, published, noon, "fr")
analyser = build_analyser([Brand(id="m", name="Marelle", query="Marelle")], Analyse(profile="fast"), MemoryStoryIndex())
assert analyser.analyse([document])[0].mentions
assert "spacy" in sys.modules and "spacy.cli" not in sys.modules
"""


@pytest.mark.parametrize("program", [_SPACY, _ANALYSIS], ids=["spaCy", "the analysis"])
def test_spacy_comes_without_its_command_line(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_collector_waits_while_something_is_loaded_and_goes_on_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="unreadable"), to_stay():
        assert gc.get_threshold()[0] == 0
        raise ValueError("unreadable")
    assert gc.get_threshold() == before


def test_what_was_loaded_is_set_aside_once_in_a_process() -> None:
    with to_stay():
        pass
    aside = gc.get_freeze_count()
    lasting = [[] for _ in range(1000)]
    with to_stay():
        pass
    assert 0 < gc.get_freeze_count() <= aside
    assert len(lasting) == 1000
