"""How right the analysis is, by the team's own marks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, print_json, print_table

if TYPE_CHECKING:
    from alerts.rule_marks import RuleMarks
    from analysis.precision import Precision, Share

_MEASURES = {
    "relevance": "pertinence",
    "doubt": "douteuses gardées",
    "tone": "ton exact",
    "negative": "négatif exact",
}


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(quality)


def quality(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Print how often analysis and rules were right, by the team's marks: relevance, tone, by brand and kind of page; alerts.

    Each share stands with its 95 % interval and its number of marks. Exit code 1 when nothing is marked yet.

    Example: vigie quality -c ma-veille
    """
    from alerts.rule_marks import rule_marks
    from analysis.precision import precisions
    from vigie.clock import SystemClock
    from vigie.store import open_database, open_state

    config = load_config(folder)
    database = open_database(config.data_folder)
    try:
        state = open_state(database, SystemClock())
        lines, rules = precisions(state.marks()), rule_marks(state.incidents(), state.actions())
    finally:
        database.close()
    if as_json:
        print_json([*map(_row, lines), *map(_rule_row, rules)])
    else:
        names = {brand.id: brand.name for brand in config.brands}
        cells = [[names.get(line.brand, line.brand) or "toutes", line.kind or "tous", *_shares(line)] for line in lines]
        print_table("Justesse d'après les marques de l'équipe", ("marque", "genre", *_MEASURES.values()), cells)
        for note in _notes(lines[0]):
            typer.echo(note)
        if rules:
            print_table("Justesse des règles", ("règle", "alertes", "jugées", "fausses", "juste"), map(_rule_cells, rules))
    if not any(rule.judged for rule in rules) and not any(_measured(lines[0], name).marked for name in _MEASURES):
        raise typer.Exit(1)


def _rule_share(rule: "RuleMarks") -> "Share":
    """Of the alerts that people judged, those that were none of the false ones."""
    from analysis.precision import Share

    return Share(rule.judged - rule.false, rule.judged)


def _rule_cells(rule: "RuleMarks") -> tuple[object, ...]:
    return rule.rule_id, rule.alerts, rule.judged, rule.false, _written(_rule_share(rule))


def _rule_row(rule: "RuleMarks") -> dict[str, Any]:
    share = _rule_share(rule)
    return {
        "rule": rule.rule_id,
        "alerts": rule.alerts,
        "judged": rule.judged,
        "false": rule.false,
        "share": share.value,
        "interval": share.interval,
    }


def _measured(line: "Precision", name: str) -> "Share":
    share: Share = getattr(line, name)
    return share


def _shares(line: "Precision") -> Iterator[str]:
    for name in _MEASURES:
        yield _written(_measured(line, name))


def _written(share: "Share") -> str:
    low, high = share.interval
    return f"{100 * (share.value or 0):.0f} % [{100 * low:.0f}-{100 * high:.0f}] ({share.marked})" if share.marked else "-"


def _row(line: "Precision") -> dict[str, Any]:
    return {"brand": line.brand or None, "kind": line.kind or None} | {
        name: {
            "share": share.value,
            "interval": share.interval,
            "right": share.right,
            "marks": share.marked,
            "missing": share.missing,
        }
        for name, share in ((name, _measured(line, name)) for name in _MEASURES)
    }


def _notes(whole: "Precision") -> Sequence[str]:
    """What the figures do not say, and what it takes to say more."""
    lacking = [(label, _measured(whole, name).missing) for name, label in _MEASURES.items()]
    notes = [f"{label} : encore {number} marques pour un intervalle de 10 points" for label, number in lacking if number]
    return [
        *notes,
        "Entre crochets l'intervalle à 95 % (Wilson), entre parenthèses le nombre de marques.",
        "On marque surtout ce qui surprend : pour une mesure juste, marquez aussi des mentions prises au hasard.",
    ]
