"""What people see beside the mentions: copies of the state on a real server."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from config.schema import AlertsFile, Brand, Config, Settings, SourceRow
from vigie.clock import SimulatedClock
from vigie.model import (
    Action,
    ActionKind,
    Delivery,
    DeliveryState,
    Incident,
    IncidentState,
    PassReport,
    Signal,
    SignalKind,
    SourceHealth,
    SourceState,
)
from vigie.store import Database
from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.admin import ElasticsearchAdmin
from vigie.store.elasticsearch.cluster import Layout
from vigie.store.elasticsearch.mapping import MAPPING_VERSION, SHOWN, mappings, shown_index, template_body
from vigie.store.elasticsearch.showing import ElasticsearchShowcase
from vigie.store.state import SqliteState

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TICK = timedelta(minutes=5)
Opened = tuple[ElasticsearchMentionStore, Elasticsearch, str]


def signal(at: datetime, negatives: int = 9) -> Signal:
    return Signal(
        at=at,
        brand_id="marelle",
        kind=SignalKind.BAD_BUZZ,
        evidence=negatives / 2,
        window=timedelta(hours=1),
        seen=negatives + 3,
        expected=0.8,
        expected_high=3,
        negatives=negatives,
        expected_negatives=0.2,
        usual_negative_share=0.25,
        stories=negatives,
        sites=4,
        copies=1,
        onset=at - timedelta(minutes=20),
    )


def incident(at: datetime = NOW, **changes: Any) -> Incident:
    first = signal(at)
    opened = Incident(
        "i" * 40, "marelle", "crise", SignalKind.BAD_BUZZ, IncidentState.OPEN, at, first.onset, at, first, first, first
    )  # fmt: skip
    return replace(opened, **changes)


def delivery(recipient: str, state: DeliveryState = DeliveryState.SENT, day: str = "2026-03-10") -> Delivery:
    subject = f"digest:matin:{day}"
    return Delivery(f"{subject}:{recipient}", "smtp", recipient, "digest", subject, b"Bonjour", NOW, state, sent_at=NOW)


@pytest.fixture
def opened(new_elasticsearch_mentions: Callable[[], AbstractContextManager[Opened]]) -> Iterator[Opened]:
    with new_elasticsearch_mentions() as opened:
        yield opened


@pytest.fixture
def config(tmp_path: Path) -> Config:
    sources = [
        SourceRow.model_validate({"id": name, "kind": "feed", "url": f"https://www.{name}.example/rss", "name": name.title()})
        for name in ("journal", "forum")
    ]
    digests = AlertsFile.model_validate({"digest": [{"id": "matin", "recipients": ["equipe@exemple.fr"]}]}).digest
    brands = [Brand(id="marelle", name="Marelle", query="marelle"), Brand(id="autre", name="Autre", query="x", role="competitor")]
    return Config(folder=tmp_path, settings=Settings(), brands=brands, sources=sources, rules=[], digests=digests)


@pytest.fixture
def state(database: Database) -> SqliteState:
    return SqliteState(database, SimulatedClock(NOW))


@pytest.fixture
def look(opened: Opened, config: Config) -> Callable[..., "Look"]:
    return lambda **changes: Look(opened[1], opened[2], config.model_copy(update=changes))


class Look:
    """A showcase of its own, and what is on the server after it."""

    def __init__(self, client: Elasticsearch, prefix: str, config: Config) -> None:
        self.client, self.prefix, self.config = client, prefix, config
        self.showcase = self.again()

    def again(self, whole: bool = False) -> ElasticsearchShowcase:
        """Another process."""
        return ElasticsearchShowcase(self.client, Layout(self.prefix), self.config, whole)

    def found(self, dataset: str) -> list[dict[str, Any]]:
        """The documents of a dataset, oldest first."""
        index = f"{self.prefix}-*"
        self.client.indices.refresh(index=index)
        order = ["@timestamp", "event.id"]
        hits = self.client.search(index=index, query={"term": {"event.dataset": dataset}}, sort=order, size=100)["hits"]["hits"]
        return [hit["_source"] for hit in hits]


Looking = Callable[..., Look]


def commit(state: SqliteState, source: str, at: datetime, health: SourceHealth = SourceHealth.OK, **report: Any) -> None:
    done = PassReport(source, at - timedelta(seconds=2), at, **{"ok": True, "documents": 3, "requests": 4, **report})
    known = SourceState(source, health, last_pass_at=at, error=report.get("message", ""), usual_gap=timedelta(hours=1))
    state.commit(done, state.memory(source), known)


def test_an_incident_is_shown_with_its_peak_and_each_look_at_it(state: SqliteState, look: Looking) -> None:
    seen = look()
    state.save(incident())
    seen.showcase.show(state, NOW)
    for step, negatives in enumerate((26, 4), start=1):
        latest = signal(NOW + step * TICK, negatives)
        peak = signal(NOW + TICK, 26)
        state.save(incident(last=latest, peak=peak, state=IncidentState.WORSE, updated_at=NOW + step * TICK))
        seen.showcase.show(state, latest.at)
    (shown,) = seen.found("vigie.incident")
    assert shown["event"] | {"kind": "alert", "start": "2026-03-10T11:40:00+00:00"} == shown["event"]
    assert (shown["rule"], shown["vigie"]["brand"]) == ({"id": "crise"}, "marelle")
    assert shown["vigie"]["incident"]["state"] == "worse"
    assert shown["vigie"]["signal"]["negatives"] == 26
    looks = [look["vigie"] for look in seen.found("vigie.signal")]
    assert [(one["incident"].get("state"), one["signal"]["negatives"], one["signal"]["expected_high"]) for one in looks] == [
        ("open", 9, 3),
        ("worse", 26, 3),
        ("worse", 4, 3),
    ]


def test_an_incident_is_shown_with_what_the_team_did_and_who_without_an_address(state: SqliteState, look: Looking) -> None:
    seen, opened = look(), incident()
    state.save(opened)
    seen.showcase.show(state, NOW)
    until = NOW + timedelta(hours=2)
    for number, done in enumerate(
        (
            Action(opened.id, "", ActionKind.ACKNOWLEDGED, NOW, "claire@exemple.fr"),
            Action(opened.id, "", ActionKind.MUTED, NOW, until=until),
            Action(opened.id, "", ActionKind.NOTE, NOW, "paul", text="Communiqué \ud800 à 15 h"),
            Action(opened.id, "", ActionKind.FALSE, NOW, "claire@exemple.fr"),
        )
    ):
        state.add_action(replace(done, key=str(number)))
    assert seen.showcase.show(state, NOW + TICK) == 1
    [shown] = seen.found("vigie.incident")
    handling = shown["vigie"]["incident"]["handling"]
    assert (handling["taken_by"], handling["taken_at"], handling["verdict"]) == ("claire", NOW.isoformat(), "false")
    assert (handling["muted_until"], handling["notes"]) == (until.isoformat(), 1)
    assert handling["last_note"].startswith("Communiqué") and "exemple.fr" not in str(shown)


def test_a_look_keeps_what_was_known_at_its_moment(state: SqliteState, look: Looking) -> None:
    seen = look()
    state.save(incident())
    seen.showcase.show(state, NOW)
    later = NOW + timedelta(hours=9)
    closed = incident(last=signal(later, 0), state=IncidentState.CLOSED, updated_at=later, closed_at=later)
    state.save(closed)
    seen.again().show(state, later)
    assert [one["vigie"]["incident"]["state"] for one in seen.found("vigie.signal")] == ["open", "closed"]
    assert seen.found("vigie.incident")[0]["event"]["end"] == later.isoformat()


def test_only_what_changed_is_written(state: SqliteState, look: Looking) -> None:
    seen = look()
    state.save(incident())
    commit(state, "journal", NOW)
    state.add(delivery("equipe@exemple.fr"))
    assert seen.showcase.show(state, NOW) == 2 + 2 + 1 + 1  # incident and look, two sources, a pass, a digest
    assert seen.showcase.show(state, NOW + TICK) == 0
    commit(state, "journal", NOW + TICK)
    assert seen.showcase.show(state, NOW + TICK) == 2


def test_a_source_is_shown_with_its_health_and_one_never_read_too(state: SqliteState, look: Looking) -> None:
    seen = look()
    commit(state, "journal", NOW, SourceHealth.LATE, ok=False, errors={"http_500": 2}, message="le serveur \ud800 répond 500")
    seen.showcase.show(state, NOW)
    sources = {one["vigie"]["source"]["id"]: one for one in seen.found("vigie.source")}
    assert sources["journal"]["vigie"]["source"] | {"name": "Journal", "health": "late"} == sources["journal"]["vigie"]["source"]
    assert sources["journal"]["event"]["outcome"] == "failure"
    assert sources["journal"]["url"]["domain"] == "journal.example"
    assert "répond 500" in sources["journal"]["error"]["message"]
    assert sources["forum"]["vigie"]["source"]["health"] == "never"
    (done,) = seen.found("vigie.pass")
    assert done["vigie"]["pass"] == {"documents": 3, "requests": 4, "not_modified": 0, "errors": 2, "reasons": ["http_500"]}
    assert done["event"]["duration"] == 2_000_000_000


def test_a_source_that_is_no_longer_watched_leaves_and_its_passes_stay(state: SqliteState, look: Looking, config: Config) -> None:
    commit(state, "forum", NOW)
    look().showcase.show(state, NOW)
    fewer = look(sources=config.sources[:1])
    fewer.showcase.show(state, NOW)
    assert [one["vigie"]["source"]["id"] for one in fewer.found("vigie.source")] == ["journal"]
    assert len(fewer.found("vigie.pass")) == 1


def test_a_digest_is_counted_and_nobody_is_named(state: SqliteState, look: Looking) -> None:
    seen = look()
    state.add(delivery("zoe@exemple.fr"))
    state.add(delivery("luc@exemple.fr", DeliveryState.REFUSED))
    state.add(Delivery("k", "smtp", "zoe@exemple.fr", "incident_opened", "i", b"", NOW))
    seen.showcase.show(state, NOW)
    (shown,) = seen.found("vigie.digest")
    assert shown["vigie"]["brand"] == ["marelle"]
    assert shown["vigie"]["digest"] == {
        "id": "matin", "day": "2026-03-10", "channel": ["smtp"], "state": "failed", "recipients": 2, "sent": 1, "failed": 1,
    }  # fmt: skip
    assert "exemple.fr" not in str(shown)


def test_a_digest_follows_its_mails(state: SqliteState, look: Looking) -> None:
    seen = look()
    state.add(delivery("equipe@exemple.fr", DeliveryState.PENDING))
    seen.showcase.show(state, NOW)
    assert seen.found("vigie.digest")[0]["vigie"]["digest"]["state"] == "waiting"
    state.update(delivery("equipe@exemple.fr"))
    seen.showcase.show(state, NOW + TICK)
    assert [one["vigie"]["digest"]["state"] for one in seen.found("vigie.digest")] == ["sent"]


def test_another_process_goes_on_after_the_newest_pass(state: SqliteState, look: Looking) -> None:
    seen = look()
    for hours in range(5):
        commit(state, "journal", NOW + timedelta(hours=hours))
    late = NOW + timedelta(hours=5)
    seen.showcase.show(state, late)
    commit(state, "journal", late)
    assert seen.again().show(state, late) == 2 + 2  # the two sources; the newest pass again, and the new one
    assert len(seen.found("vigie.pass")) == 6


def test_a_lost_index_is_written_whole_again(state: SqliteState, look: Looking) -> None:
    seen = look()
    for hours in range(5):
        commit(state, "journal", NOW + timedelta(hours=hours))
    late = NOW + timedelta(hours=5)
    seen.showcase.show(state, late)
    seen.client.indices.delete(index=shown_index(seen.prefix, "sources"))
    commit(state, "journal", late)
    seen.showcase.show(state, late)  # who runs still writes, into an index that the server makes from the template
    assert seen.client.indices.exists_alias(name=f"{seen.prefix}-sources")
    seen.again(whole=True).show(state, late)
    assert (len(seen.found("vigie.pass")), len(seen.found("vigie.source"))) == (6, 2)


def test_retention_removes_what_ended_and_keeps_what_is_open(state: SqliteState, look: Looking) -> None:
    seen = look()
    state.save(incident())
    state.save(incident(id="j" * 40, state=IncidentState.CLOSED, closed_at=NOW))
    commit(state, "journal", NOW)
    state.add(delivery("equipe@exemple.fr"))
    seen.showcase.show(state, NOW)
    assert seen.showcase.forget(NOW) == 0
    assert seen.showcase.forget(NOW + TICK) == 2 + 1 + 1 + 1  # looks, the closed incident, the pass, the digest
    assert [one["event"]["id"] for one in seen.found("vigie.incident")] == ["i" * 40]
    assert len(seen.found("vigie.source")) == 2


def test_indexes_of_another_mapping_are_told_and_moved(state: SqliteState, look: Looking) -> None:
    seen = look()
    admin = ElasticsearchAdmin(seen.client, Layout(seen.prefix))
    state.save(incident())
    admin.setup(NOW)
    seen.showcase.show(state, NOW)
    new, old = shown_index(seen.prefix, "incidents"), f"{seen.prefix}-incidents-v0"
    older = {**mappings("incidents"), "_meta": {"vigie": {"mapping_version": 0}}}
    settings = template_body(seen.prefix, family="incidents")["template"]["settings"]
    seen.client.indices.create(index=old, mappings=older, settings={"analysis": settings["analysis"]})
    seen.client.indices.refresh(index=new)
    seen.client.reindex(source={"index": new}, dest={"index": old}, refresh=True)
    seen.client.indices.delete(index=new)
    assert [check.says for check in admin.doctor() if not check.ok] == [
        f"{seen.prefix}-incidents has no index; run `vigie store setup`"
    ]
    assert f"{old}: now in {new}" in list(admin.migrate())
    assert [check for check in admin.doctor() if not check.ok] == []
    assert (len(seen.found("vigie.incident")), len(seen.found("vigie.signal"))) == (1, 1)
    assert {part.name for part in admin.status().parts} >= {shown_index(seen.prefix, family) for family in SHOWN}
    assert {part.version for part in admin.status().parts} == {MAPPING_VERSION}
