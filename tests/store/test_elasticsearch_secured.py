"""Elasticsearch with its security on: who is refused, what a key needs, and that no secret is ever said.

VIGIE_TEST_ES_SECURED names the server, its user and password: http://elastic:password@127.0.0.1:9201.
"""

import logging
import os
import sys
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from elasticsearch import Elasticsearch

from tests.conftest import remove_all
from tests.store.installation import NOON, Installation, documents, installed, write_configuration
from vigie.cli import main
from vigie.errors import StoreUnavailable
from vigie.ports import Decision, Filter

_SERVER = os.environ.get("VIGIE_TEST_ES_SECURED", "")
WRONG = "pas-le-bon-mot-de-passe"
pytestmark = pytest.mark.skipif(not _SERVER, reason="VIGIE_TEST_ES_SECURED does not name a server with its security on")


@dataclass(frozen=True)
class Secured:
    """The server as its administrator has it, and a folder and prefix for a Vigie."""

    address: str
    user: str
    password: str
    client: Elasticsearch
    folder: Path
    prefix: str

    def key(self, **rights: object) -> str:
        """A new API key with these rights."""
        answer = self.client.security.create_api_key(name=self.prefix, role_descriptors={"vigie": rights})
        return str(answer["encoded"])


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Secured]:
    parts = urlsplit(_SERVER)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    address = f"{parts.scheme}://{parts.hostname}:{parts.port}"
    prefix = f"secured-{uuid.uuid4().hex[:8]}"
    credentials = b64encode(f"{user}:{password}".encode()).decode("ascii")
    with Elasticsearch(address, basic_auth=credentials, request_timeout=60) as client:
        yield Secured(address, user, password, client, tmp_path, prefix)
        remove_all(client, prefix)
        client.security.invalidate_api_key(name=prefix)


Vigie = Callable[..., tuple[int, str]]


@pytest.fixture
def vigie(secured: Secured, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vigie:
    """Runs a command on the folder; gives its exit code and all that it said."""
    write_configuration(secured.folder, secured.address, secured.prefix)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vigie", "-v", *arguments, "-c", str(secured.folder)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return int(str(code)), said.out + said.err

    return run


def as_user(monkeypatch: pytest.MonkeyPatch, user: str, password: str) -> None:
    monkeypatch.delenv("VIGIE_ES_API_KEY", raising=False)
    monkeypatch.setenv("VIGIE_ES_USER", user)
    monkeypatch.setenv("VIGIE_ES_PASSWORD", password)


def opened(secured: Secured) -> AbstractContextManager[Installation]:
    return installed(secured.folder, secured.address, secured.prefix, secured.client, timeout_s=30)


@pytest.mark.parametrize("wrong", ["password", "key", "rights"])
def test_what_arrives_while_vigie_is_refused_is_stored_once_it_is_let_in(
    secured: Secured, wrong: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = [WRONG, secured.password]
    says = "401"
    as_user(monkeypatch, secured.user, WRONG)
    if wrong == "key":
        monkeypatch.setenv("VIGIE_ES_API_KEY", WRONG)
    if wrong == "rights":
        key, says = secured.key(cluster=["monitor"], indices=[{"names": ["autre-*"], "privileges": ["all"]}]), "403"
        monkeypatch.setenv("VIGIE_ES_API_KEY", key)
        secrets.append(key)
        caplog.clear()  # of the answer that held the key
    with opened(secured) as installation:
        installation.receive(documents(0, 5))
        with pytest.raises(StoreUnavailable, match=says) as raised:
            installation.work()
        outage = installation.state.outage()
        assert (installation.state.waiting(), installation.arrived(), outage and outage.since) == (5, 0, NOON)
        assert outage and says in outage.reason
    as_user(monkeypatch, secured.user, secured.password)
    with opened(secured) as installation:
        installation.work()
        assert (len(installation.stored()), installation.arrived(), installation.state.outage()) == (5, 5, None)
    assert not [secret for secret in secrets if secret in f"{caplog.text} {raised.value!r} {outage}"]


@pytest.mark.parametrize(
    "command",
    ["check", "run --once", "status", "search usine", "store setup", "store migrate", "store status", "store doctor"],
)
def test_every_command_says_that_the_password_is_wrong_and_never_which(
    secured: Secured, vigie: Vigie, command: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    as_user(monkeypatch, secured.user, WRONG)
    with opened(secured) as installation:
        installation.receive(documents(0, 1))
        if command == "status":
            with pytest.raises(StoreUnavailable):
                installation.work()
    ended, said = vigie(*command.split())
    assert (ended, "refuses who asks (401)" in said) == (1, True)
    assert not [secret for secret in (WRONG, secured.password) if secret in said + caplog.text]


def test_a_key_with_the_rights_that_the_documentation_names_is_enough(
    secured: Secured, vigie: Vigie, monkeypatch: pytest.MonkeyPatch
) -> None:
    indices = [{"names": [f"{secured.prefix}-*"], "privileges": ["read", "write", "manage"]}]
    monkeypatch.setenv("VIGIE_ES_API_KEY", secured.key(cluster=["monitor", "manage_index_templates"], indices=indices))
    ran = [vigie("store", command)[0] for command in ("setup", "migrate", "status", "doctor")]
    with opened(secured) as installation:
        installation.receive(documents(0, 3))
        installation.work()
        store = installation.store
        [mention, *_] = store.search(Filter()).mentions
        assert store.mark(mention.id, Decision(note="vu"))
        assert store.erase_url(mention.document.url) == 1
        assert store.purge(NOON + timedelta(days=62)) == 2
    assert ran == [0, 0, 0, 0]


def test_check_says_what_answered(secured: Secured, vigie: Vigie, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, secured.user, secured.password)
    number = secured.client.info()["version"]["number"]
    assert f"ok      store: Elasticsearch {number}" in vigie("check")[1]
