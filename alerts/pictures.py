"""The charts of the mails with their words: ticks in local time, legends, and the sentence that stands for each picture."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.digest_views import VoiceView
from alerts.letter import Picture
from alerts.texts import Wording
from alerts.views import Curve
from vigie.charts import CurveWords, Tick, ToneWords, Voice, share_of_voice, tone_bar, volume_curve
from vigie.ports import Tally

_DAY = timedelta(days=1)


def curve_picture(curve: Curve, wording: Wording, onset: datetime | None = None) -> Picture:
    """Volume over time with what is usual; `curve` has at least one bucket."""
    words = CurveWords(
        negative=wording.say("legend_negative"),
        other=wording.say("legend_other"),
        expected=wording.say("legend_expected"),
        onset=wording.say("legend_onset"),
    )
    ticks = _ticks([bucket.start for bucket in curve.buckets], curve.step, wording)
    chart = volume_curve(curve.buckets, curve.step, words, ticks=ticks, expected=curve.usual, onset=onset)
    alt = wording.say(
        "alt_curve_days" if curve.step >= _DAY else "alt_curve_hours",
        start=curve.buckets[0].start,
        end=curve.buckets[-1].start + curve.step,
        n=max(bucket.tally.total for bucket in curve.buckets),
    )
    return Picture(chart, alt)


def voice_picture(voice: Sequence[VoiceView], wording: Wording) -> Picture:
    """Share of voice, in the order given."""
    total = sum(each.tally.total for each in voice) or 1
    bars = []
    for each in voice:
        figures = wording.say("voice_figures", n=each.tally.total, share=wording.percent(each.tally.total / total))
        bars.append(Voice(each.brand, each.tally.total, figures, each.own))
    brands = wording.join([wording.say("voice_line", brand=bar.name, figures=bar.figures) for bar in bars])
    return Picture(share_of_voice(bars), wording.say("alt_voice", brands=brands))


def tone_picture(tally: Tally, wording: Wording) -> Picture:
    """The three tones as one bar; the line beside it says the same."""
    return Picture(tone_bar(tally, tone_words(tally, wording)), alt="")


def tone_words(tally: Tally, wording: Wording) -> ToneWords:
    """The counts of the three tones: `5 négatives`, `30 neutres`, `7 positives`."""
    return ToneWords(
        negative=wording.say("tone_negative", n=tally.negative),
        neutral=wording.say("tone_neutral", n=tally.neutral),
        positive=wording.say("tone_positive", n=tally.positive),
    )


def _ticks(starts: Sequence[datetime], step: timedelta, wording: Wording) -> list[Tick]:
    """Days below a curve of days (one in seven); hours below one of up to two days (one in six); else its midnights."""
    if step >= _DAY:
        return [Tick(start, wording.day(start)) for start in starts[::-7]][::-1]
    local = [(start, start.astimezone(wording.zone).hour) for start in starts]
    if len(starts) > 48:
        return [Tick(start, wording.day(start)) for start, hour in local if hour == 0]
    return [Tick(start, wording.hour(start) if hour else wording.day(start)) for start, hour in local if hour % 6 == 0]
