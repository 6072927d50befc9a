"""The customers of the crisis: their messages in the order in which such things are said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from vigie.demo.world.crisis import late_times, message_times
from vigie.demo.world.stock import PARIS, Draft, untitled
from vigie.model import SentimentLabel

# Calm voices come later than the angry ones, the refunded ones last: minutes after the onset.
_FIRST_MINUTE = {SentimentLabel.NEUTRAL: 30, SentimentLabel.POSITIVE: 245}
_REACH = 4  # how far a message may move from its place in the file


def crisis_messages(place: str, rng: Random) -> Iterator[tuple[datetime, Draft]]:
    """What is written at `place` (`forum`, `comment`) in the crisis, and when: nearly in the order of the file."""
    drafts = [draft for draft in untitled("crisis") if draft.theme == place]
    for mood in SentimentLabel:
        of_mood = _ruffled([draft for draft in drafts if draft.mood is mood], rng)
        first = _FIRST_MINUTE.get(mood)
        times = message_times(len(of_mood), rng) if first is None else late_times(len(of_mood), first, rng)
        yield from zip(times, of_mood, strict=True)


def local_hour(at: datetime) -> str:
    """A quarter of an hour before `at`, as people write it: `14h20`."""
    return f"{(at - timedelta(minutes=15)).astimezone(PARIS):%Hh%M}"


def _ruffled(drafts: list[Draft], rng: Random) -> list[Draft]:
    places = {id(draft): number + rng.uniform(0, _REACH) for number, draft in enumerate(drafts)}
    return sorted(drafts, key=lambda draft: places[id(draft)])
