"""Charts as Vega-Lite specifications, made once: rendered to PNG for the mails, run as they are by a page.

No words are made here: labels come from the caller, in its language and zone. Altair and vl-convert load on first use (a second).
"""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from vigie.ports import Bucket, Tally

NEGATIVE, NEUTRAL, POSITIVE = "#c4483c", "#9aa1aa", "#4a8f7c"
EXPECTED, OWN, INK, FAINT = "#a3bad6", "#5b7fa6", "#7b8188", "#80868e40"
"""Middle tones: one picture stands on light and on dark paper. Ink has a contrast of 3.8 on either; 3.9 is the most there is.

No hue is half transparent: vl-convert 1.9 renders such a fill grey."""
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True)
class Size:
    """Of a chart's plotting area, in CSS pixels."""

    width: int
    height: int


CURVE = Size(400, 150)
BARS = Size(230, 26)  # the height is one bar's
TONE = Size(420, 18)


@dataclass(frozen=True, slots=True)
class Band:
    """The usual count of a bucket lies between `low` and `high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under the time axis."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class CurveWords:
    """The legend of a curve; `onset` stands by its vertical line."""

    negative: str
    other: str
    expected: str = ""
    onset: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One bar of a share of voice: `figures` is written after it, `own` fills it darker."""

    name: str
    count: int
    figures: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class ToneWords:
    """The labels of the three parts of a tone bar, figures included."""

    negative: str
    neutral: str
    positive: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. Its paper is transparent and its tones are between light and dark, so that it reads on either."""

    specification: str

    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification, fresh at each call."""
        spec: dict[str, Any] = json.loads(self.specification)
        return spec

    def png(self, scale: float = 2.0) -> bytes:
        """The chart as PNG, `scale` pixels per CSS pixel; rendered offline, the same bytes for the same chart."""
        return _render(self.specification, scale)

    def html(self) -> str:
        """The chart as a page of its own that needs no network."""
        import vl_convert  # noqa: PLC0415

        page: str = vl_convert.vegalite_to_html(self.specification, bundle=True)
        return page


def volume_curve(
    buckets: Sequence[Bucket],
    step: timedelta,
    words: CurveWords,
    *,
    ticks: Sequence[Tick] = (),
    expected: Sequence[Band] = (),
    onset: datetime | None = None,
    size: Size = CURVE,
) -> Chart:
    """Mentions over time, negatives at the foot of each bar, over the band of what is usual (one per bucket, or none).

    Raises: ValueError when `expected` has another length than `buckets`.
    """
    if expected and len(expected) != len(buckets):
        raise ValueError(f"{len(expected)} bands for {len(buckets)} buckets")
    import altair as alt  # noqa: PLC0415

    x = alt.X("start:T", title=None, scale=alt.Scale(type="utc"), axis=_time_axis(ticks))
    y = alt.Y("low:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4), scale=alt.Scale(domainMin=0, nice=True))
    colour = alt.Color("tone:N", title=None, scale=_legend(words, with_band=bool(expected)))
    bars = alt.Chart(alt.InlineData(values=_bar_rows(buckets, step, words))).mark_rect()
    layers = [bars.encode(x=x, x2="end:T", y=y, y2="high:Q", color=colour)]
    if expected:
        band = alt.Chart(alt.InlineData(values=_band_rows(buckets, step, expected, words))).mark_rect()
        layers.insert(0, band.encode(x=x, x2="end:T", y=y, y2="high:Q", color=colour))
    if onset is not None:
        layers += _onset_mark(onset, words.onset, x)
    return _finished(alt.layer(*layers), size)


def share_of_voice(voices: Sequence[Voice], size: Size = BARS) -> Chart:
    """One horizontal bar per brand, in the order given, its figures at its end."""
    import altair as alt  # noqa: PLC0415

    rows = [{"brand": v.name, "count": v.count, "figures": v.figures, "own": v.own} for v in voices]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("brand:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=150, labelPadding=8)),
        x=alt.X("count:Q", title=None, axis=None, scale=alt.Scale(domainMin=0, nice=False)),
    )
    bars = base.mark_bar(height={"band": 0.62}).encode(color=alt.condition("datum.own", alt.value(OWN), alt.value(NEUTRAL)))
    figures = base.mark_text(align="left", dx=6, color=INK, fontSize=13).encode(text="figures:N")
    return _finished(alt.layer(bars, figures), Size(size.width, size.height * max(1, len(voices))))


def tone_bar(tally: Tally, words: ToneWords, size: Size = TONE) -> Chart:
    """One bar split into negative, neutral and positive, with a legend; an empty tally gives an empty bar."""
    import altair as alt  # noqa: PLC0415

    labels = [words.negative, words.neutral, words.positive]
    counts = [tally.negative, tally.neutral, tally.positive]
    rows = [{"tone": label, "count": count, "rank": rank} for rank, (label, count) in enumerate(zip(labels, counts, strict=True))]
    bar = alt.Chart(alt.InlineData(values=rows)).mark_bar(height=size.height)
    encoded = bar.encode(
        x=alt.X("count:Q", stack="normalize", axis=None, title=None),
        color=alt.Color("tone:N", title=None, sort=labels, scale=alt.Scale(domain=labels, range=[NEGATIVE, NEUTRAL, POSITIVE])),
        order=alt.Order("rank:Q"),
    )
    return _finished(alt.layer(encoded), size)


def _bar_rows(buckets: Sequence[Bucket], step: timedelta, words: CurveWords) -> list[dict[str, Any]]:
    rows = []
    for bucket, (start, end) in zip(buckets, _extents(buckets, step), strict=True):
        negative = bucket.tally.negative
        extent = {"start": start, "end": end}
        rows.append({**extent, "tone": words.negative, "low": 0, "high": negative})
        rows.append({**extent, "tone": words.other, "low": negative, "high": bucket.tally.total})
    return rows


def _band_rows(buckets: Sequence[Bucket], step: timedelta, expected: Sequence[Band], words: CurveWords) -> list[dict[str, Any]]:
    return [
        {"start": start, "end": end, "low": band.low, "high": band.high, "tone": words.expected}
        for band, (start, end) in zip(expected, _extents(buckets, step), strict=True)
    ]


def _extents(buckets: Sequence[Bucket], step: timedelta) -> list[tuple[int, int]]:
    """Start and end of each bucket in milliseconds; a bucket ends where the next begins (a local day may have 23 hours)."""
    starts = [_milliseconds(bucket.start) for bucket in buckets]
    last = starts[-1] + round(step.total_seconds() * 1000) if starts else 0
    return list(zip(starts, [*starts[1:], last], strict=False))


def _time_axis(ticks: Sequence[Tick]) -> Any:
    """An axis with the caller's labels at the caller's moments: Vega knows no time zone but its machine's."""
    import altair as alt  # noqa: PLC0415

    labels = {str(_milliseconds(tick.at)): tick.label for tick in ticks}
    return alt.Axis(
        values=[_milliseconds(tick.at) for tick in ticks],
        labelExpr=f"{json.dumps(labels, ensure_ascii=False)}[toString(time(datum.value))]",
        grid=False,
        labelFlush=True,
        labelOverlap=True,
    )


def _legend(words: CurveWords, *, with_band: bool) -> Any:
    import altair as alt  # noqa: PLC0415

    domain, colours = [words.negative, words.other], [NEGATIVE, NEUTRAL]
    return alt.Scale(
        domain=[*domain, words.expected] if with_band else domain, range=[*colours, EXPECTED] if with_band else colours
    )


def _onset_mark(onset: datetime, label: str, x: Any) -> list[Any]:
    import altair as alt  # noqa: PLC0415

    base = alt.Chart(alt.InlineData(values=[{"start": _milliseconds(onset), "label": label}])).encode(x=x)
    return [
        base.mark_rule(color=INK, strokeDash=[4, 3]),
        base.mark_text(align="right", dx=-5, fontSize=13, color=INK).encode(y=alt.value(8), text="label:N"),
    ]


def _finished(chart: Any, size: Size) -> Chart:
    """The chart with the house's fonts, colours and paper."""
    styled = (
        chart.properties(width=size.width, height=size.height, padding={"left": 10, "right": 14, "top": 10, "bottom": 8})
        .configure(font=_FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=13, labelColor=INK, gridColor=FAINT, domainColor=NEUTRAL, tickColor=NEUTRAL, labelFont=_FONT
        )
        .configure_legend(orient="top", labelFontSize=13, labelColor=INK, symbolType="square", symbolSize=120, labelLimit=260)
    )
    return Chart(json.dumps(styled.to_dict(), ensure_ascii=False, sort_keys=True))


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@lru_cache(maxsize=32)
def _render(specification: str, scale: float) -> bytes:
    """Kept for a while: one mail goes to several people with the same charts."""
    import vl_convert  # noqa: PLC0415

    return _packed(vl_convert.vegalite_to_png(specification, scale=scale, allowed_base_urls=[]))


def _packed(png: bytes) -> bytes:
    """The same picture in a fifth of the bytes: vl-convert hardly compresses (61 kB for a curve, 9 kB after this).

    Layout of a PNG: https://www.w3.org/TR/png-3/#5Chunk-layout (length, type, content, checksum).
    """
    signature, place = png[:8], 8
    pixels, chunks = b"", []
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IDAT":
            pixels += content
        elif kind == b"IEND":
            chunks += [(b"IDAT", zlib.compress(zlib.decompress(pixels), 9)), (kind, content)]
        else:
            chunks.append((kind, content))
        place += length + 12
    framed = (struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in chunks)
    return signature + b"".join(framed)
