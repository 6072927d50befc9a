"""The command in an alert, pasted into a shell: it shows the mentions that the alert speaks of."""

import email
import email.policy
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.gather_incident import gather_incident
from alerts.mail import compose_incident
from tests.store.one_of_everything import configuration, incident, mention
from vigie.cli.common import load_config
from vigie.clock import SystemClock
from vigie.model import Incident, Mention, Sentiment, SentimentLabel, SignalKind
from vigie.ports import Filter
from vigie.store import open_stores

NOW = datetime(2026, 10, 25, 1, 20, 30, 5, tzinfo=UTC)  # the hour that a clock change repeats in Paris
SINCE = NOW - timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name no shell takes as it stands, in a store with mentions inside and outside an incident's time."""
    made = configuration(tmp_path / "la veille d'Orange & $HOME")
    inside = [SINCE, SINCE + timedelta(minutes=30), NOW - timedelta(microseconds=1)]
    moments = [SINCE - timedelta(seconds=1), *inside, NOW + timedelta(seconds=2)]
    mentions = [_published(number, at) for number, at in enumerate(moments)]
    mild = Sentiment(SentimentLabel.NEUTRAL, 0, 0.1)
    mentions.append(replace(_published(5, SINCE + timedelta(minutes=1)), sentiment=mild, target=None))
    mentions.append(replace(_published(6, SINCE + timedelta(minutes=1)), brand_id="other"))
    with open_stores(load_config(made), SystemClock()) as (_, store):
        store.upsert(mentions)
    return made


def _published(number: int, at: datetime) -> Mention:
    base = mention(number)
    return replace(base, document=replace(base.document, published=replace(base.document.published, at=at)))


def _opened(kind: SignalKind) -> Incident:
    first = replace(incident().first, at=NOW, kind=kind)
    return replace(incident(), kind=kind, onset=SINCE, first=first, peak=first, last=first)


def _pasted(command: str) -> list[str]:
    """The ids of what the command finds."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", f"{command} --json"], capture_output=True, text=True, check=True, env={**os.environ, "PATH": path}, cwd="/"
    )
    return [json.loads(line)["id"] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    ("kind", "labels"), [(SignalKind.BAD_BUZZ, [SentimentLabel.NEGATIVE]), (SignalKind.BUZZ, [])], ids=["bad buzz", "buzz"]
)
def test_the_command_finds_the_mentions_of_the_alert(folder: Path, kind: SignalKind, labels: Sequence[SentimentLabel]) -> None:
    config = load_config(folder)
    with open_stores(config, SystemClock()) as (state, store):
        view = gather_incident(store, state, config, _opened(kind), NOW)
        told = store.search(Filter(brands=["orange"], labels=labels, start=view.since, end=NOW)).mentions
    content = compose_incident(view, purpose="incident_opened", recipient="a@example.org", config=config, key="k", now=NOW)
    text = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
    assert text is not None
    [command] = [line for line in text.get_content().splitlines() if line.startswith("  vigie search ")]
    assert _pasted(command) == [one.id for one in told]
    assert len(told) == (3 if labels else 4)
