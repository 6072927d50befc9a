"""How a detector's memory is written and read: JSON with a version, which a later Vigie may refuse."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vigie.errors import VigieError


def packed(version: int, **parts: Any) -> bytes:
    """The parts of a memory as JSON."""
    return json.dumps({"version": version, **parts}, separators=(",", ":")).encode("ascii")


@contextmanager
def unpacked(state: bytes, version: int) -> Iterator[dict[str, Any]]:
    """The parts that `packed` wrote, for a block that builds a detector from them.

    Raises: VigieError when the bytes are no such state, also when that shows only inside the block.
    """
    try:
        read = json.loads(state)
        if read["version"] != version:
            raise ValueError(f"version {read['version']}")
        yield read
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VigieError(f"the saved state of a detector cannot be read, it has to learn anew: {error!r}") from error
