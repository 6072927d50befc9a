"""Copies what the state knows into the cluster, for people who look in Kibana: incidents, sources, digests.

Beside the data's way: the state stays where it is and is the truth, nothing is read back. An index that is lost is written anew
from what the state still knows.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from config.schema import Config
from vigie.model import DIGEST_SUBJECT, Delivery, IncidentState, SourceState, actions_by_incident, handling_of
from vigie.ports import State
from vigie.store.elasticsearch import queries
from vigie.store.elasticsearch.client import open_client
from vigie.store.elasticsearch.cluster import Body, Layout
from vigie.store.elasticsearch.families import ShownIndexes
from vigie.store.elasticsearch.mapping import SOURCES, shown_index
from vigie.store.elasticsearch.shown import (
    INCIDENT,
    PASS,
    SOURCE,
    Shown,
    of_digest,
    of_incident,
    of_pass,
    of_source,
)

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_MARGIN = timedelta(minutes=10)  # passes are looked at again for so long: one may be committed after another that ended later
_MAIL_IS_OPEN = timedelta(days=7)  # longer than any mail is tried for
_ONE_DIGEST = timedelta(days=1)  # the mails of one digest are made within it
_DATASET = "event.dataset"


@contextmanager
def open_elasticsearch_showcase(
    config: Config, environment: Mapping[str, str], whole: bool = False
) -> Iterator["ElasticsearchShowcase"]:
    """The showcase in the cluster that `[store]` describes, its connections closed at the end of the block.

    The server is asked for nothing yet. Raises: ConfigError.
    """
    with closing(open_client(config, environment)) as client:
        yield ElasticsearchShowcase(client, Layout.of(config.settings.store), config, whole)


class ElasticsearchShowcase:
    """Implements `vigie.ports.Showcase`. Remembers what it wrote last, so that a call writes only what changed since.

    Passes are many: the first call writes those that ended after the newest one in the index, unless `whole` asks for all.
    """

    def __init__(self, client: "Elasticsearch", layout: Layout, config: Config, whole: bool = False) -> None:
        self._prefix, self._config, self._whole = layout.prefix, config, whole
        self._indexes = ShownIndexes(client, layout)
        self._began: datetime | None = None  # the first call that ended well
        self._passes_from: datetime | None = None
        self._written: dict[tuple[str, str], Body] = {}  # by family and id

    def show(self, state: State, now: datetime) -> int:
        """As the contract says. The first call makes the indexes, and clears away sources that are no longer watched."""
        since = now - timedelta(days=self._config.settings.data.retention_days)
        if self._began is None:
            self._indexes.make_ready()
            self._clear_sources()
        newest_pass = self._passes_from or (None if self._whole else self._newest_pass()) or since
        passes = state.passes_since(max(since, newest_pass - _MARGIN))
        others = (*_incidents(state, since), *self._sources(state, now), *self._digests(state, since, now))
        shown = [*others, *map(of_pass, passes)]
        changed = [one for one in shown if self._written.get((one.family, one.id)) != one.body]
        self._write(changed)
        self._written = {(one.family, one.id): one.body for one in shown}
        self._passes_from = passes[-1].finished_at if passes else newest_pass
        self._began = self._began or now
        return len(changed)

    def forget(self, before: datetime) -> int:
        """As the contract says; open incidents, and the sources as they are now, stay however old."""
        is_closed = queries.one_of("vigie.incident.state", [IncidentState.CLOSED])
        lasting = [_of(SOURCE), queries.all_of([_of(INCIDENT), queries.none_of([is_closed])])]
        old = queries.all_of([{"range": {"@timestamp": {"lt": before.isoformat()}}}, queries.none_of(lasting)])
        return sum(cluster.delete(old) for cluster in self._indexes.clusters.values())

    def _clear_sources(self) -> None:
        watched = queries.one_of("vigie.source.id", [source.id for source in self._config.watched_sources])
        self._indexes.clusters[SOURCES].delete(queries.all_of([_of(SOURCE), queries.none_of([watched])]))

    def _newest_pass(self) -> datetime | None:
        """When the last pass that the index knows ended; None where it knows none."""
        newest = self._indexes.clusters[SOURCES].aggregate(_of(PASS), {"max": {"field": "@timestamp"}}).get("value")
        return None if newest is None else datetime.fromtimestamp(newest / 1000, UTC)

    def _sources(self, state: State, now: datetime) -> Iterator[Shown]:
        states = {one.source_id: one for one in state.states()}
        for source in self._config.watched_sources:
            yield of_source(source, states.get(source.id, SourceState(source.id)), self._began or now)

    def _digests(self, state: State, since: datetime, now: datetime) -> Iterator[Shown]:
        """All of them at the first call, afterwards those whose mails may still be under way."""
        made_from = since if self._began is None else now - _MAIL_IS_OPEN
        brands = {row.id: row.brands or self._own_brands() for row in self._config.digests}
        by_subject: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in state.outlines(made_from - _ONE_DIGEST):
            if delivery.subject_id.startswith(DIGEST_SUBJECT):
                by_subject[delivery.subject_id].append(delivery)
        whole = {subject: some for subject, some in by_subject.items() if some[0].created_at >= made_from}
        for subject, deliveries in whole.items():
            yield of_digest(deliveries, brands.get(subject.split(":")[1], ()))

    def _own_brands(self) -> list[str]:
        return [brand.id for brand in self._config.brands if brand.role == "own"]

    def _write(self, shown: Sequence[Shown]) -> None:
        actions: dict[str, list[Body]] = defaultdict(list)
        for one in shown:
            how = "create" if one.is_final else "index"
            index = shown_index(self._prefix, one.family)
            actions[one.family].append({"_op_type": how, "_index": index, "_id": one.id, "_source": one.body})
        for family, some in actions.items():
            self._indexes.clusters[family].bulk(some)


def _incidents(state: State, since: datetime) -> Iterator[Shown]:
    incidents = {one.id: one for one in (*state.incidents(start=since), *state.open_incidents())}.values()
    done = actions_by_incident(state.actions_on({one.thread for one in incidents}))
    for incident in incidents:
        yield from of_incident(incident, handling_of(done.get(incident.thread, ()), incident.reopened_at))


def _of(dataset: str) -> queries.Clause:
    return {"term": {_DATASET: dataset}}
