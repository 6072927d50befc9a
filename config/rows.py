"""What the schema of one file cannot see: ids used twice, extensions that do not exist, their options, brands that are named.

Works on the rows as they were read, so that it finds its mistakes beside those of the schema, and not only after them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from config.mistakes import lines, nearest
from config.schema import MAIL, EventRow

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Extensions:
    """What is registered: the option models of kinds of source, rules, steps of the analysis and kinds of channel by name."""

    kinds: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    rules: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    components: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    channels: Mapping[str, type[BaseModel]] = field(default_factory=dict)


def row_problems(
    files: Mapping[str, Any], extensions: Extensions, *, crisis_words: Sequence[str] = (), events: Sequence[EventRow] = ()
) -> Iterator[str]:
    """The problems that need more than one schema; `files` holds what was read of each file, by name."""
    brands, sources = _rows(files, "brands.toml", "brand"), _rows(files, "sources.toml", "source")
    rules, digests = _rows(files, "alerts.toml", "rule"), _rows(files, "alerts.toml", "digest")
    yield from _component_problems(files.get("vigie.toml", {}).get("analysis"), extensions.components)
    yield from _repeated("brands.toml: brand", brands)
    yield from _repeated("sources.toml: source", sources)
    yield from _repeated("alerts.toml: rule", rules)
    yield from _repeated("alerts.toml: digest", digests)
    yield from _repeated("themes.toml: theme", _rows(files, "themes.toml", "theme"))
    for row in sources:
        yield from _kind_problems(f"sources.toml: source[{row.get('id')}]", row.get("kind"), row, extensions.kinds)
    for event in events:
        if brands:
            yield from _brand_problems(f"calendar.toml: event[{event.name}]", event.brands, brands, may_be_competitor=False)
    yield from _delivery_problems(files, extensions)
    for row in rules:
        if row.get("kind") == "crisis_words" and not crisis_words:
            yield f"alerts.toml: rule[{row.get('id')}].kind: crisis_words.txt is missing or holds no word"
        yield from _kind_problems(f"alerts.toml: rule[{row.get('id')}]", row.get("kind", "bad_buzz"), row, extensions.rules)
    people = _rows(files, "alerts.toml", "person")
    yield from _repeated("alerts.toml: person", people)
    yield from _rota_problems(files.get("alerts.toml", {}).get("rota"), people, rules)
    for name, row in ((name, row) for name, rows in (("rule", rules), ("digest", digests)) for row in rows):
        if brands:
            place = f"alerts.toml: {name}[{row.get('id')}]"
            yield from _brand_problems(place, row.get("brands"), brands, may_be_competitor=name == "digest")


def _rows(files: Mapping[str, Any], file: str, name: str) -> list[Row]:
    rows = files.get(file, {}).get(name, [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _repeated(place: str, rows: Sequence[Row], alike: str = "") -> Iterator[str]:
    """Ids that two rows bear. `alike`: two characters that make no difference."""
    written = (row["id"] for row in rows if isinstance(row.get("id"), str))
    ids = Counter(one.replace(*alike) if alike else one for one in written)
    for one, times in ids.items():
        if times > 1:
            yield f"{place}[{one}].id: used {times} times; ids name one row only"


def _kind_problems(place: str, kind: object, row: Row, models: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    """Problems of a row whose `options` belong to the extension that its kind names."""
    if not isinstance(kind, str):
        return
    if kind not in models:
        yield f"{place}.kind: unknown kind {kind!r}{nearest(kind, list(models), 'kinds')}"
        return
    yield from _option_problems(f"{place}.options", row.get("options", {}), models[kind])


def _component_problems(analysis: object, models: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    """Problems of `[analysis.components.NAME]`."""
    named = analysis.get("components") if isinstance(analysis, dict) else None
    for name, options in named.items() if isinstance(named, dict) else []:
        place = f"vigie.toml: analysis.components.{name}"
        if name not in models:
            yield f"{place}: unknown component{nearest(name, list(models), 'components')}"
        elif isinstance(options, dict):  # else the schema has said so
            yield from _option_problems(place, options, models[name])


def _option_problems(place: str, options: object, model: type[BaseModel]) -> Iterator[str]:
    try:
        model.model_validate(options)
    except ValidationError as error:
        yield from (f"{place}.{line}" for line in lines(error, options, model))


def _delivery_problems(files: Mapping[str, Any], extensions: Extensions) -> Iterator[str]:
    """Problems of the channels, and of the rows that name them."""
    channels, routes = _rows(files, "alerts.toml", "channel"), _rows(files, "alerts.toml", "route")
    brands = _rows(files, "brands.toml", "brand")
    themes = [str(row.get("id")) for row in _rows(files, "themes.toml", "theme")]
    yield from _repeated("alerts.toml: channel", channels, alike="-_")
    yield from _repeated("alerts.toml: route", routes)
    for row in channels:
        place = f"alerts.toml: channel[{row.get('id')}]"
        if row.get("id") == MAIL:
            yield f"{place}.id: {MAIL} is mail, which [mail] sets up; choose another id"
        yield from _kind_problems(place, row.get("kind"), row, extensions.channels)
    ids = [str(row.get("id")) for row in channels]
    for name, key in (("rule", "recipients"), ("route", "to"), ("digest", "recipients"), ("person", "address")):
        for row in _rows(files, "alerts.toml", name):
            told = row.get(key)
            named = [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str) and "@" not in one]
            yield from _named_problems(f"alerts.toml: {name}[{row.get('id')}].{key}", named, ids, "channels")
            if name == "rule" and not told and not routes:
                yield f"alerts.toml: rule[{row.get('id')}].recipients: nobody is told: name somebody here or in a [[route]]"
    for row in routes:
        place = f"alerts.toml: route[{row.get('id')}]"
        yield from _named_problems(f"{place}.kinds", row.get("kinds"), list(extensions.rules), "kinds")
        yield from _named_problems(f"{place}.themes", row.get("themes"), themes, "themes")
        if brands:
            yield from _brand_problems(place, row.get("brands"), brands, may_be_competitor=False)


def _named_problems(place: str, named: object, known: Sequence[str], what: str) -> Iterator[str]:
    """Names of what there is not; `what` is what they should be, in the plural."""
    for one in named if isinstance(named, list) else []:
        if isinstance(one, str) and one not in known:
            yield f"{place}: unknown {what.removesuffix('s')} {one!r}{nearest(one, known, what)}"


def _rota_problems(rota: object, people: Sequence[Row], rules: Sequence[Row]) -> Iterator[str]:
    """People of the rota that there are not, and rules that want a rota where there is none."""
    if rota is None:
        yield from (f"alerts.toml: rule[{row.get('id')}].rota: there is no [rota]" for row in rules if row.get("rota") is True)
        return
    known = [str(row.get("id")) for row in people]
    named = rota.get("people", []) if isinstance(rota, dict) else []
    for one in named if isinstance(named, list) else []:
        if isinstance(one, str) and one not in known:
            yield f"alerts.toml: rota.people: no person {one!r}{nearest(one, known, 'people')}"


def _brand_problems(place: str, named: object, brands: Sequence[Row], *, may_be_competitor: bool) -> Iterator[str]:
    roles = {brand["id"]: brand.get("role") for brand in brands if isinstance(brand.get("id"), str)}
    for one in named if isinstance(named, list) else []:
        if not isinstance(one, str):
            continue
        if one not in roles:
            yield f"{place}.brands: no brand {one!r} in brands.toml{nearest(one, list(roles), 'brands')}"
        elif roles[one] == "competitor" and not may_be_competitor:
            yield f"{place}.brands: {one!r} is a competitor: rules watch own brands"
