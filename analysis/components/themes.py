"""What a text complains of. Writes `doc._.themes`, ids of themes; reads `doc._.sentiment` where it was written before."""

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from analysis.sentiment.passage import passage_of
from analysis.themes import ThemeFinder
from config.load import shipped_themes
from config.schema import Theme

NAME = "vigie_themes"


class ThemesComponent:
    """Finds the shipped themes, until `find_with` gives it the team's."""

    def __init__(self) -> None:
        self._finder: ThemeFinder | None = None

    def find_with(self, themes: Sequence[Theme]) -> None:
        """Uses `themes` from now on; spaCy's configuration cannot carry them. Raises: QueryError."""
        self._finder = ThemeFinder(themes)

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "themes", self._themes)

    def _themes(self, doc: Doc) -> tuple[str, ...]:
        if self._finder is None:
            self.find_with(shipped_themes())
            return self._themes(doc)
        sentiment = doc._.sentiment
        return tuple(hit.id for hit in self._finder.find(passage_of(doc), sentiment.label if sentiment else None))


@Language.factory(NAME)
def create(nlp: Language, name: str) -> ThemesComponent:
    """The component, with the shipped themes."""
    return ThemesComponent()
