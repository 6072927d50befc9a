"""From a mail to the mentions it speaks of: a link into the team's Kibana, or the command of the built-in search. Pure."""

import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from config.schema import Kibana

_DATA_VIEW = "vigie-mentions"  # its id in deploy/kibana/data-views.yaml
_COLUMNS = ("vigie.brand", "vigie.title", "vigie.text", "url.domain", "url.full")
_MOST_SHOWN = "1000"  # what `vigie search` prints at most
_RISON = "!'(),:*@$/"  # characters of Rison that a fragment may hold as they are (RFC 3986, 3.5)


def discover_link(kibana: Kibana, brand_id: str, start: datetime, end: datetime, negative_only: bool = False) -> str:
    """Where Kibana's Discover shows the brand's mentions published from `start` to `end`; empty without a Kibana.

    What is set aside is left out, as it is not counted in the mail either.
    """
    if not kibana.url:
        return ""
    query = f'vigie.brand:"{brand_id}" AND NOT vigie.doubtful:true'
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


def search_command(folder: Path, zone: str, brand_id: str, start: datetime, end: datetime, negative_only: bool = False) -> str:
    """What to type to see the brand's mentions published from `start` to `end`, to whole seconds; a shell takes it as it stands.

    `folder` is the configuration's. Times are written as in `zone`, with their offset in the hour that a clock change repeats.
    """
    words = ["vigie", "search", "--brand", brand_id]
    if negative_only:
        words += ["--tone", "negative"]
    words += ["--since", _local(start, zone), "--until", _local(end + timedelta(seconds=1, microseconds=-1), zone)]
    return shlex.join([*words, "--limit", _MOST_SHOWN, "-c", str(folder)])


def _local(at: datetime, zone: str) -> str:
    """The second in which `at` lies."""
    local = at.astimezone(ZoneInfo(zone)).replace(microsecond=0)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return local.isoformat()
    return local.replace(tzinfo=None).isoformat(timespec="seconds" if local.second else "minutes")


def _text(value: str) -> str:
    """A string in Rison, the notation of Kibana's addresses: in quotes, `!` before a quote or another `!`."""
    return "'" + value.replace("!", "!!").replace("'", "!'") + "'"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
