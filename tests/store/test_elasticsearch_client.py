"""The way to the server: what the configuration and the environment say, and that nothing is asked before it is needed."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.schema import Config, Settings, Store
from vigie.clock import SystemClock
from vigie.errors import ConfigError, StoreUnavailable
from vigie.ports import Filter
from vigie.store import open_stores
from vigie.store.elasticsearch import open_elasticsearch

NOBODY = "http://127.0.0.1:9"  # the discard port, where nothing listens


def _config(folder: Path, **store: object) -> Config:
    settings = Settings(store=Store.model_validate({"kind": "elasticsearch", "hosts": [NOBODY], **store}))
    return Config(folder=folder, settings=settings, brands=[], sources=[], rules=[], digests=[])


def test_a_server_that_is_down_is_told_when_it_is_asked_and_not_before(tmp_path: Path) -> None:
    with open_stores(_config(tmp_path), SystemClock()) as (state, store):
        assert state.waiting() == 0
        with pytest.raises(StoreUnavailable, match="does not answer"):
            store.count(Filter())


@pytest.mark.parametrize("password", ["tr0ubadour", "chênaie€"])
def test_a_secret_is_in_no_message(tmp_path: Path, password: str) -> None:
    (tmp_path / "password").write_text(f"{password}\n", encoding="utf-8")
    environment = {"VIGIE_ES_USER": "vigie-writer", "VIGIE_ES_PASSWORD_FILE": str(tmp_path / "password")}
    store = open_elasticsearch(_config(tmp_path), environment)
    with pytest.raises(StoreUnavailable) as caught:
        store.count(Filter())
    assert password not in str(caught.value)
    assert "vigie-writer" not in str(caught.value)


@pytest.mark.parametrize("alone", ["VIGIE_ES_USER", "VIGIE_ES_PASSWORD"])
def test_a_user_without_a_password_is_refused(tmp_path: Path, alone: str) -> None:
    with pytest.raises(ConfigError, match="go together") as caught:
        open_elasticsearch(_config(tmp_path), {alone: "tr0ubadour"})
    assert "tr0ubadour" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.pem", "wrong.pem"])
def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "wrong.pem").write_text("pas un certificat")
    config = _config(tmp_path, hosts=["https://127.0.0.1:9"], ca_certificate=name)
    with pytest.raises(ConfigError, match=f"store.ca_certificate: cannot read .*{name}"):
        open_elasticsearch(config, {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": ["https://moi:tr0ubadour@elastic.exemple:9200"]},
        {"hosts": ["elastic.exemple:9200"]},
        {"hosts": ["ftp://elastic.exemple"]},
        {"hosts": ["http://elastic.exemple"]},
        {"hosts": []},
        {"index_prefix": "Vigie"},
        {"index_prefix": "*"},
        {"shards": 0},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Store.model_validate({"kind": "elasticsearch", **wrong})
