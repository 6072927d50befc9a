"""Where mail is kept, read from where it was left: an mbox file, a Maildir folder, a folder of an IMAP server. Blocking."""

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vigie.errors import FetchError

LONGEST_MAIL = 8_000_000


@dataclass(frozen=True, slots=True)
class ImapFolder:
    """A folder of an IMAP server and who reads it."""

    host: str
    port: int
    folder: str
    user: str
    password: str
    is_encrypted: bool
    timeout_s: float


def mbox_messages(path: Path, place: str) -> Iterator[tuple[bytes, str]]:
    """The messages of an mbox file from `place` (a number of bytes) on, each with the place to go on from.

    The last message is given again by the next reading: it may have been cut off while it was written.
    """
    start = int(place or 0)
    start = start if start <= path.stat().st_size else 0
    lines: list[bytes] = []
    size, blank = 0, True
    with path.open("rb") as file:
        file.seek(start)
        offset = start
        for line in file:
            if line.startswith(b"From ") and blank:
                if lines:
                    yield b"".join(lines), str(start)
                start, lines, size = offset, [], 0
            elif size < LONGEST_MAIL:
                lines.append(line[1:] if line.startswith(b">From ") else line)
                size += len(line)
            blank = not line.strip()
            offset += len(line)
    if lines:
        yield b"".join(lines), str(start)


def maildir_messages(path: Path) -> Iterator[tuple[bytes, str]]:
    """The messages of a Maildir folder, oldest first, each with the name that it keeps when its flags change."""
    files = [file for part in ("cur", "new") for file in (path / part).iterdir() if file.is_file()]
    for file in sorted(files, key=lambda one: (one.stat().st_mtime, one.name)):
        with file.open("rb") as opened:
            yield opened.read(LONGEST_MAIL), file.name.partition(":")[0]


def imap_messages(folder: ImapFolder, place: str, limit: int) -> list[tuple[bytes, str]]:
    """At most `limit` messages behind `place` ("UIDVALIDITY UID"), each with its own place. Nothing is marked as read.

    Raises: FetchError (`imap`).
    """
    try:
        with _opened(folder) as connection:
            return _fetch(connection, folder, place, limit)
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise FetchError(
            f"imap://{folder.host}/{folder.folder}", "imap", f"the mail server does not give the folder: {error}"
        ) from error


def _opened(folder: ImapFolder) -> imaplib.IMAP4:
    if folder.is_encrypted:
        return imaplib.IMAP4_SSL(folder.host, folder.port, ssl_context=ssl.create_default_context(), timeout=folder.timeout_s)
    return imaplib.IMAP4(folder.host, folder.port, timeout=folder.timeout_s)


def _fetch(connection: imaplib.IMAP4, folder: ImapFolder, place: str, limit: int) -> list[tuple[bytes, str]]:
    connection.login(folder.user, folder.password)
    answer, _ = connection.select(f'"{folder.folder}"', readonly=True)
    if answer != "OK":
        raise ValueError(f"there is no folder {folder.folder!r}")
    validity = str((connection.response("UIDVALIDITY")[1] or [b"0"])[0], "ascii")
    known_validity, _, last = place.partition(" ")
    first = int(last or 0) + 1 if known_validity == validity else 1
    _, found = connection.uid("SEARCH", f"UID {first}:*")
    uids = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid >= first)  # `n:*` gives the last one at least
    messages = []
    for uid in uids[:limit]:
        _, parts = connection.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LONGEST_MAIL}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        messages.append((raw, f"{validity} {uid}"))
    return messages
