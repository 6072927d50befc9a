"""Elasticsearch fails in every way it can, on a real server: the inbox keeps what arrives, and it is stored once, later."""

import base64
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.store.faulty_proxy import NO_RIGHTS, TOO_MANY, WRONG_PASSWORD, Fault, FaultyProxy, faulty_proxy
from tests.store.installation import NOON, Installation, documents, installed, write_configuration
from vigie.cli import main
from vigie.errors import StoreUnavailable
from vigie.model import Outcome
from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.mapping import alias_name, index_name

PASSWORD = "mot-de-passe-tres-secret"

Opened = tuple[ElasticsearchMentionStore, Elasticsearch, str]


@pytest.fixture
def proxy(open_elasticsearch_address: str) -> Iterator[FaultyProxy]:
    with faulty_proxy(open_elasticsearch_address) as proxy:
        yield proxy


@pytest.fixture
def installation(
    new_elasticsearch_mentions: Callable[[], AbstractContextManager[Opened]],
    proxy: FaultyProxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Installation]:
    """A Vigie that reaches the server through the proxy only."""
    monkeypatch.setenv("VIGIE_ES_USER", "veille")
    monkeypatch.setenv("VIGIE_ES_PASSWORD", PASSWORD)
    with new_elasticsearch_mentions() as (_, server, prefix), installed(tmp_path, proxy.url, prefix, server) as installation:
        yield installation


Trouble = Callable[[Installation, FaultyProxy], AbstractContextManager[None]]


def down(_: Installation, proxy: FaultyProxy) -> AbstractContextManager[None]:
    return proxy.down()


@contextmanager
def read_only(installation: Installation, _: FaultyProxy) -> Iterator[None]:
    """What a server does to its indexes when its disk is 95 % full."""
    block = "index.blocks.read_only_allow_delete"
    installation.server.indices.put_settings(index=installation.index, settings={block: True})
    yield
    installation.server.indices.put_settings(index=installation.index, settings={block: None})


@contextmanager
def migrating(installation: Installation, _: FaultyProxy) -> Iterator[None]:
    """What a migration does to the index that it rewrites."""
    installation.server.indices.add_block(index=installation.index, block="write")
    yield
    installation.server.indices.put_settings(index=installation.index, settings={"index.blocks.write": None})


@contextmanager
def closed(installation: Installation, _: FaultyProxy) -> Iterator[None]:
    installation.server.indices.close(index=installation.index)
    yield
    installation.server.indices.open(index=installation.index)


def failing(fault: Callable[[], Fault]) -> Trouble:
    return lambda _, proxy: proxy.failing(fault())


FAULTS: dict[str, tuple[Trouble, str]] = {
    "down": (down, "does not answer"),
    "killed before it read a bulk": (failing(lambda: Fault("_bulk", lines=0)), "does not answer"),
    "killed in the middle of a bulk": (failing(lambda: Fault("_bulk", lines=6)), "does not answer"),
    "killed after a bulk": (failing(lambda: Fault("_bulk")), "does not answer"),
    "too slow": (failing(lambda: Fault("_bulk", hangs=True)), "does not answer"),
    "read-only": (read_only, "is its disk full"),
    "being migrated": (migrating, "vigie store migrate"),
    "closed by hand": (closed, "index_closed_exception"),
    "too many requests": (failing(lambda: Fault("_bulk", status=429, body=TOO_MANY)), "429"),
    "wrong password": (failing(lambda: Fault(status=401, body=WRONG_PASSWORD)), "401"),
    "without rights": (failing(lambda: Fault(status=403, body=NO_RIGHTS)), "403"),
    "without rights on the index": (failing(lambda: Fault("_bulk", status=200, body=NO_RIGHTS)), "403"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_arrives_meanwhile_waits_and_is_stored_once_after(
    installation: Installation, proxy: FaultyProxy, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fault, says = FAULTS[name]
    before, meanwhile = documents(0, 3), documents(10, 8)
    installation.receive(before)
    installation.work()
    with fault(installation, proxy):
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


def test_a_server_that_is_down_at_the_start_gets_everything_when_it_comes(installation: Installation, proxy: FaultyProxy) -> None:
    with proxy.down():
        installation.receive(documents(0, 5))
        with pytest.raises(StoreUnavailable):
            installation.work()
    installation.work()
    assert len(installation.stored()) == 5
    assert index_name(installation.prefix, NOON) in installation.server.indices.get_alias(name=alias_name(installation.prefix))


def test_a_server_that_is_busy_for_a_moment_is_asked_again_at_once(installation: Installation, proxy: FaultyProxy) -> None:
    installation.receive(documents(0, 5))
    with proxy.failing(Fault("_bulk", times=2, status=429, body=TOO_MANY)):
        installation.work()
    assert len(installation.stored()) == 5


def test_a_full_disk_is_told_within_seconds_however_many_mentions_wait(installation: Installation, proxy: FaultyProxy) -> None:
    installation.receive(documents(0, 1))
    installation.work()
    installation.receive(documents(10, 90))
    proxy.asked.clear()
    with read_only(installation, proxy), pytest.raises(StoreUnavailable):
        installation.work()
    assert sum("_bulk" in path for path in proxy.asked) < 20


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
    installation: Installation, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_configuration(installation.folder, proxy.url, installation.prefix)
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

    with proxy.failing(Fault(status=401, body=WRONG_PASSWORD)):
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
