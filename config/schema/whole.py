"""The whole configuration, as the rest of Vigie receives it."""

from pathlib import Path

from pydantic import Field, field_validator

from config.schema.alerts import ChannelRow, DigestRow, Person, Rota, RouteRow, RuleRow
from config.schema.brands import Brand, Theme
from config.schema.fields import Strict
from config.schema.planning import EventRow
from config.schema.settings import Settings
from config.schema.sources import SourceRow, source_of
from vigie.model import Source


class Config(Strict):
    """The whole configuration, as the rest of Vigie receives it. `folder` is where it was read, `lists` are the team's own."""

    folder: Path
    settings: Settings
    brands: list[Brand]
    lists: dict[str, str] = Field({})
    sources: list[SourceRow]
    rules: list[RuleRow]
    digests: list[DigestRow]
    channels: list[ChannelRow] = Field([])
    routes: list[RouteRow] = Field([])
    themes: list[Theme] = Field([])
    people: list[Person] = Field([])
    rota: Rota | None = Field(None)
    events: list[EventRow] = Field([])
    crisis_words: list[str] = Field([])

    @field_validator("folder")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.resolve()

    @property
    def watched_sources(self) -> list[Source]:
        """The enabled sources, as the rest of Vigie knows them."""
        return [source_of(row, self.brands) for row in self.sources if row.enabled]

    @property
    def data_folder(self) -> Path:
        """The data folder, absolute."""
        return self.folder / self.settings.data.folder

    @property
    def transformer_folder(self) -> Path | None:
        """The folder of the second reader's model, absolute; None where there is none."""
        folder = self.settings.analysis.transformer.folder
        return None if folder is None else self.folder / folder
