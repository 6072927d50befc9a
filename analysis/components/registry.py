"""Which steps read a text, in which order, and the options of each: what `[analysis.components.NAME]` of vigie.toml may say.

Declared here and nowhere else; `analysis.gate` and `analysis.assemble` follow it. Holds no spaCy, so that a configuration is
checked without it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from config.schema import Analyse, Strict


class Options(Strict):
    """The options of a step that is always there."""

    @property
    def is_on(self) -> bool:
        """Whether the step reads texts."""
        return True

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of spaCy's trained pipeline that must run before it; those that nobody reads are not loaded."""
        return ()

    def arguments(self, _settings: Analyse) -> Mapping[str, Any]:
        """What the factory of the spaCy component is called with: an argument for each option of its own."""
        return self.model_dump(exclude={"enabled"})


class Switch(Options):
    """The options of a step that may be left out, and none besides."""

    enabled: bool = Field(True, description="false: texts are read without this step.")

    @property
    def is_on(self) -> bool:
        return self.enabled


class WordClassOptions(Switch):
    """Of the step that tags words of texts with a doubtful name."""

    def arguments(self, settings: Analyse) -> Mapping[str, Any]:
        return {"model": settings.spacy_model}


class BrandMatchOptions(Options):
    """Of the step that puts the names found onto the words of the text."""

    doubtful: float = Field(0.5, ge=0, le=1, description="Relevance of a name that is everywhere tagged as a common word.")
    of_thread: float = Field(0.8, ge=0, le=1, description="Relevance of a brand that only the thread's title names.")


class SentimentOptions(Switch):
    """Of the tone of a text."""

    def arguments(self, settings: Analyse) -> Mapping[str, Any]:
        return {"profile": settings.profile}


class EntityOptions(Switch):
    """Of the people and organisations that a text names."""

    recogniser: bool = Field(
        False,
        description="true: by spaCy's entity recogniser (slow) where the trained model is; false: by capitals and clues.",
    )

    @property
    def parts(self) -> tuple[str, ...]:
        return ("ner",) if self.recogniser else ()


GATE: Mapping[str, type[Options]] = {"relevance": Switch, "spam": Switch, "language": Switch}
"""Steps on plain strings, behind the search for names: what they refuse never costs a pass of spaCy."""

COMPONENTS: Mapping[str, type[Options]] = {
    "word_classes": WordClassOptions,
    "brand_match": BrandMatchOptions,
    "story": Switch,
    "sentiment": SentimentOptions,
    "target": Switch,
    "emotion": Switch,
    "themes": Switch,
    "toxicity": Switch,
    "key_phrases": Switch,
    "places": Switch,
    "entities": EntityOptions,
}
"""Steps of the spaCy pipeline, in order. The module of `analysis.components` of that name registers the factory `vigie_NAME`."""

OPTIONS: Mapping[str, type[Options]] = {**GATE, **COMPONENTS}
"""The options of every step by its name."""


def switched_on(settings: Analyse) -> Mapping[str, Options]:
    """The steps that read texts, in their order, each with its options. Raises: ValidationError for options that none takes."""
    read = {name: model.model_validate(settings.components.get(name, {})) for name, model in OPTIONS.items()}
    return {name: options for name, options in read.items() if options.is_on}
