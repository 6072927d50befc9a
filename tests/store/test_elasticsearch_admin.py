"""The upkeep of the indexes on a real server: set up, rewritten while others read and write, examined."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from tests.store import one_of_everything
from tests.store.faulty_proxy import Fault, faulty_proxy
from tests.store.installation import write_configuration
from vigie.errors import StoreError, StoreUnavailable
from vigie.model import Enrichment, Mention, Role, Workflow, WorkflowState
from vigie.ports import Decision, Filter
from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.admin import ElasticsearchAdmin
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.lease import leased
from vigie.store.elasticsearch.mapping import (
    MAPPING_VERSION,
    SHOWN,
    alias_name,
    index_name,
    index_pattern,
    mappings,
    shown_index,
    template_body,
)

MARCH = datetime(2026, 3, 9, 8, tzinfo=UTC)
MakeMention = Callable[..., Mention]

Opened = tuple[ElasticsearchMentionStore, Elasticsearch, str]


@pytest.fixture
def opened(new_elasticsearch_mentions: Callable[[], AbstractContextManager[Opened]]) -> Iterator[Opened]:
    with new_elasticsearch_mentions() as opened:
        yield opened


@pytest.fixture
def store(opened: Opened) -> ElasticsearchMentionStore:
    return opened[0]


@pytest.fixture
def client(opened: Opened) -> Elasticsearch:
    return opened[1]


@pytest.fixture
def layout(opened: Opened) -> Layout:
    return Layout(opened[2])


@pytest.fixture
def admin(client: Elasticsearch, layout: Layout) -> ElasticsearchAdmin:
    return ElasticsearchAdmin(client, layout)


def make_old(client: Elasticsearch, prefix: str, moment: datetime, **changes: Any) -> str:
    """Puts the month of `moment` back to where an older Vigie left it: mapping version 0, in an index of that name."""
    new, old = index_name(prefix, moment), index_name(prefix, moment, 0)
    older = {**mappings(), "_meta": {"vigie": {"mapping_version": 0}}, **changes}
    settings = client.indices.get_settings(index=new)[new]["settings"]["index"]["analysis"]
    client.indices.create(index=old, mappings=older, settings={"analysis": settings})
    client.indices.refresh(index=new)
    client.reindex(source={"index": new}, dest={"index": old}, refresh=True)
    client.indices.delete(index=new)
    return old


def wrong(admin: ElasticsearchAdmin) -> dict[str, str]:
    """What is wrong by the sort of check; where several are, one after the other."""
    found: dict[str, str] = {}
    for check in admin.doctor():
        if not check.ok:
            found[check.what] = f"{found[check.what]}; {check.says}" if check.what in found else check.says
    return found


def problems(admin: ElasticsearchAdmin) -> str:
    return "\n".join(check.says for check in admin.doctor() if not check.ok)


def test_setup_makes_the_alias_and_is_sound_and_may_be_repeated(admin: ElasticsearchAdmin, layout: Layout) -> None:
    assert admin.setup(MARCH) == admin.setup(MARCH + timedelta(days=60))
    assert wrong(admin) == {}
    indexes = [index_name(layout.prefix, MARCH), *(shown_index(layout.prefix, family) for family in SHOWN)]
    assert [(part.name, part.version, part.documents) for part in admin.status().parts] == [
        (index, MAPPING_VERSION, 0) for index in indexes
    ]


def test_a_server_without_setup_is_told_to_be_set_up(admin: ElasticsearchAdmin) -> None:
    assert {what: "vigie store setup" in says for what, says in wrong(admin).items()} == {"template": True, "alias": True}


def test_a_migration_with_nothing_to_do_changes_nothing(admin: ElasticsearchAdmin) -> None:
    admin.setup(MARCH)
    before = admin.status()
    assert list(admin.migrate()) == [f"every index has mapping {MAPPING_VERSION}"]
    assert admin.status() == before


def test_a_migration_keeps_what_people_decided_and_the_store_goes_on(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    some = [make_mention(number, at=MARCH) for number in range(5)]
    store.upsert(some)
    store.mark(some[0].id, Decision(WorkflowState.HANDLED, "répondu"))
    make_old(client, layout.prefix, MARCH)
    assert "mapping" in wrong(admin)
    list(admin.migrate())
    assert wrong(admin) == {}
    assert store.upsert([*some, make_mention(9, at=MARCH)]).updated == 5
    assert store.count(Filter()).total == 6
    kept = store.get(some[0].id)
    assert kept is not None
    assert (kept.workflow.state, kept.workflow.note) == (WorkflowState.HANDLED, "répondu")


def test_a_mention_stored_before_there_were_assignments_takes_one_once_its_index_is_migrated(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    mention = make_mention(1, at=MARCH)
    assigned = Decision(assignee="claire", due_at=MARCH)
    store.upsert([mention])
    older = template_body(layout.prefix)
    properties = older["template"]["mappings"]["properties"]
    for field in ("assignee", "due", "due_us"):
        del properties["vigie"]["properties"]["workflow"]["properties"][field]
    client.indices.put_index_template(name=alias_name(layout.prefix), **{**older, "version": 0})
    make_old(client, layout.prefix, MARCH, properties=properties)
    with pytest.raises(StoreError, match="vigie store migrate"):
        store.mark(mention.id, assigned)
    list(admin.migrate())
    assert store.mark(mention.id, assigned)
    assert store.search(Filter(assignees=["claire"])).mentions == [
        replace(mention, workflow=Workflow(assignee="claire", due_at=MARCH))
    ]


READ_SINCE_3 = (
    "reason",
    "doubtful",
    "text_tone",
    "role",
    "proof",
    "emotion",
    "toxicity",
    "themes",
    "key_phrases",
    "places",
    "entities",
    "stars",
    "excerpt",
)


def test_a_mention_of_mapping_2_is_read_with_defaults_and_takes_what_is_read_since(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin
) -> None:
    mention = one_of_everything.mention(1)
    store.upsert([mention])
    index = index_name(layout.prefix, mention.document.published.at)
    forget = "for (name in params.names) { ctx._source.vigie.remove(name) } ctx._source.vigie.match.remove('doubtful')"
    client.update(index=index, id=mention.id, script={"source": forget, "params": {"names": READ_SINCE_3}}, refresh=True)
    older = template_body(layout.prefix)
    properties = older["template"]["mappings"]["properties"]
    for field in READ_SINCE_3:
        del properties["vigie"]["properties"][field]
    client.indices.put_index_template(name=alias_name(layout.prefix), **{**older, "version": 2})
    make_old(client, layout.prefix, mention.document.published.at, properties=properties)
    found = store.get(mention.id)
    assert found is not None
    assert (found.target, found.enrichment, found.reason, found.doubtful) == (None, Enrichment(), "", False)
    assert store.mark(mention.id, Decision(note="avant"))
    list(admin.migrate())
    assert store.count(Filter(roles=[Role.COMPARED])).total == 0
    store.upsert([mention])
    assert store.search(Filter(roles=[Role.COMPARED], themes=["prix"], toxic=True)).mentions == [
        replace(mention, workflow=Workflow(note="avant"))
    ]


class InBackground(threading.Thread):
    """Does `step` again and again until it is told to end; what goes wrong is raised by `end`."""

    def __init__(self, step: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._step, self._ending, self._once = step, threading.Event(), threading.Event()
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                self._step()
                self._once.set()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self._failure = error

    def wait_for_the_first(self) -> None:
        assert self._once.wait(timeout=30)

    def end(self) -> None:
        self._ending.set()
        self.join()
        if self._failure:
            raise self._failure


class Others:
    """What other programs do to `store` meanwhile, each thing tried again until it is taken, as the pipeline and people do."""

    def __init__(self, store: ElasticsearchMentionStore, make_mention: MakeMention) -> None:
        self._store, self._make = store, make_mention
        self.written: list[int] = []
        self.moved: list[int] = []
        self.noted: list[int] = []
        self.erased: list[int] = []

    def write(self) -> None:
        """A new mention."""
        number = 10_000 + len(self.written)
        if self._taken(lambda: self._store.upsert([self._make(number, at=MONTHS[number % 2])])):
            self.written.append(number)

    def move(self) -> None:
        """A mention whose page was corrected: it was published in the other month."""
        number = MOVED[len(self.moved) % len(MOVED)]
        if self._taken(lambda: self._store.upsert([self._make(number, at=MONTHS[(number + 1) % 2])])):
            self.moved.append(number)

    def note(self) -> None:
        number = MOVED[len(self.noted) % len(MOVED)]
        if self._taken(lambda: self._store.mark(self._make(number).id, Decision(note=f"note {number}"))):
            self.noted.append(number)

    def erase(self) -> None:
        number = ERASED[len(self.erased) % len(ERASED)]
        if self._taken(lambda: self._store.erase_url(self._make(number).document.url)):
            self.erased.append(number)

    def _taken(self, step: Callable[[], object]) -> bool:
        with suppress(StoreUnavailable):
            step()
            return True
        return False


MONTHS = [MARCH, MARCH + timedelta(days=30)]
MOVED, ERASED = range(0, 100), range(100, 300)
BEFORE = 600  # mentions


def test_nothing_is_lost_or_doubled_while_others_write_move_decide_erase_and_read(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    store.upsert([make_mention(number, at=MONTHS[number % 2]) for number in range(BEFORE)])
    for moment in MONTHS:
        make_old(client, layout.prefix, moment)
    alias = alias_name(layout.prefix)
    left_alone = {"ids": {"values": [make_mention(number).id for number in range(ERASED.stop, BEFORE)]}}
    seen: set[int] = set()

    def read() -> None:
        answer = client.count(index=alias, query=left_alone)
        if not answer["_shards"]["failed"]:  # a count that lost an index on its way says so; the store asks for no such answer
            seen.add(answer["count"])

    each = [Others(ElasticsearchMentionStore(Cluster(client, layout), layout.prefix), make_mention) for _ in range(4)]
    steps = [each[0].write, each[1].move, each[2].note, each[3].erase, read]
    background = [InBackground(step) for step in steps]
    for one in background:
        one.wait_for_the_first()
    said = list(admin.migrate())
    for one in background:
        one.end()
    client.indices.refresh(index=index_pattern(layout.prefix))
    hits = client.search(index=alias, size=10_000)["hits"]["hits"]
    stood = set(range(BEFORE)) - set(each[3].erased) | set(each[0].written)
    assert sorted(hit["_id"] for hit in hits) == sorted(make_mention(number).id for number in stood)
    notes = {hit["_id"]: hit["_source"]["vigie"]["workflow"]["note"] for hit in hits}
    assert {notes[make_mention(number).id] for number in each[2].noted} == {f"note {number}" for number in each[2].noted}
    months = {hit["_id"]: hit["_source"]["@timestamp"][:7] for hit in hits}
    assert [number for number in each[1].moved if months[make_mention(number).id] != f"{MONTHS[(number + 1) % 2]:%Y-%m}"] == []
    assert seen == {BEFORE - ERASED.stop}
    assert len(said) == 3
    assert wrong(admin) == {}


def test_a_migration_whose_program_was_killed_is_ended_by_the_next(
    client: Elasticsearch,
    layout: Layout,
    store: ElasticsearchMentionStore,
    make_mention: MakeMention,
    tmp_path: Path,
    open_elasticsearch_address: str,
) -> None:
    store.upsert([make_mention(number, at=MARCH) for number in range(30)])
    make_old(client, layout.prefix, MARCH)
    with faulty_proxy(open_elasticsearch_address) as proxy, proxy.failing(waiting := Fault("/_tasks/", hangs=True)):
        write_configuration(tmp_path, proxy.url, layout.prefix)
        vigie = [sys.executable, "-c", "from vigie.cli import main; main()", "store", "migrate", "-c", str(tmp_path)]
        with subprocess.Popen(vigie) as migrating:
            while not waiting.hits and migrating.poll() is None:
                threading.Event().wait(0.05)
            migrating.kill()
    admin = ElasticsearchAdmin(client, layout, dead_after_s=0.5)
    assert {"alias", "blocks", "mapping"} <= set(wrong(admin))
    with pytest.raises(StoreUnavailable, match="vigie store migrate"):
        store.mark(make_mention(1).id, Decision(note="refusé"))
    list(admin.migrate())
    assert wrong(admin) == {}
    store.upsert([make_mention(number, at=MARCH) for number in range(40)])
    assert store.count(Filter()).total == 40


def test_two_migrations_at_once_are_one_and_the_other_is_told_whose_it_is(
    client: Elasticsearch, layout: Layout, admin: ElasticsearchAdmin
) -> None:
    patient = ElasticsearchAdmin(client, layout, dead_after_s=5)
    with (
        leased(client, f"{layout.prefix}-migration", "une autre machine", dead_after_s=1),
        pytest.raises(StoreUnavailable, match="une autre machine migrates already"),
    ):
        list(patient.migrate())
    assert list(admin.migrate())
    assert not client.indices.exists(index=f"{layout.prefix}-migration")


def test_a_lease_that_another_took_is_not_to_be_relied_on(client: Elasticsearch, layout: Layout) -> None:
    index = f"{layout.prefix}-migration"
    with leased(client, index, "celui qui dormait", dead_after_s=0.3) as lease:
        lease.require()
        client.index(index=index, id="holder", document={"holder": "le suivant"})
        lease.keep(0.01)
        with pytest.raises(StoreUnavailable, match="another migration began"):
            lease.require()
    assert client.get(index=index, id="holder")["_source"]["holder"] == "le suivant"
    client.indices.delete(index=index)


def test_a_mention_that_does_not_fit_the_new_mapping_stops_it_and_nothing_is_lost(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    store.upsert([make_mention(1, at=MARCH)])
    old = make_old(client, layout.prefix, MARCH, dynamic="true")
    client.index(index=old, id="étranger", document={"inconnu": 1}, refresh=True)
    with pytest.raises(StoreError, match="does not fit the new mapping"):
        list(admin.migrate())
    assert client.count(index=alias_name(layout.prefix))["count"] == 2
    assert "blocks" not in wrong(admin)
    client.delete(index=old, id="étranger", refresh=True)
    list(admin.migrate())
    assert store.count(Filter()).total == 1


def test_an_interrupted_migration_is_named_and_ended_by_the_next(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    store.upsert([make_mention(number, at=MARCH) for number in range(3)])
    old = make_old(client, layout.prefix, MARCH)
    written = index_name(layout.prefix, MARCH)
    copy = written.replace("-2026", "-copy1-2026")
    for index in (written, copy):
        client.indices.create(index=index)
    client.indices.delete_alias(index=copy, name=alias_name(layout.prefix))
    client.reindex(source={"index": old}, dest={"index": copy}, refresh=True)
    for index in (old, written):
        client.indices.add_block(index=index, block="write")
    assert set(wrong(admin)) == {"alias", "mapping", "blocks"}
    list(admin.migrate())
    assert wrong(admin) == {}
    store.upsert([make_mention(7, at=MARCH)])
    assert store.count(Filter()).total == 4


def test_an_index_that_lost_its_alias_comes_back_behind_it(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    store.upsert([make_mention(number, at=MARCH) for number in range(3)])
    client.indices.delete_alias(index=index_name(layout.prefix, MARCH), name=alias_name(layout.prefix))
    assert "alias" in wrong(admin)
    list(admin.migrate())
    assert wrong(admin) == {}
    assert store.count(Filter()).total == 3


def test_what_somebody_else_put_behind_the_alias_is_named_and_never_removed(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin
) -> None:
    stranger = f"{layout.prefix}-archives-2019.01"
    client.indices.create(index=stranger, aliases={alias_name(layout.prefix): {}})
    admin.setup(MARCH)
    assert f"DELETE {stranger}/_alias/{alias_name(layout.prefix)}" in problems(admin)
    list(admin.migrate())
    store.purge(MARCH)
    assert client.indices.exists(index=stranger)
    client.indices.delete(index=stranger)
    assert wrong(admin) == {}


def test_an_index_where_the_alias_must_be_is_named_and_what_arrives_waits(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    client.indices.create(index=alias_name(layout.prefix))
    assert "choose another store.index_prefix" in problems(admin)
    with pytest.raises(StoreUnavailable, match="vigie store doctor"):
        store.upsert([make_mention(1, at=MARCH)])
    client.indices.delete(index=alias_name(layout.prefix))
    assert store.upsert([make_mention(1, at=MARCH)]).created == 1


def test_a_mistyped_prefix_is_told_the_prefixes_that_there_are(
    client: Elasticsearch, layout: Layout, admin: ElasticsearchAdmin
) -> None:
    admin.setup(MARCH)
    mistyped = ElasticsearchAdmin(client, Layout(f"{layout.prefix}x"))
    assert "is store.index_prefix right? Vigie was set up here as" in problems(mistyped)
    assert mistyped.status().parts == []


@pytest.mark.parametrize(("version", "says"), [(MAPPING_VERSION - 1, "vigie store migrate"), (MAPPING_VERSION + 1, "update it")])
def test_a_template_of_another_version_is_told_what_to_do_about(
    client: Elasticsearch, layout: Layout, admin: ElasticsearchAdmin, version: int, says: str
) -> None:
    admin.setup(MARCH)
    client.indices.put_index_template(name=alias_name(layout.prefix), **{**template_body(layout.prefix), "version": version})
    assert says in wrong(admin)["template"]
    assert (admin.connection().ok, says in admin.connection().says) == (False, True)


def test_what_arrives_waits_when_the_template_is_a_newer_vigies(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, make_mention: MakeMention
) -> None:
    newer = {**template_body(layout.prefix), "version": MAPPING_VERSION + 1}
    client.indices.put_index_template(name=alias_name(layout.prefix), **newer)
    with pytest.raises(StoreUnavailable, match="update this one"):
        store.upsert([make_mention(1, at=MARCH)])


def test_the_connection_is_well_before_and_after_the_setup(client: Elasticsearch, admin: ElasticsearchAdmin) -> None:
    number = client.info()["version"]["number"]
    before = admin.connection()
    admin.setup(MARCH)
    after = admin.connection()
    assert (before.ok, after.ok) == (True, True)
    assert [number in one.says for one in (before, after)] == [True, True]
    assert f"mapping {MAPPING_VERSION}" in after.says


def test_doctor_names_a_full_disk(client: Elasticsearch, layout: Layout, admin: ElasticsearchAdmin) -> None:
    admin.setup(MARCH)
    block = {"index.blocks.read_only_allow_delete": True}
    client.indices.put_settings(index=index_name(layout.prefix, MARCH), settings=block)
    assert "free disk space" in wrong(admin)["blocks"]


def test_doctor_names_an_index_that_somebody_closed(client: Elasticsearch, layout: Layout, admin: ElasticsearchAdmin) -> None:
    admin.setup(MARCH)
    client.indices.close(index=index_name(layout.prefix, MARCH))
    assert f"POST {index_name(layout.prefix, MARCH)}/_open" in problems(admin)


def test_doctor_of_a_server_that_is_away_says_so_and_nothing_else(layout: Layout) -> None:
    with Elasticsearch("http://127.0.0.1:1", max_retries=0) as nobody:
        checks = ElasticsearchAdmin(nobody, layout).doctor()
        connection = ElasticsearchAdmin(nobody, layout).connection()
    assert [(check.what, check.ok) for check in checks] == [("server", False)]
    assert (connection.ok, connection.says) == (False, checks[0].says)
