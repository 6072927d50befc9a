"""Compiles the sources beside this file to `vigie.ndjson`, one Kibana object a line. `make kibana` runs it.

Needs Python 3.12 and kb-dashboard-core (a tool of the build, not a dependency of Vigie). The same sources give the same bytes.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from kb_dashboard_core.dashboard_compiler import load, render

HERE = Path(__file__).parent
ARTEFACT = HERE / "vigie.ndjson"
_CORE, _TYPE = "8.8.0", "8.0.0"  # versions of the shape of objects; Kibana 8.19 brings older ones to its own
_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"


def built() -> str:
    """What `vigie.ndjson` holds."""
    objects = [*_data_views(), *_searches(), *_visualizations(), *_dashboards()]
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in objects)


def _data_views() -> Iterator[dict[str, Any]]:
    for view in _read("data-views.yaml")["data_views"]:
        formats = dict(view.get("formats", {}))
        for field, values in view.get("values", {}).items():
            formats[field] = _lookup(values)
        runtime = {
            name: {"type": field["type"], "script": {"source": field["script"]}}
            for name, field in view.get("runtime_fields", {}).items()
        }
        attributes = {
            "title": f"vigie-{view['alias']}",
            "name": view["name"],
            "timeFieldName": view["time_field"],
            "allowNoIndex": True,
            "fields": "[]",
            "fieldAttrs": _json({field: {"customLabel": label} for field, label in view.get("labels", {}).items()}),
            "fieldFormatMap": _json(formats),
            "runtimeFieldMap": _json(runtime),
            "sourceFilters": _json([{"value": "vigie.words.*"}]),
            "typeMeta": "{}",
        }
        yield _object("index-pattern", view["id"], attributes, [])


def _lookup(values: dict[str, str]) -> dict[str, Any]:
    entries = [{"key": key, "value": value} for key, value in values.items()]
    return {"id": "static_lookup", "params": {"lookupEntries": entries}}


def _searches() -> Iterator[dict[str, Any]]:
    for search in _read("searches.yaml")["searches"]:
        source = {"query": {"query": search["kql"], "language": "kuery"}, "filter": [], "indexRefName": _INDEX}
        attributes = {
            "title": search["title"],
            "description": search["description"],
            "columns": search["columns"],
            "sort": [["@timestamp", "desc"]],
            "grid": {},
            "hideChart": False,
            "isTextBasedQuery": False,
            "timeRestore": True,
            "timeRange": {"from": search["from"], "to": search["to"]},
            "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
        }
        yield _object("search", search["id"], attributes, _index(search.get("data_view", "vigie-mentions")))


def _index(data_view: str) -> list[dict[str, str]]:
    return [{"id": data_view, "name": _INDEX, "type": "index-pattern"}]


def _visualizations() -> Iterator[dict[str, Any]]:
    """Tag clouds of significant terms: what is frequent in the period shown against all that is kept."""
    for cloud in _read("visualizations.yaml")["visualizations"]:
        terms = {"field": cloud["field"], "size": cloud["size"], "customLabel": cloud["label"]}
        aggregations = [
            {"id": "1", "enabled": True, "type": "count", "schema": "metric", "params": {}},
            {"id": "2", "enabled": True, "type": "significant_terms", "schema": "segment", "params": terms},
        ]
        look = {"scale": "linear", "orientation": "single", "minFontSize": 14, "maxFontSize": 48, "showLabel": False}
        source = {"query": {"query": cloud.get("kql", ""), "language": "kuery"}, "filter": [], "indexRefName": _INDEX}
        attributes = {
            "title": cloud["title"],
            "description": cloud["description"],
            "visState": _json({"title": cloud["title"], "type": "tagcloud", "params": look, "aggs": aggregations}),
            "uiStateJSON": "{}",
            "version": 1,
            "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
        }
        yield _object("visualization", cloud["id"], attributes, _index(cloud["data_view"]))


def _dashboards() -> Iterator[dict[str, Any]]:
    clouds = {cloud["id"] for cloud in _read("visualizations.yaml")["visualizations"]}
    for path in sorted((HERE / "dashboards").glob("*.yaml")):
        for dashboard in load(str(path)):
            rendered = json.loads(render(dashboard).model_dump_json(by_alias=True, exclude_none=True))
            panels = json.loads(rendered["attributes"]["panelsJSON"])
            _put_back_filters(panels, dict(_filters(dashboard.model_dump(by_alias=False))))
            _mend_references(panels, rendered["references"], clouds)
            rendered["attributes"]["panelsJSON"] = _json(panels)
            yield rendered


def _mend_references(panels: list[dict[str, Any]], references: list[dict[str, str]], clouds: set[str]) -> None:
    """Panels that show an object by its id.

    Kibana takes the panel's own id off a reference before it compares the names; kb-dashboard-core 0.4.1 leaves it in the panel,
    where nothing would be found. The sources write visualizations as searches: the compiler knows no other panel by id.
    """
    for panel in panels:
        if panel["type"] == "search":
            panel["panelRefName"] = panel["panelRefName"].removeprefix(f"{panel['panelIndex']}:")
            if panel["embeddableConfig"]["savedObjectId"] in clouds:
                panel["type"] = "visualization"
    for reference in references:
        if reference["type"] == "search" and reference["id"] in clouds:
            reference["type"] = "visualization"


def _filters(part: Any) -> Iterator[tuple[str, str]]:
    """The id of each column that counts some documents only, with the query that chooses them."""
    if isinstance(part, dict):
        if "aggregation" in part and part.get("filter"):
            yield part["id"], part["filter"]["kql"]
        for inner in part.values():
            yield from _filters(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _filters(inner)


def _put_back_filters(panels: list[dict[str, Any]], filters: dict[str, str]) -> None:
    """kb-dashboard-core 0.4.1 reads the filter of a count and leaves it out of the column: it is put there."""
    placed = set()
    for identity, column in _columns(panels):
        if identity in filters:
            column["filter"] = {"query": filters[identity], "language": "kuery"}
            placed.add(identity)
    if placed != set(filters):
        raise ValueError(f"no column for the filters of {sorted(set(filters) - placed)}")


def _columns(panels: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for panel in panels:
        if panel["type"] == "lens":
            for layer in panel["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values():
                yield from layer["columns"].items()


def _object(kind: str, identity: str, attributes: dict[str, Any], references: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": kind,
        "id": identity,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": _CORE,
        "typeMigrationVersion": _TYPE,
        "managed": False,
    }


def _read(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return parsed


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if ARTEFACT.read_text("utf-8") == built() else "vigie.ndjson is not what its sources give: run `make kibana`")
    ARTEFACT.write_text(built(), "utf-8")
