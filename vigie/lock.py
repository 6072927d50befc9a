"""One instance per data folder: a lock file that the system frees when the process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigie.errors import AlreadyRunning


@contextmanager
def only_instance(folder: Path) -> Iterator[None]:
    """Holds `folder` for the length of the block. Raises: AlreadyRunning when another process holds it."""
    path = folder / "vigie.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise AlreadyRunning(f"{folder} is in use by process {holder}: stop it first, or use another data folder") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
