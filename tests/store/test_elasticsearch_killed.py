"""A server of the tests' own: killed at random moments under load, and looked into for what was erased.

After each kill everything is stored once, arrives once, and no decision is lost.

`VIGIE_TEST_KILLS=20` makes the chain as long, `VIGIE_TEST_SEED` another one; `--junit-xml=FILE` keeps the figures.
"""

import os
import random
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.conftest import remove_all
from tests.store.installation import NOON, Installation, documents, installed
from tests.store.own_server import OwnServer, has_java, own_server
from vigie.errors import StoreUnavailable
from vigie.model import Mention, Outcome, SentimentLabel
from vigie.ports import Decision, Filter

KILLS = int(os.environ.get("VIGIE_TEST_KILLS", "1"))
SEED = int(os.environ.get("VIGIE_TEST_SEED", "1"))
BATCH = 40
LONGEST_WAIT_S = 2.0
_BETWEEN_TRIES_S = 0.2
_MOST_TIDYINGS = 30

pytestmark = pytest.mark.skipif(
    not os.environ.get("VIGIE_TEST_ES") or not has_java(), reason="a server of its own wants VIGIE_TEST_ES to be set, and Java"
)


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture
def installation(server: OwnServer, tmp_path: Path) -> Iterator[Installation]:
    prefix = f"killed-{uuid.uuid4().hex[:8]}"
    with Elasticsearch(server.url, request_timeout=60) as client, installed(tmp_path, server.url, prefix, client, 10) as one:
        yield one
        remove_all(client, prefix)


class Load(threading.Thread):
    """A watch that never rests: collects, changes the month of what it collected before, stores, and has people decide."""

    def __init__(self, installation: Installation) -> None:
        super().__init__(daemon=True)
        self._installation, self._random = installation, random.Random(SEED)
        self.ending, self.outages, self.sent = threading.Event(), 0, 0
        self.decided: dict[str, str] = {}  # the notes that the store took, by mention
        self.failure: BaseException | None = None
        self._stored = threading.Event()

    def run(self) -> None:
        try:
            while not self.ending.is_set():
                self._collect()
                with suppress(StoreUnavailable):
                    self._decide()
                try:
                    self._installation.work()
                    self._stored.set()
                except StoreUnavailable:
                    self.outages += 1
                    self.ending.wait(_BETWEEN_TRIES_S)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.failure = error

    def wait_until_it_goes_on(self) -> None:
        """Returns when something was stored after the call."""
        self._stored.clear()
        assert self._stored.wait(timeout=300), self.failure

    def _collect(self) -> None:
        """Only while little waits: a server that is away must not be answered with more and more."""
        if self._installation.state.waiting() < 5 * BATCH:
            self._installation.receive(documents(self.sent, BATCH))
            again = self._random.randrange(self.sent + 1)
            month = timedelta(days=self._random.choice([-31, 0, 31]))
            self._installation.receive(documents(again, min(5, self.sent - again), NOON + month))
            self.sent += BATCH

    def _decide(self) -> None:
        hits = self._installation.store.search(Filter(), limit=50).mentions
        if hits:
            mention = self._random.choice(list(hits))
            note = f"note {self._random.random()}"
            self.decided.pop(mention.id, None)  # should the server die meanwhile, either note may stand
            if self._installation.store.mark(mention.id, Decision(note=note)):
                self.decided[mention.id] = note
            self._installation.store.correct(mention.id, SentimentLabel.POSITIVE)


def test_what_is_stored_while_the_server_is_killed_is_stored_once(
    installation: Installation, server: OwnServer, record_testsuite_property: Callable[[str, object], None]
) -> None:
    pauses = random.Random(SEED)
    load = Load(installation)
    load.start()
    for _ in range(KILLS):
        load.wait_until_it_goes_on()
        load.ending.wait(pauses.uniform(0, LONGEST_WAIT_S))
        server.kill()
        server.start()
    load.wait_until_it_goes_on()
    load.ending.set()
    load.join()
    assert load.failure is None
    installation.work()
    addresses = sorted(one.url for one in documents(0, load.sent))
    assert installation.stored() == addresses
    assert (installation.arrived(), installation.state.waiting(), installation.state.outage()) == (load.sent, 0, None)
    assert load.outages
    kept = {mention_id: _found(installation, mention_id).workflow.note for mention_id in load.decided}
    assert kept == load.decided
    assert installation.state.outcomes()[Outcome.FAILED] == 0
    record_testsuite_property(
        "figures", f"{KILLS} kills, {load.sent} mentions, {load.outages} refusals, {len(load.decided)} decisions"
    )


def test_what_is_erased_is_gone_from_the_disk_after_the_tidying_that_follows(
    installation: Installation, server: OwnServer
) -> None:
    """The server keeps it for about half a minute for its own recovery; `vigie run` tidies every six hours."""
    store, words = installation.store, ["zyxwvuterasea", "zyxwvuteraseb"]
    first, second = (replace(one, text=f"Marelle {word}") for one, word in zip(documents(0, 2), words, strict=True))
    installation.receive([replace(first, author="anonyme"), second, *documents(10, 50)])
    installation.work()
    installation.server.indices.flush(index=installation.index)
    written = _on_disk(server, words)
    assert store.erase_author("anonyme") + store.erase_url(second.url) == 2
    for _ in range(_MOST_TIDYINGS):
        store.purge(NOON - timedelta(days=365))
        threading.Event().wait(3)
        if not _on_disk(server, words):
            break
    assert (written, _on_disk(server, words)) == (set(words), set())
    assert len(installation.stored()) == 50


def _on_disk(server: OwnServer, words: Sequence[str]) -> set[str]:
    """Those of `words` that the bytes of the server's files hold."""
    found = set()
    for path in server.data_folder().rglob("*"):
        with suppress(FileNotFoundError):  # merged away meanwhile
            content = path.read_bytes() if path.is_file() else b""
            found |= {word for word in words if word.encode() in content}
    return found


def _found(installation: Installation, mention_id: str) -> Mention:
    mention = installation.store.get(mention_id)
    assert mention is not None
    return mention
