"""What the operators are told of the sources: once per change, and only what lasts."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from alerts.source_notices import SourceDesk
from config.schema import Config
from tests.alerts.sample_mails import NOW, config
from vigie.clock import SimulatedClock
from vigie.model import PassReport, SourceHealth, SourceState
from vigie.ports import State
from vigie.store import open_stores

HOUR = timedelta(hours=1)


def with_operators(*addresses: str) -> Config:
    plain = config()
    mail = plain.settings.mail.model_copy(update={"operators": list(addresses)})
    return plain.model_copy(update={"settings": plain.settings.model_copy(update={"mail": mail})})


@pytest.fixture
def state(tmp_path: Path):
    settings = config().model_copy(update={"folder": tmp_path})
    settings.data_folder.mkdir()
    with open_stores(settings, SimulatedClock(NOW)) as (state, _):
        yield state


def seen(state: State, health: SourceHealth, reason: str = "", source: str = "ouest-matin") -> None:
    """The source comes to this health at NOW."""
    after = SourceState(source, health, NOW, NOW - 9 * HOUR, since=NOW, reason=reason)
    state.commit(PassReport(source, NOW, NOW, ok=not reason), state.memory(source), after)


def told(state: State, after: timedelta, *operators: str) -> list[str]:
    """The text of each mail that is written `after` NOW."""
    made = SourceDesk(with_operators(*(operators or ("ops@exemple.fr",))), state).run(NOW + after)
    mails = [message_from_bytes(one.content, policy=default) for one in made]
    return [f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}" for mail in mails]  # type: ignore[union-attr]


def test_a_source_that_is_blocked_is_told_once_with_the_evidence(state: State) -> None:
    seen(state, SourceHealth.BLOCKED, "http_403")
    (text,) = told(state, HOUR)
    assert "accès refusé (le serveur répond 403)" in text.replace("\n", " ")
    assert told(state, 30 * HOUR) == []


def test_a_trouble_that_passes_is_no_news(state: State) -> None:
    seen(state, SourceHealth.LATE, "timeout")
    assert told(state, 23 * HOUR) == []
    seen(state, SourceHealth.OK)
    assert told(state, 30 * HOUR) == []


def test_a_source_that_comes_back_is_told_and_may_fail_again(state: State) -> None:
    seen(state, SourceHealth.GONE, "http_410")
    told(state, HOUR)
    seen(state, SourceHealth.OK)
    assert "lue à nouveau" in told(state, 2 * HOUR)[0]
    seen(state, SourceHealth.GONE, "http_410")
    assert "disparue" in told(state, 3 * HOUR)[0]


def test_another_trouble_of_the_same_source_is_a_change(state: State) -> None:
    seen(state, SourceHealth.LATE, "http_404")
    assert "en échec" in told(state, 24 * HOUR)[0]
    seen(state, SourceHealth.GONE, "http_404")
    assert "disparue" in told(state, 25 * HOUR)[0]


def test_each_operator_has_a_mail_and_nobody_else(state: State) -> None:
    seen(state, SourceHealth.BLOCKED, "robots")
    desk = SourceDesk(with_operators("a@exemple.fr", "b@exemple.fr"), state)
    assert [one.recipient for one in desk.run(NOW + HOUR)] == ["a@exemple.fr", "b@exemple.fr"]
    assert SourceDesk(with_operators(), state).run(NOW + HOUR) == []


def test_a_notice_says_how_many_sources_are_seen(state: State) -> None:
    for row in config().sources:
        seen(state, SourceHealth.OK, source=row.id)
    seen(state, SourceHealth.CHANGED)
    (text,) = told(state, HOUR)
    assert "lues 7 sur 8" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "mise en page changée" in text


def test_a_source_that_is_paused_is_not_told_as_seen_again(state: State) -> None:
    seen(state, SourceHealth.BLOCKED, "http_403")
    told(state, HOUR)
    seen(state, SourceHealth.OK)
    watched = with_operators("ops@exemple.fr")
    rows = [row.model_copy(update={"enabled": row.id != "ouest-matin"}) for row in watched.sources]
    assert SourceDesk(watched.model_copy(update={"sources": rows}), state).run(NOW + 2 * HOUR) == []
