"""Whether the indexes have what the Kibana objects name, and whether every panel's query gives something.

Kibana itself is not asked: what it would ask of Elasticsearch is asked. Time ranges are left out, they move with the clock; only
significant terms, which compare a period with everything, are asked for the last day that there is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vigie.kibana.objects import RECORDS, Column, DataView, Objects, Reading, fields_of, lucene

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_NUMBERS = {"long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float", "unsigned_long"}
_VALUES = _NUMBERS | {"keyword", "constant_keyword", "wildcard", "boolean", "date", "date_nanos", "ip"}
_DATES = {"date", "date_nanos"}
TYPES: Mapping[str, set[str]] = {
    "terms": _VALUES,
    "significant_terms": {"keyword"},
    "date_histogram": _DATES,
    "range": _NUMBERS,
    "unique_count": _VALUES,
    "last_value": _VALUES,
    "min": _NUMBERS | _DATES,
    "max": _NUMBERS | _DATES,
    "sum": _NUMBERS,
    "average": _NUMBERS,
    "median": _NUMBERS,
    "percentile": _NUMBERS,
    "count": _VALUES,
    "show": _VALUES | {"text", "match_only_text", "object"},
}
"""The field types that each operation of Lens takes."""

_SIMPLE = {"unique_count": "cardinality", "average": "avg", "min": "min", "max": "max", "sum": "sum", "count": "value_count"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `says` is what was found."""

    where: str
    ok: bool
    says: str


def check_objects(client: "Elasticsearch", objects: Objects) -> Iterator[Finding]:
    """A finding for each data view and each reader of one, in the order of the file. Raises: what the client raises."""
    types: dict[str, Mapping[str, set[str]]] = {}
    views = {view.id: view for view in objects.views}
    used = {reading.view for reading in objects.readings}
    for view in objects.views:
        types[view.id] = _types(client, view)
        yield _check_view(view, types[view.id], view.id in used)
    for reading in objects.readings:
        missing = wrong_fields(reading, types.get(reading.view, {}))
        yield Finding(reading.where, False, "; ".join(missing)) if missing else _run(client, views[reading.view], reading)


def wrong_fields(reading: Reading, types: Mapping[str, set[str]]) -> list[str]:
    """What is wrong with the fields that are read, given the types of each field; nothing when all is well."""
    problems = []
    for field, operation in dict.fromkeys(fields_of(reading)):
        found = types.get(field, set())
        if not found:
            problems.append(f"{field} is not in the mapping")
        elif operation not in TYPES:
            problems.append(f"{operation} is not known to this check")
        elif not found <= TYPES[operation]:
            problems.append(f"{field} is {', '.join(sorted(found))}: not for {operation}")
    return problems


def request_of(view: DataView, reading: Reading) -> dict[str, Any]:
    """The search that a panel makes, without its time range."""
    request: dict[str, Any] = {"size": 0, "track_total_hits": True, "query": _query(reading.kql)}
    if view.runtime:
        request["runtime_mappings"] = dict(view.runtime)
    aggregations = _aggregations(reading.columns)
    return {**request, "aggs": aggregations} if aggregations else request


def _types(client: "Elasticsearch", view: DataView) -> Mapping[str, set[str]]:
    answer = client.field_caps(
        index=view.index, fields="*", runtime_mappings=dict(view.runtime) or None, ignore_unavailable=True, allow_no_indices=True
    )
    return {field: set(kinds) - {"unmapped"} for field, kinds in answer["fields"].items()}


def _check_view(view: DataView, types: Mapping[str, set[str]], is_used: bool) -> Finding:
    where = f"data view {view.id}"
    if not types:
        return Finding(where, not is_used, f"{view.index} has no index" + ("" if is_used else " yet; nothing reads it"))
    if types.get(view.time_field, set()) - _DATES or view.time_field not in types:
        return Finding(where, False, f"its time field {view.time_field} is not a date of {view.index}")
    missing = [field for field in view.fields if field not in types]
    return Finding(
        where, not missing, f"not in the mapping: {', '.join(missing)}" if missing else f"{view.index}: {len(types)} fields"
    )


def _run(client: "Elasticsearch", view: DataView, reading: Reading) -> Finding:
    request = request_of(view, reading)
    if any(column.operation == "significant_terms" for column in reading.columns):
        request["query"] = {"bool": {"filter": [request["query"], _last_day(client, view)]}}
    answer = client.search(index=view.index, **request)
    found = answer["hits"]["total"]["value"]
    buckets = answer.get("aggregations", {}).get("bucket")
    if reading.columns and (not found or (buckets is not None and not buckets["buckets"])):
        return Finding(reading.where, False, "its query gives nothing")
    return Finding(reading.where, True, f"{found} documents")


def _last_day(client: "Elasticsearch", view: DataView) -> dict[str, Any]:
    answer = client.search(index=view.index, size=0, aggs={"newest": {"max": {"field": view.time_field}}})
    newest = answer["aggregations"]["newest"].get("value_as_string", "now")
    return {"range": {view.time_field: {"gte": f"{newest}||-1d"}}}


def _query(kql: str) -> dict[str, Any]:
    return {"query_string": {"query": lucene(kql)}} if kql else {"match_all": {}}


def _aggregations(columns: Sequence[Column]) -> dict[str, Any]:
    """Buckets one in the other, the metrics in the innermost."""
    inner = {f"metric_{place}": _metric(column) for place, column in enumerate(columns) if not column.is_bucket}
    inner = {name: metric for name, metric in inner.items() if metric}
    for column in reversed([column for column in columns if column.is_bucket]):
        inner = {"bucket": {**_bucket(column), **({"aggs": inner} if inner else {})}}
    return inner


def _bucket(column: Column) -> dict[str, Any]:
    if column.operation == "date_histogram":
        return {"auto_date_histogram": {"field": column.field, "buckets": 50}}
    if column.operation == "range":
        return {"histogram": {"field": column.field, "interval": 0.05, "min_doc_count": 1}}
    request = {"field": column.field, "size": min(int(column.params.get("size", 10)), 1000)}
    if column.operation == "significant_terms":
        return {"significant_terms": request}
    with_missing = column.params.get("otherBucket") and column.params.get("missingBucket")  # Lens: the first for the second too
    return {"terms": {**request, "missing": ""} if with_missing else request}


def _metric(column: Column) -> dict[str, Any]:
    """The aggregation of a column; empty for a plain count, which every bucket has."""
    metric: dict[str, Any] = {}
    if column.operation in ("median", "percentile"):
        metric = {"percentiles": {"field": column.field, "percents": [column.params.get("percentile", 50)]}}
    elif column.operation == "last_value":
        newest_first = [{column.params["sortField"]: "desc"}]
        metric = {"top_hits": {"size": 1, "sort": newest_first, "docvalue_fields": [column.field], "_source": False}}
    elif column.field != RECORDS:
        metric = {_SIMPLE[column.operation]: {"field": column.field}}
    if not column.kql:
        return metric
    return {"filter": _query(column.kql), **({"aggs": {"value": metric}} if metric else {})}
