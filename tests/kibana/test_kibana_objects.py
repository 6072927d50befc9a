"""The Kibana objects that are shipped, and what is read from them."""

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from alerts.links import discover_link
from config.schema import Kibana
from vigie.errors import VigieError
from vigie.kibana.check import TYPES, request_of, wrong_fields
from vigie.kibana.objects import Column, DataView, Reading, lucene, named_fields, read_objects, with_prefix
from vigie.store.elasticsearch.mapping import mappings

KIBANA = Path(__file__).parents[2] / "deploy" / "kibana"
SHIPPED = (KIBANA / "vigie.ndjson").read_text("utf-8")
ROWS = [json.loads(line) for line in SHIPPED.splitlines()]
IDS = {(row["type"], row["id"]) for row in ROWS}
OBJECTS = read_objects(SHIPPED)


def _mapped(view: DataView) -> dict[str, set[str]]:
    """The fields of a data view's index with their types, and those that it computes."""
    found: dict[str, set[str]] = {name: {field["type"]} for name, field in view.runtime.items()}

    def walk(fields: dict[str, dict[str, object]], above: str) -> None:
        for name, field in fields.items():
            path = f"{above}{name}"
            found[path] = {str(field.get("type", "object"))}
            walk({**field.get("properties", {}), **field.get("fields", {})}, f"{path}.")  # type: ignore[dict-item]

    walk(mappings(view.index.removeprefix("vigie-"))["properties"], "")
    return found


MAPPED = {view.id: _mapped(view) for view in OBJECTS.views}


def test_the_file_is_what_its_sources_give() -> None:
    python = os.environ.get("VIGIE_KIBANA_PYTHON") or shutil.which("python3.12") or ""
    known = python and subprocess.run([python, "-c", "import kb_dashboard_core, yaml"], capture_output=True, check=False)
    if not known or known.returncode:
        pytest.skip("no Python 3.12 with kb-dashboard-core here; `make kibana` makes one, VIGIE_KIBANA_PYTHON names it")
    run = subprocess.run([python, KIBANA / "build.py", "--check"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("kind", "identity"),
    [
        *[("dashboard", f"vigie-{name}") for name in ("vue-ensemble", "crise", "sources", "a-traiter", "qualite")],
        *[
            ("search", f"vigie-{name}")
            for name in ("negatifs-du-jour", "a-traiter", "en-retard", "crise-en-cours", "non-pertinents")
        ],
        *[("search", f"vigie-{name}") for name in ("douteuses", "a-moderer")],
        ("visualization", "vigie-termes-emergents"),
        *[("index-pattern", f"vigie-{name}") for name in ("mentions", "incidents", "sources", "digests")],
    ],
)
def test_what_the_team_wants_on_the_first_morning_is_there(kind: str, identity: str) -> None:
    assert (kind, identity) in IDS


def test_no_two_objects_share_an_id() -> None:
    assert len(IDS) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['type']} {row['id']}")
def test_every_reference_is_to_an_object_of_the_file(row: dict[str, list[dict[str, str]]]) -> None:
    assert {(one["type"], one["id"]) for one in row["references"]} <= IDS


@pytest.mark.parametrize("reading", OBJECTS.readings, ids=lambda reading: reading.where)
def test_every_field_is_in_the_mapping_with_a_type_that_its_operation_takes(reading: Reading) -> None:
    assert wrong_fields(reading, MAPPED[reading.view]) == []


def test_the_link_of_a_mail_names_a_data_view_and_fields_that_exist() -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    link = unquote(discover_link(Kibana(url="https://kibana.exemple"), "orange", now, now, negative_only=True))
    assert re.findall(r"dataViewId:'([^']+)'", link) == ["vigie-mentions"]
    named = set(re.findall(r"(?:vigie|url)\.[a-z.]+[a-z]", link))
    assert {"vigie.brand", "vigie.sentiment.label", "url.full"} <= named <= MAPPED["vigie-mentions"].keys()


@pytest.mark.parametrize("view", OBJECTS.views, ids=lambda view: view.id)
def test_every_label_and_format_is_of_a_field_that_exists(view: DataView) -> None:
    assert view.fields
    assert [field for field in view.fields if field not in MAPPED[view.id]] == []


def test_kibana_finds_the_object_that_a_panel_shows() -> None:
    """It takes the panel's own id off the names of its references, then looks for the name that the panel gives."""
    shown = set()
    for row in ROWS:
        references = {one["name"]: (one["type"], one["id"]) for one in row["references"]}
        for panel in json.loads(row["attributes"].get("panelsJSON", "[]")):
            if "panelRefName" in panel:
                kind, identity = references[f"{panel['panelIndex']}:{panel['panelRefName']}"]
                assert (panel["type"], panel["embeddableConfig"]["savedObjectId"]) == (kind, identity)
                shown.add((kind, identity))
    assert ("visualization", "vigie-termes-emergents") in shown
    assert ("search", "vigie-crise-en-cours") in shown


def test_the_filters_of_counts_are_in_the_panels() -> None:
    """The compiler reads them and drops them; the build puts them back."""
    in_sources = sum(path.read_text("utf-8").count("filter: { kql:") for path in (KIBANA / "dashboards").glob("*.yaml"))
    filtered = [
        column for reading in OBJECTS.readings for column in reading.columns if column.operation == "count" and column.kql
    ]
    assert len(filtered) >= in_sources > 0


def test_every_panel_and_dashboard_has_a_title() -> None:
    for row in ROWS:
        assert row["attributes"]["title"]
        panels = json.loads(row["attributes"].get("panelsJSON", "[]"))
        for panel in panels:
            configuration = panel["embeddableConfig"]
            assert configuration.get("title") or configuration["attributes"]["title"]


def test_panels_of_a_dashboard_do_not_lie_on_one_another() -> None:
    for row in ROWS:
        taken: set[tuple[int, int]] = set()
        for panel in json.loads(row["attributes"].get("panelsJSON", "[]")):
            grid = panel["gridData"]
            cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])}
            assert not cells & taken
            assert grid["x"] + grid["w"] <= 48
            taken |= cells


# --- reading


def test_another_prefix_renames_the_indexes_and_no_id() -> None:
    renamed = read_objects(with_prefix(SHIPPED, "agence"))
    assert [view.index for view in renamed.views] == ["agence-mentions", "agence-incidents", "agence-sources", "agence-digests"]
    assert [view.id for view in renamed.views] == [view.id for view in OBJECTS.views]
    assert renamed.readings == OBJECTS.readings


@pytest.mark.parametrize("line", ["{", "[]", '{"type": "search"}', "null"])
def test_a_line_that_is_no_object_is_named(line: str) -> None:
    with pytest.raises(VigieError, match="line 2 is not a Kibana object"):
        read_objects(f"{SHIPPED.splitlines()[0]}\n{line}\n")


@pytest.mark.parametrize(
    ("kql", "fields"),
    [
        ("", []),
        ("a.b:x", ["a.b"]),
        ("a.b:x AND NOT c.d:y", ["a.b", "c.d"]),
        ("(a.b:x OR c >= 0.4)", ["a.b", "c"]),
        ("@timestamp < now-24h", ["@timestamp"]),
        ('"url.full": *', ["url.full"]),
        ("a.b:x AND a.b:y", ["a.b"]),
    ],
)
def test_the_fields_of_a_query_are_found(kql: str, fields: list[str]) -> None:
    assert named_fields(kql) == fields


def test_a_comparison_is_written_for_elasticsearch() -> None:
    assert lucene("a.b:x AND c.d >= 0.4 AND e < now-24h") == "a.b:x AND c.d:>=0.4 AND e:<now-24h"
    assert lucene('"url.full": *') == "url.full: *"


def _column(operation: str, field: str, is_bucket: bool = False, kql: str = "", **params: object) -> Column:
    return Column("id", operation, field, is_bucket, kql, params)


@pytest.mark.parametrize(
    ("operation", "field", "problem"),
    [
        ("terms", "text", "text is text: not for terms"),
        ("average", "keyword", "keyword is keyword: not for average"),
        ("date_histogram", "number", "number is long: not for date_histogram"),
        ("terms", "gone", "gone is not in the mapping"),
        ("cumulative_sum", "number", "cumulative_sum is not known to this check"),
        ("average", "mixed", "mixed is keyword, long: not for average"),
    ],
)
def test_a_field_that_its_operation_cannot_take_is_told(operation: str, field: str, problem: str) -> None:
    types = {"text": {"text"}, "keyword": {"keyword"}, "number": {"long"}, "mixed": {"long", "keyword"}}
    assert wrong_fields(Reading("panel", "view", "", (_column(operation, field),)), types) == [problem]


def test_a_field_that_a_query_names_is_looked_for_too() -> None:
    assert wrong_fields(Reading("panel", "view", "gone:x", fields=("gone",)), {}) == ["gone is not in the mapping"]


def test_a_panel_asks_for_its_metrics_in_its_innermost_bucket() -> None:
    view = DataView("view", "index", "@timestamp", (), {"delay": {"type": "double"}})
    columns = (
        _column("terms", "site", is_bucket=True, size=5),
        _column("average", "delay"),
        _column("count", "___records___", kql="a:b"),
    )
    request = request_of(view, Reading("panel", "view", "c:d", columns))
    assert request["query"] == {"query_string": {"query": "c:d"}}
    assert request["runtime_mappings"] == {"delay": {"type": "double"}}
    assert request["aggs"] == {
        "bucket": {
            "terms": {"field": "site", "size": 5},
            "aggs": {"metric_1": {"avg": {"field": "delay"}}, "metric_2": {"filter": {"query_string": {"query": "a:b"}}}},
        }
    }


@pytest.mark.parametrize(("others", "asked"), [(True, {"missing": ""}), (False, {})])
def test_mentions_without_a_value_are_a_row_where_the_others_are_one_too(others: bool, asked: dict[str, str]) -> None:
    column = _column("terms", "who", is_bucket=True, size=5, otherBucket=others, missingBucket=True)
    request = request_of(DataView("view", "index", "@timestamp", (), {}), Reading("panel", "view", "", (column,)))
    assert request["aggs"]["bucket"]["terms"] == {"field": "who", "size": 5, **asked}


def test_every_operation_of_the_shipped_panels_is_known() -> None:
    assert {column.operation for reading in OBJECTS.readings for column in reading.columns} <= TYPES.keys()
