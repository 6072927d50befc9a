"""The upkeep of the indexes on a real server: set up, rewritten while others read and write, examined."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from vigie.errors import StoreError, StoreUnavailable
from vigie.model import Mention, WorkflowState
from vigie.ports import Filter
from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.admin import ElasticsearchAdmin
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.mapping import MAPPING_VERSION, alias_name, index_name, index_pattern, mappings

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
    return {check.what: check.says for check in admin.doctor() if not check.ok}


def test_setup_makes_the_alias_and_is_sound_and_may_be_repeated(admin: ElasticsearchAdmin, layout: Layout) -> None:
    assert admin.setup(MARCH) == admin.setup(MARCH + timedelta(days=60))
    assert wrong(admin) == {}
    assert [(part.name, part.version, part.documents) for part in admin.status().parts] == [
        (index_name(layout.prefix, MARCH), MAPPING_VERSION, 0)
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
    store.mark(some[0].id, WorkflowState.HANDLED, "répondu")
    make_old(client, layout.prefix, MARCH)
    assert "mapping" in wrong(admin)
    list(admin.migrate())
    assert wrong(admin) == {}
    assert store.upsert([*some, make_mention(9, at=MARCH)]).updated == 5
    assert store.count(Filter()).total == 6
    kept = store.get(some[0].id)
    assert kept is not None
    assert (kept.workflow.state, kept.workflow.note) == (WorkflowState.HANDLED, "répondu")


class InBackground(threading.Thread):
    """Does `step` again and again until it is told to end; what goes wrong is raised by `end`."""

    def __init__(self, step: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._step, self._ending = step, threading.Event()
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                self._step()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self._failure = error

    def end(self) -> None:
        self._ending.set()
        self.join()
        if self._failure:
            raise self._failure


def test_nothing_is_lost_or_doubled_while_others_write_and_read(
    client: Elasticsearch, layout: Layout, store: ElasticsearchMentionStore, admin: ElasticsearchAdmin, make_mention: MakeMention
) -> None:
    months = [MARCH, MARCH + timedelta(days=30)]
    store.upsert([make_mention(number, at=months[number % 2]) for number in range(3000)])
    for moment in months:
        make_old(client, layout.prefix, moment)
    alias = alias_name(layout.prefix)
    newest = client.search(index=alias, size=1, sort=[{"vigie.date.stored_us": "desc"}])["hits"]["hits"][0]["sort"][0]
    there_from_the_start = {"range": {"vigie.date.stored_us": {"lte": newest}}}
    writer = ElasticsearchMentionStore(Cluster(client, layout), layout.prefix)
    written: list[int] = []
    seen: set[int] = set()

    def write() -> None:
        """A new mention, tried again until it is taken, as the pipeline does."""
        number = 10_000 + len(written)
        with suppress(StoreUnavailable):
            writer.upsert([make_mention(number, at=months[number % 2])])
            written.append(number)

    def read() -> None:
        answer = client.count(index=alias, query=there_from_the_start)
        if not answer["_shards"]["failed"]:  # a count that lost an index on its way says so; the store asks for no such answer
            seen.add(answer["count"])

    others = [InBackground(write), InBackground(read)]
    said = list(admin.migrate())
    for one in others:
        one.end()
    client.indices.refresh(index=index_pattern(layout.prefix))
    assert len(said) == 3
    assert seen == {3000}
    assert written
    assert client.count(index=alias)["count"] == 3000 + len(written)
    assert wrong(admin) == {}


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


def test_doctor_names_a_full_disk(client: Elasticsearch, layout: Layout, admin: ElasticsearchAdmin) -> None:
    admin.setup(MARCH)
    block = {"index.blocks.read_only_allow_delete": True}
    client.indices.put_settings(index=index_name(layout.prefix, MARCH), settings=block)
    assert "free disk space" in wrong(admin)["blocks"]


def test_doctor_of_a_server_that_is_away_says_so_and_nothing_else(layout: Layout) -> None:
    with Elasticsearch("http://127.0.0.1:1", max_retries=0) as nobody:
        checks = ElasticsearchAdmin(nobody, layout).doctor()
    assert [(check.what, check.ok) for check in checks] == [("server", False)]
