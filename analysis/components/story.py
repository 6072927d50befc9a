"""Files a text under its story: copies of one dispatch are one voice. Writes `doc._.story_id`."""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from analysis.stories import MemoryStoryIndex, Storyteller, StoryText
from vigie.model import Document
from vigie.ports import StoryIndex

NAME = "vigie_story"


class StoryComponent:
    """Remembers for as long as it lives, until `remember_in` gives it a lasting index."""

    def __init__(self) -> None:
        self._teller = Storyteller(MemoryStoryIndex())

    def remember_in(self, index: StoryIndex) -> None:
        """Uses `index` from now on; spaCy's configuration cannot carry one."""
        self._teller = Storyteller(index)

    def keep(self) -> None:
        """Makes what was filed last. Raises: StoreUnavailable."""
        self._teller.keep()

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "story_id", lambda doc: self._teller.story_of(_story_text(doc._.document), doc._.document.seen_at))


def _story_text(document: Document) -> StoryText:
    return StoryText(
        id=document.id,
        title=document.title,
        text=document.text,
        published_at=document.published.at,
        source=document.source_id,
        author=document.author,
        kind=document.kind,
    )


@Language.factory(NAME)
def create(nlp: Language, name: str) -> StoryComponent:
    """The component, with an index of its own."""
    return StoryComponent()
