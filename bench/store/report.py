"""The trials as tables in Markdown and a plot: what docs/scale.md shows."""

import json
import os
import platform
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.store.costs import Costs
from bench.store.trial import Trial
from vigie.charts import Chart

_BEGINS, _ENDS = "<!-- figures -->", "<!-- end of figures -->"
_POWERS = [10**power for power in range(-2, 7)]
_PLOT = "How searches, counts, charts and ticks grow with the number of mentions"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its name, its aim, and what it says of one trial."""

    name: str
    aim: str
    cell: Callable[[Trial], str]


def write(page: Path, trials: Sequence[Trial]) -> None:
    """Puts the tables and the plot of `trials` in the place of those that `page` has; the plot is a PNG of its name beside it."""
    text = page.read_text(encoding="utf-8")
    figures = f"{_BEGINS}\n{tables(trials)}\n\n![{_PLOT}]({page.stem}.png)\n{_ENDS}"
    page.write_text(re.sub(f"{_BEGINS}.*{_ENDS}", lambda _: figures, text, flags=re.DOTALL), encoding="utf-8")
    page.with_suffix(".png").write_bytes(plot(trials).png())


def tables(trials: Sequence[Trial]) -> str:
    """Markdown: a table for each store, a line each for what was measured, a column for each size; then the kinds of search."""
    by_store = {store: [trial for trial in trials if trial.place.store == store] for store in _ROWS}
    parts = [_setting(trials), ""]
    for store, rows in _ROWS.items():
        if by_store[store]:
            parts += [f"### {_TITLES[store]}\n", *_table(rows, by_store[store]), ""]
    largest = {store: some[-1] for store, some in by_store.items() if some}
    return "\n".join([*parts, *_searches(largest)])


def plot(trials: Sequence[Trial]) -> Chart:
    """Milliseconds by the number of mentions, both on scales that multiply."""
    rows = [
        {"mentions": trial.size, "ms": milliseconds, "what": what, "store": _CLOCKS[trial.place.store]}
        for trial in trials
        for what, milliseconds in _growth(trial)
    ]
    return Chart(json.dumps(_specification(rows)))


def _setting(trials: Sequence[Trial]) -> str:
    """What was measured on, in a sentence."""
    here = [f"{os.cpu_count()} cores", f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    servers = {trial.server for trial in trials if trial.server}
    loops = sorted(cost.cpu for trial in trials for cost in trial.loops)
    pace = f"A loop of ten million additions took {loops[0]:.2f} to {loops[-1]:.2f} s of CPU meanwhile."
    return f"Measured on {', '.join(here)}{''.join(f'; {server}' for server in sorted(servers))}. {pace}"


def _table(rows: Sequence[Row], trials: Sequence[Trial]) -> Iterator[str]:
    yield f"| | aim | {' | '.join(f'{trial.size:,}' for trial in trials)} |"
    yield f"|---|---|{'---|' * len(trials)}"
    for row in rows:
        yield f"| {row.name} | {row.aim} | {' | '.join(row.cell(trial) for trial in trials)} |"


def _searches(largest: Mapping[str, Trial]) -> Iterator[str]:
    """The kinds of search in the largest trial of each store."""
    sizes = {trial.size for trial in largest.values()}
    yield f"### Kinds of search, {' and '.join(f'{size:,}' for size in sizes)} mentions, ms: p50, p95\n"
    yield f"| | {' | '.join(_CLOCKS[store] for store in largest)} |"
    yield f"|---|{'---|' * len(largest)}"
    for name in next(iter(largest.values())).ledger.ours:
        if name.startswith("search: "):
            yield f"| {name.removeprefix('search: ')} | {' | '.join(_search(trial, name) for trial in largest.values())} |"


def _search(trial: Trial, name: str) -> str:
    ours = trial.ledger.costs(name)
    if not trial.place.address:
        return f"{_ms(ours.cpu_ms(0.5))}, {_ms(ours.cpu_ms(0.95))}"
    return f"{_ms(ours.wall_ms(0.5))}, {_ms(ours.wall_ms(0.95))} {_times(ours, trial.ledger.bare_costs(name))}"


# --- cells


def _ms(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def _times(ours: Costs, bare: Costs) -> str:
    """How many times as long as bare calls: in the middle of the calls."""
    return f"({ours.wall_ms(0.5) / bare.wall_ms(0.5):.1f} ×)"


def _cpu(name: str, share: float) -> Callable[[Trial], str]:
    return lambda trial: _ms(trial.ledger.costs(name).cpu_ms(share))


def _cpu_and_wall(name: str, share: float) -> Callable[[Trial], str]:
    def cell(trial: Trial) -> str:
        costs = trial.ledger.costs(name)
        return f"{_ms(costs.cpu_ms(share))} ({_ms(costs.wall_ms(share))})"

    return cell


def _beside_bare(name: str, share: float) -> Callable[[Trial], str]:
    """Wall time, and how many times that of bare calls it is."""

    def cell(trial: Trial) -> str:
        ours, bare = trial.ledger.costs(name), trial.ledger.bare_costs(name)
        return f"{_ms(ours.wall_ms(share))} {_times(ours, bare)}" if bare.all else _ms(ours.wall_ms(share))

    return cell


def _load_beside_bare(trial: Trial) -> str:
    ours, bare = trial.ledger.costs("load beside"), trial.ledger.bare_costs("load beside")
    return f"{trial.size / trial.ledger.costs('load').wall:,.0f} ({ours.wall / bare.wall:.1f} ×)"


def _client_cpu(name: str) -> Callable[[Trial], str]:
    def cell(trial: Trial) -> str:
        return f"{trial.ledger.costs(name).cpu / trial.ledger.bare_costs(name).cpu:.1f} ×"

    return cell


def _load_per_cpu(trial: Trial) -> str:
    return f"{trial.size / trial.ledger.costs('load').cpu:,.0f}"


_COMMON = (
    Row("memory while loading, MB", "at most 300", lambda trial: f"{trial.memory_mb:,.0f}"),
    Row("on disk, bytes a mention", "", lambda trial: f"{trial.bytes_on_disk / trial.stored:,.0f}"),
    Row("opened and first count, ms", "", lambda trial: _ms(1000 * trial.opened.wall)),
    Row("`vigie search` from the start of its process, s", "", lambda trial: f"{trial.command.wall:.2f}"),
    Row("the same, CPU s of the client", "", lambda trial: f"{trial.command.cpu:.2f}"),
)
_ROWS: Mapping[str, Sequence[Row]] = {
    "sqlite": (
        Row("load, mentions per CPU second", "at least 3,000", _load_per_cpu),
        Row("the night's upkeep after it, CPU s", "", lambda trial: _ms(trial.ledger.costs("upkeep").cpu)),
        Row("a search, p95, CPU ms (wall)", "at most 20", _cpu_and_wall("search", 0.95)),
        Row("an alert's count, p95, CPU ms", "at most 1", _cpu("alert", 0.95)),
        Row("a tick of 50 mentions, p50, wall ms", "at most 70", _beside_bare("tick", 0.5)),
        Row("the same, CPU ms", "", _cpu("tick", 0.5)),
        Row("a tick as the pipeline writes it, p50, wall ms", "", _beside_bare("pipeline", 0.5)),
        Row("a count with a word, p95, CPU ms", "", _cpu("count", 0.95)),
        Row("28 days by hour, p50, CPU ms", "", _cpu("28 days", 0.5)),
        Row("18 months by day, p50, CPU ms", "", _cpu("18 months", 0.5)),
        Row("all that an incident's mail asks, p50, CPU ms", "", _cpu("incident", 0.5)),
        *_COMMON,
    ),
    "elasticsearch": (
        Row("load, mentions per second", "at most 2 ×", _load_beside_bare),
        Row("the same, CPU of the client", "", _client_cpu("load beside")),
        Row("a search, p50, ms", "at most 2 ×", _beside_bare("search", 0.5)),
        Row("a search, p95, ms", "", _beside_bare("search", 0.95)),
        Row("an alert's count, p50, ms", "at most 2 ×", _beside_bare("alert", 0.5)),
        Row("a count with a word, p50, ms", "at most 2 ×", _beside_bare("count", 0.5)),
        Row("28 days by hour, p50, ms", "at most 2 ×", _beside_bare("28 days", 0.5)),
        Row("18 months by day, p50, ms", "at most 2 ×", _beside_bare("18 months", 0.5)),
        Row("a tick of 50 mentions, p50, ms", "at most 2 ×", _beside_bare("tick", 0.5)),
        Row("the same, CPU of the client", "", _client_cpu("tick beside")),
        Row("a tick as the pipeline writes it, p50, ms", "", _beside_bare("pipeline", 0.5)),
        Row("all that an incident's mail asks, p50, ms", "", _beside_bare("incident", 0.5)),
        *_COMMON,
    ),
}
_GROWING = (
    ("a search, p95", "search", 0.95),
    ("an alert's count, p95", "alert", 0.95),
    ("28 days by hour, p50", "28 days", 0.5),
    ("a tick of 50, p50", "tick", 0.5),
)
_TITLES = {"sqlite": "SQLite", "elasticsearch": "Elasticsearch"}
_CLOCKS = {"sqlite": "SQLite, CPU", "elasticsearch": "Elasticsearch, wall"}


def _growth(trial: Trial) -> list[tuple[str, float]]:
    """What the plot shows of a trial: milliseconds of CPU for SQLite, which works in the process, on the wall for a server."""
    costs = trial.ledger.costs
    return [
        (what, costs(name).wall_ms(share) if trial.place.address else costs(name).cpu_ms(share)) for what, name, share in _GROWING
    ]


def _specification(rows: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """A Vega-Lite chart: a panel for each store, a line for each measure."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "line", "point": True},
        "width": 300,
        "height": 240,
        "encoding": {
            "x": {"field": "mentions", "type": "quantitative", "scale": {"type": "log"}, "axis": {"values": _POWERS}},
            "y": {
                "field": "ms",
                "type": "quantitative",
                "scale": {"type": "log"},
                "title": "ms",
                "axis": {"values": _POWERS},
            },
            "color": {"field": "what", "type": "nominal", "title": None},
            "column": {"field": "store", "type": "nominal", "title": None, "sort": list(_CLOCKS.values())},
        },
        "config": {"background": "white", "legend": {"orient": "bottom"}},
    }
