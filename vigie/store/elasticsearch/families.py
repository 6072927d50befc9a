"""The indexes of what is shown beside the mentions: made, brought to this program's mapping, counted and examined.

Below `showing`, which fills them, and `admin`, which looks after them with the rest. One index for each family, behind its alias.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vigie.store.admin import Check, Part
from vigie.store.elasticsearch.client import translated
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.mapping import MAPPING_VERSION, SHOWN, alias_name, index_pattern, shown_index

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_COPY_WITHIN_S = 600


class ShownIndexes:
    """One cluster for each family of SHOWN; nothing is asked of the server before the first call."""

    def __init__(self, client: "Elasticsearch", layout: Layout) -> None:
        self._client, self._prefix = client, layout.prefix
        self.clusters: Mapping[str, Cluster] = {family: Cluster(client, replace(layout, family=family)) for family in SHOWN}

    def make_ready(self) -> None:
        """Makes the templates and the indexes that are not there. Raises: StoreUnavailable."""
        for family, cluster in self.clusters.items():
            cluster.make_ready([shown_index(self._prefix, family)])

    def move(self) -> Iterator[str]:
        """Brings indexes of another mapping version to this one's, and says so; what the new index has already is newer."""
        self.make_ready()
        client = self._client.options(request_timeout=_COPY_WITHIN_S)
        for family in SHOWN:
            target = shown_index(self._prefix, family)
            with translated():
                for old in sorted(self._found(family).keys() - {target}):
                    client.reindex(
                        source={"index": old}, dest={"index": target, "op_type": "create"}, conflicts="proceed", refresh=True
                    )
                    client.indices.delete(index=old)
                    yield f"{old}: now in {target}"

    def parts(self) -> Iterator[Part]:
        """What each index holds. Raises: what the client raises."""
        for family in SHOWN:
            yield from parts_of(self._client, index_pattern(self._prefix, family), self._found(family))

    def checks(self) -> Iterator[Check]:
        """Whether each alias has its index, in this program's mapping. Raises: what the client raises."""
        for family in SHOWN:
            alias, found = alias_name(self._prefix, family), self._found(family)
            if shown_index(self._prefix, family) not in found:
                yield Check("alias", False, f"{alias} has no index; run `vigie store setup`")
                continue
            yield Check("alias", True, f"{alias} has its index")
            for name, described in found.items():
                if alias not in described["aliases"]:
                    yield Check("alias", False, f"{name} is not behind the alias; delete it, then run `vigie store setup`")
                elif (version := mapping_version(described)) != MAPPING_VERSION:
                    says = f"{name} has mapping {version}, this Vigie has {MAPPING_VERSION}; run `vigie store migrate`"
                    yield Check("mapping", False, says)

    def _found(self, family: str) -> Mapping[str, Any]:
        """The family's indexes, of any version, as the server describes them."""
        found: Mapping[str, Any] = self._client.indices.get(
            index=index_pattern(self._prefix, family), expand_wildcards="all"
        ).body
        return found


def mapping_version(described: Mapping[str, Any]) -> int | None:
    """That of an index as the server describes it; None where it does not say."""
    version: int | None = described["mappings"].get("_meta", {}).get("vigie", {}).get("mapping_version")
    return version


def parts_of(client: "Elasticsearch", pattern: str, described: Mapping[str, Any]) -> Iterator[Part]:
    """What each of the `described` indexes holds that `pattern` finds, in order of names. Raises: what the client raises."""
    sizes = client.indices.stats(index=pattern, metric=["docs", "store"])["indices"]
    for name in sorted(sizes.keys() & described.keys()):
        number = sizes[name]["primaries"]["docs"]["count"]
        yield Part(name, mapping_version(described[name]), number, sizes[name]["total"]["store"]["size_in_bytes"])
