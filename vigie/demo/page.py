"""`index.html`: the run on one page, without a script and without anything from elsewhere."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader

from vigie.charts import Chart, CurveWords, Size, Tick, Voice, share_of_voice, volume_curve
from vigie.demo.mailbox import KeptMail, kept_mails
from vigie.demo.report import Summary
from vigie.demo.world import World
from vigie.model import Incident
from vigie.ports import Filter
from vigie.watch import Watch

_DAY, _QUARTER = timedelta(days=1), timedelta(minutes=15)
_LAST_HOURS = timedelta(hours=12)
_WIDE = Size(760, 190)
_WORDS = CurveWords(negative="négatives", other="autres", onset="début")
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True, slots=True)
class _Picture:
    """A chart as the page holds it: the image in the page itself, and the words for those who do not see it."""

    source: str
    alternative: str


def write_page(out: Path, watch: Watch, world: World, summary: Summary) -> None:
    """Writes `index.html` into `out`."""
    zone = ZoneInfo(watch.config.settings.team.zone)
    incidents = list(watch.state.incidents())
    names = {brand.id: brand.name for brand in watch.config.brands}
    environment = Environment(loader=PackageLoader("vigie.demo"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["local"] = lambda moment: _local(moment, zone)
    environment.filters["hour"] = lambda moment: moment.astimezone(zone).strftime("%H h %M")
    html = environment.get_template("index.html.j2").render(
        summary=summary,
        configuration=out / "config",
        world=world,
        names=names,
        source_names={source.id: source.name for source in watch.config.watched_sources},
        incidents=incidents,
        month=_month(watch, world, zone),
        hours=_hours(watch, world, zone, incidents),
        voices=_voices(watch, names),
        mails=kept_mails(out / "mails"),
        mail_page=lambda mail: _link(mail, out),
    )
    (out / "index.html").write_text(html, encoding="utf-8")


def _own_brands(watch: Watch) -> list[str]:
    return [brand.id for brand in watch.config.brands if brand.role == "own"]


def _month(watch: Watch, world: World, zone: ZoneInfo) -> _Picture:
    chosen = Filter(brands=_own_brands(watch), start=world.start, end=world.end)
    buckets = watch.store.histogram(chosen, _DAY, zone.key)
    ticks = [Tick(b.start, f"{b.start.astimezone(zone).day} {_MONTHS[b.start.astimezone(zone).month - 1]}") for b in buckets[::5]]
    busiest = max(bucket.tally.total for bucket in buckets)
    chart = volume_curve(buckets, _DAY, _WORDS, ticks=ticks, size=_WIDE)
    return _picture(chart, f"Mentions par jour sur un mois ; jusqu'à {busiest} par jour, le dernier.")


def _hours(watch: Watch, world: World, zone: ZoneInfo, incidents: Sequence[Incident]) -> _Picture:
    chosen = Filter(brands=_own_brands(watch), start=world.end - _LAST_HOURS, end=world.end)
    buckets = watch.store.histogram(chosen, _QUARTER, zone.key)
    ticks = [Tick(b.start, f"{b.start.astimezone(zone):%H h}") for b in buckets if b.start.minute == 0]
    chart = volume_curve(buckets, _QUARTER, _WORDS, ticks=ticks, onset=incidents[0].onset if incidents else None, size=_WIDE)
    return _picture(chart, "Mentions par quart d'heure sur les douze dernières heures ; elles s'envolent au début de la crise.")


def _voices(watch: Watch, names: dict[str, str]) -> _Picture:
    shares = sorted(watch.store.share_of_voice(Filter()).items(), key=lambda item: -item[1].total)
    own = _own_brands(watch)
    total = sum(tally.total for _, tally in shares) or 1
    voices = [
        Voice(names[brand], tally.total, f"{tally.total} ({round(100 * tally.total / total)} %)", brand in own)
        for brand, tally in shares
    ]
    said = ", ".join(f"{voice.name} {voice.figures}" for voice in voices)
    return _picture(share_of_voice(voices, size=Size(560, 22)), f"Part de voix : {said}.")


def _picture(chart: Chart, alternative: str) -> _Picture:
    return _Picture(f"data:image/png;base64,{base64.b64encode(chart.png()).decode()}", alternative)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """`10 mars, 12 h 35`."""
    there = moment.astimezone(zone)
    return f"{there.day} {_MONTHS[there.month - 1]}, {there:%H h %M}"


def _link(mail: KeptMail, out: Path) -> str:
    return (mail.html or mail.eml).relative_to(out).as_posix()
