"""Looking after the mention indexes: set up, brought to this program's mapping while Vigie runs, and examined.

Beside the data's way. What the indexes look like is said in `mapping`, how one is rewritten in `rewriting`.
"""

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.schema import Config
from vigie.errors import StoreError, StoreUnavailable
from vigie.store.admin import Check, StoreStatus
from vigie.store.elasticsearch.client import open_client, translated
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.families import ShownIndexes, mapping_version, parts_of
from vigie.store.elasticsearch.lease import DEAD_AFTER_S, leased
from vigie.store.elasticsearch.mapping import MAPPING_VERSION, alias_name, end_of, index_name, index_pattern
from vigie.store.elasticsearch.rewriting import discard, is_copy, moved_to, open_again, rewrite, stop_copying

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_SUPPORTED = {"8", "9"}
_MOST_NAMED = 5  # other prefixes that a message names
_BLOCKS = ("write", "read_only", "read_only_allow_delete", "read", "metadata")


@dataclass(frozen=True, slots=True)
class _Index:
    """A mention index as the server describes it."""

    name: str
    written: str  # the index in which this program writes mentions of the same month
    version: int | None
    aliased: bool
    blocks: tuple[str, ...]
    closed: bool
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
    with closing(open_client(config, environment)) as client:
        yield ElasticsearchAdmin(client, Layout.of(config.settings.store))


class ElasticsearchAdmin:
    """Implements `vigie.store.admin.StoreAdmin`."""

    def __init__(self, client: "Elasticsearch", layout: Layout, dead_after_s: float = DEAD_AFTER_S) -> None:
        """`dead_after_s` is how long another migration must have been silent to be thought dead."""
        self._client, self._prefix, self._dead_after_s = client, layout.prefix, dead_after_s
        self._holder = f"process {os.getpid()} on {socket.gethostname()}"
        self._alias = alias_name(layout.prefix)
        self._cluster = Cluster(client, layout)
        self._shown = ShownIndexes(client, layout)

    def setup(self, now: datetime) -> Sequence[str]:
        """As the contract says; the index of this month is made where the alias has none, so that Kibana finds it at once."""
        self._cluster.install_template()
        if not self._cluster.indexes():
            self._cluster.make_ready([index_name(self._prefix, now)])
        self._shown.make_ready()
        return [
            f"template {self._alias}: mapping {MAPPING_VERSION}",
            f"alias {self._alias}: {', '.join(self._cluster.indexes())}",
        ]

    def migrate(self) -> Iterator[str]:
        """As the contract says.

        One month after another: its mentions can be read all the time, and are not written while they are rewritten: who writes
        is told to come again. Raises: StoreError when a copy does not hold what the index held (nothing is removed then);
        StoreUnavailable while another program migrates.
        """
        with translated(), leased(self._client, f"{self._prefix}-migration", self._holder, self._dead_after_s) as lease:
            self._cluster.install_template()
            yield from self._clear()
            for index in self._indexes():
                if not index.is_current:
                    lease.require()
                    copy, number = rewrite(self._client, index.name, index.written, self._alias, lease.require)
                    yield f"{index.name}: {number} mentions now in {copy}"
            yield from self._shown.move()
            yield f"every index has mapping {MAPPING_VERSION}"

    def status(self) -> StoreStatus:
        with translated():
            number = self._client.info()["version"]["number"]
            parts = [*parts_of(self._client, index_pattern(self._prefix), self._described()), *self._shown.parts()]
        return StoreStatus("elasticsearch", f"Elasticsearch {number}", MAPPING_VERSION, parts)

    def connection(self) -> Check:
        """As the contract says; a server on which nothing was set up is well: the first mention sets it up."""
        try:
            with translated():
                server = self._check_server()
                if self._template() is None:
                    return Check("store", server.ok, f"{server.says}; nothing is set up yet, the first mention does it")
                template = self._check_template()
                return Check("store", server.ok and template.ok, f"{server.says}; {template.says}")
        except StoreError as error:
            return Check("store", False, str(error))

    def doctor(self) -> Sequence[Check]:
        """As the contract says; a server that is away is the only finding then."""
        try:
            with translated():
                return [self._check_server(), self._check_template(), *self._check_indexes(), *self._shown.checks()]
        except StoreUnavailable as error:
            return [Check("server", False, str(error))]

    def _clear(self) -> Iterator[str]:
        """Removes what an interrupted migration left: indexes that nothing reads, and blocks on what needs no migration."""
        for index in self._indexes():
            if index.is_left_over:
                stop_copying(self._client, index.name)
                discard(self._client, index.name)
                yield f"{index.name}: removed, left over from an interrupted migration"
            elif index.is_current and "write" in index.blocks:
                open_again(self._client, index.name)
                yield f"{index.name}: takes writes again"

    def _indexes(self) -> list[_Index]:
        """Every mention index, behind the alias or not, in order of names."""
        found = self._described()
        return [_index(name, found[name], self._prefix) for name in sorted(found)]

    def _described(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.indices.get(
            index=index_pattern(self._prefix), flat_settings=True, expand_wildcards="all"
        ).body
        return found

    def _check_server(self) -> Check:
        number = str(self._client.info()["version"]["number"])
        health = self._client.cluster.health(index=index_pattern(self._prefix), expand_wildcards="all")["status"]
        says = f"Elasticsearch {number}, health {health}"
        if number.partition(".")[0] not in _SUPPORTED:
            return Check("server", False, f"{says}; versions 8 and 9 are supported")
        if health == "red":
            return Check("server", False, f"{says}; a part of an index is missing, see GET _cluster/allocation/explain")
        return Check("server", True, says)

    def _template(self) -> Mapping[str, Any] | None:
        return next((one["index_template"] for one in self._templates(self._alias)), None)

    def _templates(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            self._client.options(ignore_status=404).indices.get_index_template(name=name).get("index_templates", [])
        )
        return found

    def _check_template(self) -> Check:
        found = self._template()
        if found is None:
            return Check("template", False, f"{self._alias} is missing; run `vigie store setup`")
        version = found.get("version", 0)
        if version > MAPPING_VERSION:
            return Check("template", False, f"mapping {version} is a newer Vigie's, this one has {MAPPING_VERSION}; update it")
        if version < MAPPING_VERSION:
            return Check("template", False, f"mapping {version}, this Vigie has {MAPPING_VERSION}; run `vigie store migrate`")
        if found["index_patterns"] != [index_pattern(self._prefix)]:
            return Check("template", False, f"{self._alias} is for other indexes; run `vigie store setup`")
        return Check("template", True, f"template {self._alias}, mapping {version}")

    def _check_indexes(self) -> Iterator[Check]:
        yield from self._check_strangers()
        indexes = self._indexes()
        if not indexes:
            says = f"{self._alias} has no index; run `vigie store setup`{self._other_prefixes()}"
            yield Check("alias", False, says)
            return
        yield Check("alias", True, f"{self._alias} has {sum(index.aliased for index in indexes)} indexes")
        for index in indexes:
            yield from _problems(index)

    def _check_strangers(self) -> Iterator[Check]:
        """What somebody else put where mentions are read."""
        for name in self._client.indices.get_alias(index=self._alias, ignore_unavailable=True):
            if name == self._alias:
                says = f"{name} is an index, where Vigie's alias must be; remove it, or choose another store.index_prefix"
                yield Check("alias", False, says)
            elif not name.startswith(f"{self._alias}-v"):
                says = f"{name} is not Vigie's, and searches fail on it; take it out: DELETE {name}/_alias/{self._alias}"
                yield Check("alias", False, says)

    def _other_prefixes(self) -> str:
        """Where else Vigie was set up on this server: `store.index_prefix` may have been mistyped."""
        ours = [one["name"] for one in self._templates(alias_name("*")) if "vigie" in one["index_template"].get("_meta", {})]
        others = [name.removesuffix(alias_name("")) for name in ours if name != self._alias][:_MOST_NAMED]
        return f"; is store.index_prefix right? Vigie was set up here as {', '.join(others)}" if others else ""


def _problems(index: _Index) -> Iterator[Check]:
    if not index.aliased:
        yield Check("alias", False, f"{index.name} is not behind the alias: nothing reads it; run `vigie store migrate`")
    elif not index.is_current:
        says = f"{index.name} has mapping {index.version}, this Vigie has {MAPPING_VERSION}; run `vigie store migrate`"
        yield Check("mapping", False, says)
    if index.closed:
        yield Check("blocks", False, f"{index.name} is closed, nothing of it is found: POST {index.name}/_open")
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
        version=mapping_version(described),
        aliased=alias_name(prefix) in described["aliases"],
        blocks=tuple(block for block in _BLOCKS if settings.get(f"index.blocks.{block}") == "true"),
        closed=settings.get("index.verified_before_close") == "true",
        moved_to=moved_to(meta),
    )
