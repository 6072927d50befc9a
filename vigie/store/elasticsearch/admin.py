"""Looking after the mention indexes: set up, brought to this program's mapping while Vigie runs, and examined.

Beside the data's way. What the indexes look like is said in `mapping`, how one is rewritten in `rewriting`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.schema import Config
from vigie.errors import StoreError, StoreUnavailable
from vigie.store.admin import Check, Part, StoreStatus
from vigie.store.elasticsearch.client import open_client, translated
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.mapping import MAPPING_VERSION, alias_name, end_of, index_name, index_pattern
from vigie.store.elasticsearch.rewriting import copying_now, discard, is_copy, moved_to, open_again, rewrite

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_SUPPORTED = {"8", "9"}
_BLOCKS = ("write", "read_only", "read_only_allow_delete", "read", "metadata")


@dataclass(frozen=True, slots=True)
class _Index:
    """A mention index as the server describes it."""

    name: str
    written: str  # the index in which this program writes mentions of the same month
    version: int | None
    aliased: bool
    blocks: tuple[str, ...]
    moved_to: str | None  # the copy that took its place

    @property
    def is_current(self) -> bool:
        return self.aliased and self.version == MAPPING_VERSION

    @property
    def is_left_over(self) -> bool:
        """A copy that was never shown, or what a shown copy was made of."""
        return not self.aliased and (is_copy(self.name) or self.moved_to is not None)


@contextmanager
def open_elasticsearch_admin(config: Config, environment: Mapping[str, str]) -> Iterator["ElasticsearchAdmin"]:
    """The upkeep of the indexes that `[store]` names, its connections closed at the end of the block. Raises: ConfigError."""
    store = config.settings.store
    client = open_client(config, environment)
    try:
        yield ElasticsearchAdmin(client, Layout(store.index_prefix, store.shards, store.replicas))
    finally:
        client.close()


class ElasticsearchAdmin:
    """Implements `vigie.store.admin.StoreAdmin`."""

    def __init__(self, client: "Elasticsearch", layout: Layout) -> None:
        self._client, self._prefix = client, layout.prefix
        self._alias = alias_name(layout.prefix)
        self._cluster = Cluster(client, layout)

    def setup(self, now: datetime) -> Sequence[str]:
        """As the contract says; the index of this month is made where the alias has none, so that Kibana finds it at once."""
        self._cluster.install_template()
        if not self._cluster.indexes():
            self._cluster.make_ready([index_name(self._prefix, now)])
        return [
            f"template {self._alias}: mapping {MAPPING_VERSION}",
            f"alias {self._alias}: {', '.join(self._cluster.indexes())}",
        ]

    def migrate(self) -> Iterator[str]:
        """As the contract says.

        One month after another: its mentions can be read all the time, and are not written while they are rewritten: who writes
        is told to come again. Raises: StoreError when a copy does not hold what the index held (nothing is removed then).
        """
        self._cluster.install_template()
        with translated():
            yield from self._clear()
            for index in self._indexes():
                if not index.is_current:
                    copy, number = rewrite(self._client, index.name, index.written, self._alias)
                    yield f"{index.name}: {number} mentions now in {copy}"
            yield f"every index has mapping {MAPPING_VERSION}"

    def status(self) -> StoreStatus:
        with translated():
            number = self._client.info()["version"]["number"]
            sizes = self._client.indices.stats(index=index_pattern(self._prefix), metric=["docs", "store"])["indices"]
            parts = [
                Part(
                    index.name,
                    index.version,
                    sizes[index.name]["primaries"]["docs"]["count"],
                    sizes[index.name]["total"]["store"]["size_in_bytes"],
                )
                for index in self._indexes()
                if index.name in sizes
            ]
        return StoreStatus("elasticsearch", f"Elasticsearch {number}", MAPPING_VERSION, parts)

    def doctor(self) -> Sequence[Check]:
        """As the contract says; a server that is away is the only finding then."""
        try:
            with translated():
                return [self._check_server(), self._check_template(), *self._check_indexes()]
        except StoreUnavailable as error:
            return [Check("server", False, str(error))]

    def _clear(self) -> Iterator[str]:
        """Removes what an interrupted migration left: indexes that nothing reads, and blocks on what needs no migration."""
        for index in self._indexes():
            if index.is_left_over:
                if copying_now(self._client, index.name):
                    raise StoreError(f"{index.name} is being written: a migration is under way; try again when it has ended")
                discard(self._client, index.name)
                yield f"{index.name}: removed, left over from an interrupted migration"
            elif index.is_current and "write" in index.blocks:
                open_again(self._client, index.name)
                yield f"{index.name}: takes writes again"

    def _indexes(self) -> list[_Index]:
        """Every mention index, behind the alias or not, in order of names."""
        found = self._client.indices.get(index=index_pattern(self._prefix), flat_settings=True, expand_wildcards="all")
        return [_index(name, found[name], self._prefix) for name in sorted(found)]

    def _check_server(self) -> Check:
        number = str(self._client.info()["version"]["number"])
        health = self._client.cluster.health(index=index_pattern(self._prefix), expand_wildcards="all")["status"]
        says = f"Elasticsearch {number}, health {health}"
        if number.partition(".")[0] not in _SUPPORTED:
            return Check("server", False, f"{says}; versions 8 and 9 are supported")
        if health == "red":
            return Check("server", False, f"{says}; a part of an index is missing, see GET _cluster/allocation/explain")
        return Check("server", True, says)

    def _check_template(self) -> Check:
        answer = self._client.options(ignore_status=404).indices.get_index_template(name=self._alias)
        found = [one["index_template"] for one in answer.get("index_templates", [])]
        if not found:
            return Check("template", False, f"{self._alias} is missing; run `vigie store setup`")
        version = found[0].get("version")
        if version != MAPPING_VERSION:
            return Check("template", False, f"mapping {version}, this Vigie has {MAPPING_VERSION}; run `vigie store migrate`")
        if found[0]["index_patterns"] != [index_pattern(self._prefix)]:
            return Check("template", False, f"{self._alias} is for other indexes; run `vigie store setup`")
        return Check("template", True, f"{self._alias}, mapping {version}")

    def _check_indexes(self) -> Iterator[Check]:
        indexes = self._indexes()
        if not indexes:
            yield Check("alias", False, f"{self._alias} has no index; run `vigie store setup`")
            return
        yield Check("alias", True, f"{self._alias} has {sum(index.aliased for index in indexes)} indexes")
        for index in indexes:
            yield from _problems(index)


def _problems(index: _Index) -> Iterator[Check]:
    if not index.aliased:
        yield Check("alias", False, f"{index.name} is not behind the alias: nothing reads it; run `vigie store migrate`")
    elif not index.is_current:
        says = f"{index.name} has mapping {index.version}, this Vigie has {MAPPING_VERSION}; run `vigie store migrate`"
        yield Check("mapping", False, says)
    if "write" in index.blocks:
        yield Check(
            "blocks", False, f"{index.name} takes no writes: a migration runs, or was interrupted; run `vigie store migrate`"
        )
    others = [block for block in index.blocks if block != "write"]
    if others:
        yield Check("blocks", False, f"{index.name} is blocked ({', '.join(others)}): free disk space, then lift the block")


def _index(name: str, described: Mapping[str, Any], prefix: str) -> _Index:
    last_moment = (end_of(name) or datetime.max.replace(tzinfo=UTC)) - timedelta.resolution
    settings, meta = described["settings"], described["mappings"].get("_meta", {})
    return _Index(
        name=name,
        written=index_name(prefix, last_moment),
        version=meta.get("vigie", {}).get("mapping_version"),
        aliased=alias_name(prefix) in described["aliases"],
        blocks=tuple(block for block in _BLOCKS if settings.get(f"index.blocks.{block}") == "true"),
        moved_to=moved_to(meta),
    )
