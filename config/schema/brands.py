"""The shape of `brands.toml` and `themes.toml`: what is watched, and what people complain of."""

from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from config.exclusions import lists_of
from config.schema.fields import Lists, Query, Slug, Strict
from vigie.errors import QueryError
from vigie.query import Node, parse


class Senses(Strict):
    """What a name may mean. Each sense is a line of words and phrases with commas between: `_` stands for the name, `mot*` for a
    beginning, plurals are known."""

    also: list[str] = Field([], description="Other spellings of the brand, which mean nothing else.")
    prior: float = Field(0.3, ge=-5, le=5, description="Log-odds that the name means the brand before anything is read.")
    brand: str = Field("", description="What stands around the name when it means the brand.")
    words: dict[str, str] = Field({}, description='By sense, in French: the name as a common word, as `"le fruit" = "jus d\'_"`.')
    names: dict[str, str] = Field({}, description="By sense: the name as another proper name, a town or a person.")


class Brand(Strict):
    """A row of `brands.toml`: one name to watch."""

    id: Slug = Field(description="Stable identity; mentions are filed under it.")
    name: str = Field(min_length=1, description="The brand as the mails write it.")
    lists: Lists = Field({}, description="Lists of this brand alone; those under `[lists]` are every brand's, see queries.md.")
    query: str = Field(
        description='What is a mention: words, "phrases", AND OR NOT (ET OU SAUF), NEAR/5, parentheses, -liste:emploi.'
    )
    role: Literal["own", "competitor"] = Field("own", description="`own` is alerted on; `competitor` is for share of voice.")
    handles: list[str] = Field([], description="Hashtags and account names that also mean the brand, without # or @.")
    exclude: list[str] = Field([], description="Words or phrases near which the name means something else.")
    site: str = Field("", description="The brand's own site; what it publishes there is not a mention.")
    profile: bool = Field(True, description="false: the shipped profile of an ambiguous name is not used.")
    senses: Senses | None = Field(None, description="Your own profile of the name, in place of a shipped one; see relevance.md.")

    @field_validator("query")
    @classmethod
    def _readable(cls, query: str, info: ValidationInfo) -> str:
        try:
            parse(query, lists_of(info.data.get("lists", {})))
        except QueryError as error:
            raise ValueError(str(error)) from error
        return query

    @property
    def parsed_query(self) -> Node:
        """The query as it is understood, its lists put in."""
        return parse(self.query, lists_of(self.lists))


class Theme(Strict):
    """A row of `themes.toml`: something that people complain of."""

    id: Slug = Field(description="Stable identity; mentions hold it.")
    name: str = Field(min_length=1, description="The theme as the mails write it.")
    words: Query = Field(description="Words of the subject, as a query; they count near a complaint only.")
    alone: Query | None = Field(None, description="Phrases that are a complaint by themselves, as a query.")


class BrandsFile(Strict):
    """`brands.toml`."""

    lists: Lists = Field({})
    brand: list[Brand] = Field(min_length=1)

    @field_validator("brand", mode="before")
    @classmethod
    def _with_lists(cls, rows: Any, info: ValidationInfo) -> Any:
        """The rows as they are, each with the lists of the whole file before its own."""
        shared = info.data.get("lists")
        if not shared or not isinstance(rows, list):
            return rows
        return [{**row, "lists": {**shared, **row.get("lists", {})}} if _may_take_lists(row) else row for row in rows]


def _may_take_lists(row: Any) -> bool:
    """Whether a row is one to which lists can be added; what else is wrong with it is told by its own check."""
    return isinstance(row, dict) and isinstance(row.get("lists", {}), dict)


class ThemesFile(Strict):
    """`themes.toml`; where it is missing the shipped one counts."""

    theme: list[Theme] = Field([])
