"""One instance per data folder: a lock file that the system frees when the process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from vigie.errors import AlreadyRunning, StoreUnavailable


@contextmanager
def only_instance(folder: Path) -> Iterator[None]:
    """Holds `folder`, made when it is not there, for the length of the block.

    Raises: AlreadyRunning when another process holds it; StoreUnavailable when it cannot be written.
    """
    with _opened(folder) as file:
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


def _opened(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "vigie.lock").open("a+", encoding="ascii")
    except OSError as error:
        reason = f"{folder}: the data folder cannot be written ({error.strerror}); check its path and rights"
        raise StoreUnavailable(reason) from error
