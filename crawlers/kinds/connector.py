"""What a kind of source is: the options that its rows may have, and the connector that reads a source with them."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from config.schema import Strict
from crawlers.visit import Visit
from vigie.model import Document

OptionsT = TypeVar("OptionsT", bound=Strict)


class Connector(Protocol):
    """Reads one source. A new instance serves each pass; what must last is in `visit.memory`."""

    def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        """The documents that are new, as they are read.

        Raises: FetchError when the source itself cannot be read or understood; PassOver (from `visit.get`) ends the pass early.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kind(Generic[OptionsT]):
    """A kind of source, as the registry holds it."""

    options: type[OptionsT]
    connector: Callable[[OptionsT], Connector]

    def connect(self, options: Mapping[str, Any]) -> Connector:
        """The connector with these options. Raises: pydantic.ValidationError."""
        return self.connector(self.options.model_validate(options))
