"""What a file of Kibana objects asks of the indexes: its data views, and what each panel and saved search reads from them.

Between `deploy/kibana/vigie.ndjson` and `check`. Pure.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vigie.errors import VigieError

RECORDS = "___records___"  # the field of a Lens column that counts documents
_FILE_PREFIX = "vigie-"
_FIELD = re.compile(r'(?<![\w."-])(@?[a-z_][\w.]*)(?::| [<>]=? )', re.IGNORECASE)
_COMPARISON = re.compile(r"([@\w.]+) ([<>]=?) (\S+)")
_NAMED = re.compile(r'"([@\w.]+)"(?=:)')


@dataclass(frozen=True, slots=True)
class DataView:
    """A data view; `runtime` are the fields that it computes, as Elasticsearch takes them."""

    id: str
    index: str
    time_field: str
    fields: tuple[str, ...]
    runtime: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a panel. `operation` is that of Lens; `kql` chooses the documents it counts, empty for all."""

    id: str
    operation: str
    field: str
    is_bucket: bool
    kql: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a panel, a control or a saved search reads. `fields` are those that it names besides its columns."""

    where: str
    view: str
    kql: str
    columns: tuple[Column, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Objects:
    views: tuple[DataView, ...]
    readings: tuple[Reading, ...]


def with_prefix(ndjson: str, prefix: str) -> str:
    """The objects for indexes whose names begin with `prefix`; ids stay, so that links stay. Raises: VigieError."""
    rows = [_row(line, number) for number, line in enumerate(ndjson.splitlines(), start=1) if line.strip()]
    for row in rows:
        if row["type"] == "index-pattern":
            row["attributes"]["title"] = f"{prefix}-{row['attributes']['title'].removeprefix(_FILE_PREFIX)}"
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def read_objects(ndjson: str) -> Objects:
    """What the objects of a file ask for. Raises: VigieError for a line that is no object."""
    rows = [_row(line, number) for number, line in enumerate(ndjson.splitlines(), start=1) if line.strip()]
    views = tuple(_view(row) for row in rows if row["type"] == "index-pattern")
    searches = [_search(row) for row in rows if row["type"] == "search"]
    clouds = [_visualization(row) for row in rows if row["type"] == "visualization"]
    panels = [reading for row in rows if row["type"] == "dashboard" for reading in _dashboard(row)]
    return Objects(views, (*searches, *clouds, *panels))


def named_fields(kql: str) -> list[str]:
    """The fields that a query names."""
    return list(dict.fromkeys([*_FIELD.findall(kql), *_NAMED.findall(kql)]))


def lucene(kql: str) -> str:
    """The query for `query_string`. Our objects keep to what both languages read; comparisons alone are written otherwise."""
    return _COMPARISON.sub(r"\1:\2\3", _NAMED.sub(r"\1", kql))


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        if not {"type", "id", "attributes"} <= row.keys():
            raise ValueError("no type, id or attributes")
    except (ValueError, AttributeError) as error:
        raise VigieError(f"line {number} is not a Kibana object ({error}); make the file anew with `make kibana`") from error
    return row


def _view(row: Mapping[str, Any]) -> DataView:
    attributes = row["attributes"]
    runtime = json.loads(attributes.get("runtimeFieldMap", "{}"))
    labelled = [*json.loads(attributes.get("fieldAttrs", "{}")), *json.loads(attributes.get("fieldFormatMap", "{}"))]
    return DataView(row["id"], attributes["title"], attributes["timeFieldName"], tuple(dict.fromkeys(labelled)), runtime)


def _search(row: Mapping[str, Any]) -> Reading:
    kql, columns = _kql(row), [*row["attributes"]["columns"], *(field for field, _ in row["attributes"]["sort"])]
    return Reading(f"search {row['id']}", _view_of(row), kql, fields=(*columns, *named_fields(kql)))


def _visualization(row: Mapping[str, Any]) -> Reading:
    """One of Kibana's older visualizations, made of aggregations."""
    kql = _kql(row)
    columns = tuple(
        Column(one["id"], one["type"], one["params"].get("field", RECORDS), one["schema"] != "metric", "", one["params"])
        for one in json.loads(row["attributes"]["visState"])["aggs"]
    )
    return Reading(f"visualization {row['id']}", _view_of(row), kql, columns, tuple(named_fields(kql)))


def _kql(row: Mapping[str, Any]) -> str:
    query: str = json.loads(row["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
    return query


def _view_of(described: Mapping[str, Any]) -> str:
    identity: str = next(one["id"] for one in described["references"] if one["type"] == "index-pattern")
    return identity


def _dashboard(row: Mapping[str, Any]) -> Iterator[Reading]:
    attributes, kql = row["attributes"], _kql(row)
    for panel in json.loads(attributes["panelsJSON"]):
        if panel["type"] == "lens":
            yield _panel(f"{row['id']}, {panel['panelIndex']}", panel["embeddableConfig"]["attributes"], kql)
    for control in json.loads(attributes.get("controlGroupInput", {}).get("panelsJSON", "{}")).values():
        asked = control["explicitInput"]
        column = Column("control", "terms", asked["fieldName"], True, "", {})
        yield Reading(f"{row['id']}, control {asked['id']}", asked["dataViewId"], kql, (column,), tuple(named_fields(kql)))


def _panel(where: str, attributes: Mapping[str, Any], dashboard_kql: str) -> Reading:
    layers = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    columns = tuple(_column(identity, layer["columns"][identity]) for layer in layers for identity in layer["columnOrder"])
    kql = _both(dashboard_kql, attributes["state"]["query"]["query"])
    named = [field for text in (kql, *(column.kql for column in columns)) for field in named_fields(text)]
    return Reading(where, _view_of(attributes), kql, columns, tuple(dict.fromkeys(named)))


def _column(identity: str, column: Mapping[str, Any]) -> Column:
    kql = (column.get("filter") or {}).get("query", "")
    return Column(identity, column["operationType"], column["sourceField"], column["isBucketed"], kql, column.get("params") or {})


def _both(*queries: str) -> str:
    given = [query for query in queries if query]
    return given[0] if len(given) == 1 else " AND ".join(f"({query})" for query in given)


def fields_of(reading: Reading) -> Sequence[tuple[str, str]]:
    """Each field that is read, with the operation it must take: that of its column, or `show`."""
    of_columns = [(column.field, column.operation) for column in reading.columns if column.field != RECORDS]
    return [*of_columns, *((field, "show") for field in reading.fields)]
