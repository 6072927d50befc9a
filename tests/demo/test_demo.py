"""The whole job, run as a newcomer runs it: what it must find; a second run repeats nothing, and kill -9 loses nothing."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.clock import SimulatedClock
from vigie.demo.mailbox import KeptMail, kept_mails
from vigie.demo.world import build_world
from vigie.model import DeliveryState, DocumentKind
from vigie.ports import Filter, MentionStore
from vigie.store import open_database, open_state
from vigie.store.sqlite import SqliteMentionStore

SEED = 1
KILLS = 20
DEMO = [str(Path(sys.executable).with_name("vigie")), "demo", "--seed", str(SEED), "--out"]
WORLD = build_world(SEED)


@dataclass(frozen=True)
class Held:
    """What must be the same however often a run was interrupted."""

    mentions: frozenset[str]
    incidents: tuple[tuple[str, str], ...]
    mails: tuple[str, ...]
    problems: tuple[str, ...]


def run(out: Path) -> None:
    ran = subprocess.run([*DEMO, str(out)], capture_output=True, text=True, check=False, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def every_mention(store: MentionStore) -> list[str]:
    ids: list[str] = []
    cursor = None
    while True:
        page = store.search(Filter(), limit=500, cursor=cursor)
        ids += [mention.id for mention in page.mentions]
        cursor = page.cursor
        if cursor is None:
            return ids


def held(out: Path) -> Held:
    database = open_database(out)
    try:
        state, store = (
            open_state(database, SimulatedClock(datetime(2026, 3, 11, tzinfo=UTC))),
            SqliteMentionStore(database, "UTC"),
        )
        ids = every_mention(store)
        assert len(ids) == len(set(ids))
        assert all(delivery.state == DeliveryState.SENT for delivery in state.deliveries())
        assert len(state.deliveries()) == len(kept_mails(out / "mails"))
        return Held(
            frozenset(ids),
            tuple((incident.id, str(incident.state)) for incident in state.incidents()),
            tuple(sorted(mail.message_id for mail in kept_mails(out / "mails"))),
            tuple(store.integrity()),
        )
    finally:
        database.close()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "out"
    run(out)
    return out


@pytest.fixture(scope="module")
def summary(finished: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((finished / "summary.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def mails(finished: Path) -> list[KeptMail]:
    return kept_mails(finished / "mails")


def test_every_document_has_one_outcome_and_they_add_up(summary: dict) -> None:  # type: ignore[type-arg]
    documents = dict(summary["documents"])
    seen = documents.pop("seen")
    assert seen == sum(documents.values())
    assert documents["stored"] > 700
    assert documents["off_topic"] > 100


def test_nearly_every_mention_written_into_the_world_is_found(finished: Path) -> None:
    database = open_database(finished)
    store = SqliteMentionStore(database, "UTC")
    found = {(mention.document.url, mention.brand_id) for mention in _all(store)}
    database.close()
    wanted = {(item.url, brand) for item, brand in WORLD.mentions()}
    assert len(wanted & found) >= 0.98 * len(wanted)


def test_homonyms_of_the_brand_are_not_mentions(finished: Path) -> None:
    database = open_database(finished)
    store = SqliteMentionStore(database, "UTC")
    meant = {(item.url, brand) for item, brand in WORLD.mentions()}
    articles = {item.url for item in WORLD.articles}
    wrong = {
        mention.document.url
        for mention in _all(store)
        if mention.document.url in articles and (mention.document.url, mention.brand_id) not in meant
    }
    database.close()
    assert wrong == set()


def _all(store: MentionStore) -> list:  # type: ignore[type-arg]
    return [mention for mention in map(store.get, every_mention(store)) if mention]


def test_one_incident_is_opened_within_45_minutes_of_the_onset(summary: dict) -> None:  # type: ignore[type-arg]
    (incident,) = summary["incidents"]
    assert (incident["brand"], incident["kind"]) == ("marelle", "bad_buzz")
    assert 0 < incident["delay_minutes"] <= 45
    assert incident["mails"] >= 1


def test_the_copied_dispatch_is_one_story(finished: Path) -> None:
    database = open_database(finished)
    stories = SqliteMentionStore(database, "UTC").stories(Filter(brands=["marelle"], kinds=[DocumentKind.NEWS]), limit=3)
    database.close()
    assert (stories[0].documents, stories[0].sites) == (8, 8)


def test_the_silent_source_is_told_silent_and_the_others_well(summary: dict) -> None:  # type: ignore[type-arg]
    states = {source["id"]: source["state"] for source in summary["sources"]}
    assert states.pop("journal-abonne") == "silent"
    assert set(states.values()) == {"ok"}


def test_what_robots_txt_forbids_was_never_taken(finished: Path) -> None:
    for path in [finished / "vigie.db", *(finished / "mails").iterdir()]:
        assert WORLD.canary.encode() not in path.read_bytes()


def test_the_injected_casino_paragraph_is_in_no_mention(finished: Path) -> None:
    database = open_database(finished)
    store = SqliteMentionStore(database, "UTC")
    hacked = [mention for mention in _all(store) if "casino" in mention.document.text.lower()]
    database.close()
    assert hacked == []


def test_the_alert_and_the_digest_are_mails_a_program_can_read(mails: list[KeptMail]) -> None:
    alert, *_, digest = mails
    assert alert.subject.startswith("[Vigie] ALERTE bad buzz – Marelle")
    assert digest.date.astimezone(UTC) == datetime(2026, 3, 11, 7, 0, tzinfo=UTC)
    for mail in mails:
        assert mail.eml.stat().st_size < 100_000
        assert len(mail.text) > 300
        assert mail.html is not None
        html = mail.html.read_text(encoding="utf-8")
        assert "cid:" not in html
        assert 'src="http' not in html


def test_the_page_shows_the_run_and_nothing_from_elsewhere(finished: Path, mails: list[KeptMail]) -> None:
    page = (finished / "index.html").read_text(encoding="utf-8")
    assert all(f"mails/{mail.eml.name}" in page for mail in mails)
    assert 'src="http' not in page
    assert "<script" not in page


def test_a_second_run_finds_everything_known_and_mails_nothing(finished: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(finished, again)
    before, contents = held(again), {path.name: path.read_bytes() for path in (again / "mails").glob("*.eml")}
    stored = json.loads((again / "summary.json").read_text(encoding="utf-8"))["documents"]["stored"]
    run(again)
    assert held(again) == before
    assert {path.name: path.read_bytes() for path in (again / "mails").glob("*.eml")} == contents
    assert json.loads((again / "summary.json").read_text(encoding="utf-8"))["documents"]["stored"] == stored


def test_another_seed_on_the_same_folder_is_refused(finished: Path) -> None:
    ran = subprocess.run([*DEMO, str(finished), "--seed", str(SEED + 1)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 1
    assert f"seed {SEED}" in ran.stderr


def test_kill_9_at_twenty_random_moments_changes_nothing(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    chance = random.Random(20)
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen([*DEMO, str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=chance.uniform(1.5, 7))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    assert killed >= KILLS // 2, "the machine is too fast for these moments: shorten them"
    if (out / "vigie.db").exists():
        assert sqlite3.connect(out / "vigie.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    run(out)
    assert held(out) == held(finished)
