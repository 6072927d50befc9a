"""Elasticsearch fails in every way it can, on a real server: the inbox keeps what arrives, and it is stored once, later."""

import base64
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from config.schema import Config, Settings, Store
from tests.store.faulty_proxy import NO_RIGHTS, TOO_MANY, WRONG_PASSWORD, Fault, FaultyProxy, faulty_proxy
from vigie.cli import main
from vigie.clock import SimulatedClock
from vigie.errors import StoreUnavailable
from vigie.model import (
    Analysis,
    DateSource,
    Document,
    DocumentKind,
    Mention,
    Outcome,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    document_id,
    mention_id,
)
from vigie.pipeline import Intake, Pipeline
from vigie.ports import MentionStore, State
from vigie.store import open_stores
from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.mapping import alias_name, index_name, index_pattern

PASSWORD = "mot-de-passe-tres-secret"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

Opened = tuple[ElasticsearchMentionStore, Elasticsearch, str]


class OneMentionEach:
    """Finds the brand in every document."""

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        return [Analysis(one.id, Outcome.STORED, (self._mention(one),)) for one in documents]

    def _mention(self, document: Document) -> Mention:
        sentiment = Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.9)
        return Mention(mention_id(document.id, "marelle"), "marelle", document, (), "fr", 1.0, sentiment, document.id)


def documents(first: int, number: int) -> list[Document]:
    addresses = [f"https://journal.exemple/{one}" for one in range(first, first + number)]
    published = PublicationDate(NOON, DateSource.META, 0.9)
    return [
        Document(document_id(url), "journal", DocumentKind.NEWS, url, "Titre", f"Marelle, {url}", None, published, NOON)
        for url in addresses
    ]


@dataclass(frozen=True)
class Installation:
    """A Vigie whose store is on a real server, behind a proxy that fails when it is told to."""

    folder: Path
    prefix: str
    proxy: FaultyProxy
    server: Elasticsearch
    state: State
    store: MentionStore

    @property
    def index(self) -> str:
        return index_name(self.prefix, NOON)

    def receive(self, some: Sequence[Document]) -> None:
        Intake(self.state, b"cle").receive(some)

    def work(self) -> None:
        Pipeline(self.state, self.store, OneMentionEach()).analyse_waiting()

    def stored(self) -> list[str]:
        """The addresses of the stored mentions, as the server has them, in order."""
        self.server.indices.refresh(index=index_pattern(self.prefix))
        hits = self.server.search(index=alias_name(self.prefix), size=1000)["hits"]["hits"]
        return sorted(hit["_source"]["url"]["full"] for hit in hits)

    def arrived(self) -> int:
        return len(self.state.arrivals_after(0))


@pytest.fixture
def installation(
    new_elasticsearch_mentions: Callable[[], AbstractContextManager[Opened]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    monkeypatch.setenv("VIGIE_ES_USER", "veille")
    monkeypatch.setenv("VIGIE_ES_PASSWORD", PASSWORD)
    with new_elasticsearch_mentions() as (_, server, prefix), faulty_proxy(os.environ["VIGIE_TEST_ES"]) as proxy:
        store = Store(kind="elasticsearch", hosts=[proxy.url], index_prefix=prefix, timeout_s=1)
        config = Config(folder=tmp_path, settings=Settings(store=store), brands=[], sources=[], rules=[], digests=[])
        with open_stores(config, SimulatedClock(NOON)) as (state, mentions):
            yield Installation(tmp_path, prefix, proxy, server, state, mentions)


def down(installation: Installation) -> AbstractContextManager[None]:
    return installation.proxy.down()


@contextmanager
def read_only(installation: Installation) -> Iterator[None]:
    """What a server does to its indexes when its disk is 95 % full."""
    block = "index.blocks.read_only_allow_delete"
    installation.server.indices.put_settings(index=installation.index, settings={block: True})
    yield
    installation.server.indices.put_settings(index=installation.index, settings={block: None})


def failing(fault: Callable[[], Fault]) -> Callable[[Installation], AbstractContextManager[None]]:
    return lambda installation: installation.proxy.failing(fault())


FAULTS: dict[str, tuple[Callable[[Installation], AbstractContextManager[None]], str]] = {
    "down": (down, "does not answer"),
    "killed before it read a bulk": (failing(lambda: Fault("_bulk", lines=0)), "does not answer"),
    "killed in the middle of a bulk": (failing(lambda: Fault("_bulk", lines=6)), "does not answer"),
    "killed after a bulk": (failing(lambda: Fault("_bulk")), "does not answer"),
    "too slow": (failing(lambda: Fault("_bulk", hangs=True)), "does not answer"),
    "read-only": (read_only, "takes no writes"),
    "too many requests": (failing(lambda: Fault("_bulk", status=429, body=TOO_MANY)), "429"),
    "wrong password": (failing(lambda: Fault(status=401, body=WRONG_PASSWORD)), "401"),
    "without rights": (failing(lambda: Fault(status=403, body=NO_RIGHTS)), "403"),
    "without rights on the index": (failing(lambda: Fault("_bulk", status=200, body=NO_RIGHTS)), "403"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_arrives_meanwhile_waits_and_is_stored_once_after(
    installation: Installation, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fault, says = FAULTS[name]
    before, meanwhile = documents(0, 3), documents(10, 8)
    installation.receive(before)
    installation.work()
    with fault(installation):
        installation.receive(meanwhile)
        with pytest.raises(StoreUnavailable, match=says) as raised:
            installation.work()
        outage = installation.state.outage()
        assert (installation.state.waiting(), installation.arrived()) == (8, 3)
        assert outage is not None
        assert (outage.since, says in outage.reason) == (NOON, True)
    installation.work()
    assert installation.stored() == sorted(one.url for one in before + meanwhile)
    assert (installation.state.waiting(), installation.arrived(), installation.state.outage()) == (0, 11, None)
    assert installation.state.outcomes()[Outcome.STORED] == 11
    basic = base64.b64encode(f"veille:{PASSWORD}".encode()).decode()
    assert not [secret for secret in (PASSWORD, basic) if secret in f"{caplog.text} {raised.value!r}"]


def test_a_server_that_is_down_at_the_start_gets_everything_when_it_comes(installation: Installation) -> None:
    with installation.proxy.down():
        installation.receive(documents(0, 5))
        with pytest.raises(StoreUnavailable):
            installation.work()
    installation.work()
    assert len(installation.stored()) == 5
    assert index_name(installation.prefix, NOON) in installation.server.indices.get_alias(name=alias_name(installation.prefix))


def test_a_server_that_is_busy_for_a_moment_is_asked_again_at_once(installation: Installation) -> None:
    installation.receive(documents(0, 5))
    with installation.proxy.failing(Fault("_bulk", times=2, status=429, body=TOO_MANY)):
        installation.work()
    assert len(installation.stored()) == 5


def test_a_full_disk_is_told_within_seconds_however_many_mentions_wait(installation: Installation) -> None:
    installation.receive(documents(0, 1))
    installation.work()
    installation.receive(documents(10, 90))
    installation.proxy.asked.clear()
    with read_only(installation), pytest.raises(StoreUnavailable):
        installation.work()
    assert sum("_bulk" in path for path in installation.proxy.asked) < 20


def test_an_index_deleted_by_hand_comes_back_with_its_mapping_and_alias(installation: Installation) -> None:
    installation.receive(documents(0, 3))
    installation.work()
    installation.server.indices.delete(index=installation.index)
    installation.receive(documents(10, 4))
    installation.work()
    found = installation.server.indices.get(index=installation.index)[installation.index]
    assert (list(found["aliases"]), found["mappings"]["dynamic"]) == ([alias_name(installation.prefix)], "strict")
    assert len(installation.stored()) == 4


def test_what_the_mapping_refuses_is_quarantined_and_stored_once_when_the_mapping_is_right(installation: Installation) -> None:
    """The index was made by hand, with a number where Vigie writes a hash."""
    wrong = {"properties": {"event": {"properties": {"hash": {"type": "long"}}}}}
    aliases = {alias_name(installation.prefix): {}}
    installation.server.indices.create(index=installation.index, mappings=wrong, aliases=aliases)
    installation.receive(documents(0, 4))
    installation.work()
    assert (installation.state.outcomes()[Outcome.FAILED], installation.arrived(), installation.stored()) == (4, 0, [])
    installation.server.indices.delete(index=installation.index)
    assert installation.state.replay() == 4
    installation.work()
    assert (len(installation.stored()), installation.arrived()) == (4, 4)


def test_the_command_ends_with_1_and_status_says_since_when_and_why(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_configuration(installation)
    installation.receive(documents(0, 2))

    def vigie(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vigie", *arguments, "-c", str(installation.folder)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return int(str(code)), said.out + said.err

    with installation.proxy.failing(Fault(status=401, body=WRONG_PASSWORD)):
        ran, shown = vigie("run", "--once"), vigie("status")
    assert ran[0] == 1
    assert "refuses who asks (401)" in ran[1]
    assert shown[0] == 1
    assert "waiting for analysis: 2" in shown[1]
    assert "store: away since " in shown[1]
    assert "(Elasticsearch refuses who asks (401)" in shown[1]
    assert PASSWORD not in ran[1] + shown[1]
    assert vigie("run", "--once")[0] == 0
    assert vigie("status")[0] == 0
    assert len(installation.stored()) == 2


def write_configuration(installation: Installation) -> None:
    files = {
        "vigie.toml": f'[store]\nkind = "elasticsearch"\nhosts = ["{installation.proxy.url}"]\n'
        f'index_prefix = "{installation.prefix}"\n[analysis]\nspacy_model = "absent"\n',
        "brands.toml": '[[brand]]\nid = "marelle"\nname = "Marelle"\nquery = "marelle"\n',
        "sources.toml": "",
        "alerts.toml": "",
    }
    for name, text in files.items():
        (installation.folder / name).write_text(text, encoding="utf-8")
