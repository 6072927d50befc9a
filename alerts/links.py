"""Links from a mail into the team's Kibana. Pure."""

from datetime import UTC, datetime
from urllib.parse import quote

from config.schema import Kibana

_DATA_VIEW = "vigie-mentions"  # its id in deploy/kibana/data-views.yaml
_COLUMNS = ("vigie.brand", "vigie.title", "vigie.text", "url.domain", "url.full")
_RISON = "!'(),:*@$/"  # characters of Rison that a fragment may hold as they are (RFC 3986, 3.5)


def discover_link(kibana: Kibana, brand_id: str, start: datetime, end: datetime, negative_only: bool = False) -> str:
    """Where Kibana's Discover shows the brand's mentions published from `start` to `end`; empty without a Kibana."""
    if not kibana.url:
        return ""
    query = f'vigie.brand:"{brand_id}"'
    if negative_only:
        query += " AND vigie.sentiment.label:negative"
    space = f"/s/{kibana.space}" if kibana.space and kibana.space != "default" else ""
    time = f"(time:(from:{_text(_moment(start))},to:{_text(_moment(end))}))"
    columns = ",".join(map(_text, _COLUMNS))
    state = (
        f"(columns:!({columns}),dataSource:(dataViewId:{_text(_DATA_VIEW)},type:dataView),"
        f"query:(language:kuery,query:{_text(query)}),sort:!(!('@timestamp',desc)))"
    )
    return f"{kibana.url}{space}/app/discover#/?_g={quote(time, safe=_RISON)}&_a={quote(state, safe=_RISON)}"


def _text(value: str) -> str:
    """A string in Rison, the notation of Kibana's addresses: in quotes, `!` before a quote or another `!`."""
    return "'" + value.replace("!", "!!").replace("'", "!'") + "'"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
