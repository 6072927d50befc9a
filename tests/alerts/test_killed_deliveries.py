"""Killed at random moments (SIGKILL) while it files, composes and mails: no incident stays unmailed, none is two messages.

`VIGIE_TEST_KILLS=100` makes the chain as long, `VIGIE_TEST_SEED` another one; `--junit-xml=FILE` keeps the figures.
"""

import asyncio
import email
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.alerts.delivery_worker import RECIPIENTS
from vigie.clock import SystemClock
from vigie.store import open_database, open_state

KILLS = int(os.environ.get("VIGIE_TEST_KILLS", "2"))
SEED = int(os.environ.get("VIGIE_TEST_SEED", "1"))
LONGEST_S = 2.0
_ROOT = Path(__file__).parents[2]


class Mailbox(threading.Thread):
    """A real SMTP server in a thread of its own; `received` holds each accepted message: recipient and Message-ID."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.received: list[tuple[str, str]] = []
        self.port, self._up, self._loop = 0, threading.Event(), asyncio.new_event_loop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        identity = email.message_from_bytes(bytes(envelope.content or b""))["Message-ID"]
        self.received += [(recipient, identity) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def run(self) -> None:
        server = self._loop.run_until_complete(self._loop.create_server(lambda: SMTP(self), "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()

    def __enter__(self) -> "Mailbox":
        self.start()
        self._up.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


def test_nothing_stays_unmailed_and_nothing_becomes_two_messages(
    tmp_path: Path, mailbox: Mailbox, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(SEED)
    command = [sys.executable, "-m", "tests.alerts.delivery_worker", str(tmp_path), str(mailbox.port)]
    for _ in range(KILLS):
        with subprocess.Popen([*command, "1000000"], cwd=_ROOT, stdout=subprocess.PIPE) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            with suppress(subprocess.TimeoutExpired):
                worker.wait(chance.uniform(0, LONGEST_S))
            worker.kill()
    subprocess.run([*command, "0"], cwd=_ROOT, check=True, stdout=subprocess.DEVNULL)
    with closing(open_database(tmp_path)) as database:
        opened = len(open_state(database, SystemClock()).incidents())
    told = Counter(recipient for recipient, _ in set(mailbox.received))
    assert told == dict.fromkeys(RECIPIENTS, opened)
    record_property("incidents", opened)
    record_property("messages", len(set(mailbox.received)))
    record_property("accepted_twice_under_one_message_id", len(mailbox.received) - len(set(mailbox.received)))
