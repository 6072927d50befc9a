"""What a kind of source has to be."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, ClassVar, Protocol

from config.schema import Strict
from crawlers.visit import Visit
from vigie.model import Document


class Connector(Protocol):
    """Reads one source. A new instance serves each pass; what must last is in `visit.memory`."""

    Options: ClassVar[type[Strict]]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Connector":
        """The connector with these options. Raises: pydantic.ValidationError."""
        ...

    def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        """The documents that are new, as they are read.

        Raises: FetchError when the source itself cannot be read or understood; PassOver (from `visit.get`) ends the pass early.
        """
        ...
