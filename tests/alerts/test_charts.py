import json
import struct
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from vigie.charts import Band, Chart, CurveWords, Tick, ToneWords, Voice, share_of_voice, tone_bar, volume_curve
from vigie.ports import Bucket, Tally

START = datetime(2026, 11, 18, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = CurveWords("négatives", "autres", "habituel", "début estimé")
BUCKETS = [Bucket(START + n * HOUR, Tally(n % 3, n % 5, 1)) for n in range(30)]


def curve(buckets: list[Bucket] = BUCKETS) -> Chart:
    ticks = [Tick(bucket.start, f"{bucket.start.hour} h") for bucket in buckets[::6]]
    bands = [Band(1, 4 + n % 3) for n in range(len(buckets))]
    return volume_curve(buckets, HOUR, WORDS, ticks=ticks, expected=bands, onset=START + 20 * HOUR)


def charts() -> list[Chart]:
    voices = [Voice("Kerlann", 42, "42 (60 %)", own=True), Voice("La Dorée", 28, "28 (40 %)")]
    return [curve(), share_of_voice(voices), tone_bar(Tally(5, 30, 7), ToneWords("5 négatives", "30 neutres", "7 positives"))]


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and filtered rows of a PNG with eight-bit channels."""
    place, content, width, height = 8, b"", 0, 0
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        chunk = png[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", png, place + 8 + length)[0] == zlib.crc32(kind + chunk)
        if kind == b"IHDR":
            width, height = struct.unpack(">II", chunk[:8])
        elif kind == b"IDAT":
            content += chunk
        place += length + 12
    return width, height, zlib.decompress(content)


@pytest.mark.parametrize("chart", charts())
def test_every_chart_is_a_whole_picture_of_less_than_25_kb(chart: Chart) -> None:
    png = chart.png()
    width, height, rows = pixels(png)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(rows) == height * (width * 4 + 1)
    assert len(png) < 25_000


@pytest.mark.parametrize("chart", charts())
def test_a_chart_is_rendered_to_the_same_bytes_each_time(chart: Chart) -> None:
    assert Chart(chart.specification).png() == chart.png()


@pytest.mark.parametrize("chart", charts())
def test_a_chart_asks_for_nothing_from_elsewhere(chart: Chart) -> None:
    spec = chart.spec()
    spec.pop("$schema")
    assert "http" not in json.dumps(spec)


def test_the_bars_of_a_curve_add_up_to_its_buckets() -> None:
    layers = curve().spec()["layer"]
    rows = [row for layer in layers for row in _rows(curve(), layer) if row.get("tone") in {"négatives", "autres"}]
    assert sum(row["high"] - row["low"] for row in rows) == sum(bucket.tally.total for bucket in BUCKETS)


def test_a_curve_writes_the_callers_labels_under_its_axis() -> None:
    assert "14 h" in curve().specification


def test_a_wider_picture_has_more_pixels() -> None:
    assert pixels(curve().png(2.0))[0] == pytest.approx(2 * pixels(curve().png(1.0))[0], abs=2)


def test_a_curve_without_buckets_is_still_a_picture() -> None:
    assert volume_curve([], HOUR, WORDS).png().startswith(b"\x89PNG")


def test_a_curve_of_silence_is_still_a_picture() -> None:
    assert curve([Bucket(START, Tally())]).png().startswith(b"\x89PNG")


def test_bands_that_do_not_fit_the_buckets_are_refused() -> None:
    with pytest.raises(ValueError, match="2 bands for 30 buckets"):
        volume_curve(BUCKETS, HOUR, WORDS, expected=[Band(0, 1), Band(0, 1)])


def test_a_brand_name_with_quotes_and_markup_is_drawn_as_it_is() -> None:
    assert share_of_voice([Voice('L’"<b>\\n', 1, "1")]).png().startswith(b"\x89PNG")


def test_importing_the_mails_loads_neither_altair_nor_the_renderer() -> None:
    code = "import sys, alerts.mail, alerts.digest; print({'altair', 'vl_convert'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def _rows(chart: Chart, layer: dict[str, dict[str, object]]) -> list[dict[str, float]]:
    content = layer.get("data", {})
    values = content.get("values") or chart.spec().get("datasets", {}).get(content.get("name"), [])
    assert isinstance(values, list)
    return values
