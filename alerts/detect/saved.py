"""How a detector's memory is written and read: JSON with a version, which a later Vigie may refuse.

Long rows of numbers are base 64 in it: all brands are read and written at every tick, and digits cost ten times as much.
"""

import base64
import json
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from vigie.errors import VigieError


def packed(version: int, **parts: Any) -> bytes:
    """The parts of a memory as JSON."""
    return json.dumps({"version": version, **parts}, separators=(",", ":")).encode("ascii")


def row(numbers: Iterable[float]) -> str:
    """Fractions as text, exactly."""
    return base64.b64encode(array("d", numbers).tobytes()).decode("ascii")


def row_of(text: str) -> list[float]:
    """The fractions that `row` wrote. Raises: ValueError when it wrote no such text."""
    numbers = array("d")
    numbers.frombytes(base64.b64decode(text))
    return numbers.tolist()


def whole_row(numbers: Iterable[int]) -> str:
    """Whole numbers of up to 32 bits as text."""
    return base64.b64encode(array("I", numbers).tobytes()).decode("ascii")


def whole_row_of(text: str) -> list[int]:
    """The numbers that `whole_row` wrote. Raises: ValueError when it wrote no such text."""
    numbers = array("I")
    numbers.frombytes(base64.b64decode(text))
    return numbers.tolist()


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
