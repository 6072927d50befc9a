"""The language of a text: detected by py3langid, with what the source declares as prior. Part of the gate."""

from collections.abc import Sequence
from functools import cached_property
from heapq import nlargest
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from analysis.folding import without_addresses
from vigie.query import primary_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Languages that French, Belgian, Swiss and Canadian sources are seen to carry; fewer candidates make fewer errors on short texts.
_PLAUSIBLE = ("fr", "en", "es", "de", "it", "nl", "pt", "ca", "ro", "pl", "tr", "ru", "ar", "zh", "ja")
_DECLARED_ODDS = 20.0  # a declared language is dropped only when another is 20 times likelier
_USUAL_ODDS = 4.0  # the same for the first kept language, where nothing is declared
_SHORTEST_JUDGED = 20  # letters; "merci Orange" is Italian and Polish to the detector
_LONGEST_READ = 2000  # characters; more change no answer
# Of a longer text every third hundred characters are read first. Where they leave no doubt, the whole said the same of 1,000
# texts put together from French and English pieces and of 473 in one language; a third of the mixed ones were read in full.
_LONG, _PIECE, _SAMPLED = 600, 100, 3
_NO_DOUBT = 1e5  # to one, against any other language


class LanguageDetector:
    """Tells the language of texts. Its model is loaded for the first one: half a second."""

    def __init__(self, kept: Sequence[str], *, detects: bool = True) -> None:
        """`kept` are the languages whose mentions are kept, the usual one first (ISO 639-1).

        One that does not detect believes what is declared, and keeps all.
        """
        self._kept, self._detects = tuple(kept), detects

    @cached_property
    def _identifier(self) -> "LanguageIdentifier":
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - read by commands that analyse only

        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        known = set(identifier.labels)
        identifier.set_languages([language for language in {*_PLAUSIBLE, *self._kept} if language in known])
        return identifier

    def language_of(self, text: str, declared: str | None = None) -> str:
        """The ISO 639-1 code of the language of `text`; short texts have the declared language, else the usual one."""
        usual = primary_language(declared or "") or (self._kept[0] if self._kept else "")
        if not self._detects:
            return usual
        readable = without_addresses(text[:_LONGEST_READ])
        if usual and next(islice(filter(str.isalpha, readable), _SHORTEST_JUDGED - 1, None), None) is None:
            return usual
        odds = _DECLARED_ODDS if declared else _USUAL_ODDS
        if len(readable) > _LONG and self._likeliest(_sample(readable), usual, odds) == (usual, True):
            return usual
        return self._likeliest(readable, usual, odds)[0]

    def _likeliest(self, text: str, usual: str, odds: float) -> tuple[str, bool]:
        """The likeliest language, the usual one being `odds` times likelier than the text says, and whether there is no doubt."""
        chances = [(chance * (odds if language == usual else 1.0), language) for language, chance in self._identifier.rank(text)]
        best, second = nlargest(2, chances, key=itemgetter(0))
        return best[1], best[0] >= _NO_DOUBT * second[0]

    def keeps(self, language: str) -> bool:
        """Whether mentions in `language` are kept; all are when no language was named."""
        return not self._detects or not self._kept or language in self._kept


def _sample(text: str) -> str:
    """A third of `text`, from all over it."""
    return " ".join(text[start : start + _PIECE] for start in range(0, len(text), _SAMPLED * _PIECE))
