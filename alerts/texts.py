"""The words of the mails, French or English: the sentences of `templates/*.toml`, and how numbers, dates and times are written.

French spacing is set here, not typed in the sentences: narrow no-break spaces before ; ! ? %, no-break ones before : and in « ».
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

NO_BREAK = "\u00a0"
NARROW = "\u202f"

Sentence = str | Mapping[str, str]
"""One wording, or a wording `one` and a wording `other`, chosen by the number `n`."""


@dataclass(frozen=True)
class Wording:
    """How one language writes, for readers in `zone` at `now`. Times given are aware; they are shown in `zone`."""

    language: str
    zone: ZoneInfo
    now: datetime

    def say(self, key: str, **values: object) -> str:
        """The sentence `key` with `values` in it, each written the way of its type; `n` chooses singular or plural.

        Raises: KeyError for a sentence or a value that is missing.
        """
        sentence = _catalogue(self.language)[key]
        if isinstance(sentence, Mapping):
            n = values["n"]
            sentence = sentence["one" if isinstance(n, int | float) and self._is_one(n) else "other"]
        return sentence.format_map({name: self._written(value) for name, value in values.items()})

    def number(self, value: float) -> str:
        """`1 234`; below ten and not whole, one decimal: `2,5`."""
        rounded = round(value, 1)
        if abs(value) < 10 and rounded != round(value):
            return f"{rounded:.1f}".replace(".", "," if self._french else ".")
        return f"{round(value):,}".replace(",", NARROW if self._french else ",")

    def percent(self, share: float) -> str:
        """A share in [0, 1]: `12 %`."""
        return f"{self.number(round(share * 100))}{NARROW if self._french else ''}%"

    def day(self, at: datetime) -> str:
        """`21 nov.`, with the year when it is another one than now's."""
        local = at.astimezone(self.zone)
        month = self.say(f"month_{local.month}")
        first = self._french and local.day == 1
        year = "" if local.year == self.now.astimezone(self.zone).year else f"{NO_BREAK}{local.year}"
        return f"{local.day}{'er' if first else ''}{NO_BREAK}{month}{year}"

    def long_day(self, at: datetime) -> str:
        """`samedi 21 novembre 2026`."""
        local = at.astimezone(self.zone)
        weekday, month = self.weekday(at), self.say(f"long_month_{local.month}")
        first = self._french and local.day == 1
        return f"{weekday} {local.day}{'er' if first else ''}{NO_BREAK}{month}{NO_BREAK}{local.year}"

    def weekday(self, at: datetime) -> str:
        """`samedi`."""
        return self.say(f"weekday_{at.astimezone(self.zone).isoweekday()}")

    def month(self, at: datetime) -> str:
        """`novembre 2026`."""
        local = at.astimezone(self.zone)
        return f"{self.say(f'long_month_{local.month}')}{NO_BREAK}{local.year}"

    def hour(self, at: datetime) -> str:
        """`14 h 05`, `8 h`; `14:05` in English."""
        local = at.astimezone(self.zone)
        if not self._french:
            return f"{local:%H:%M}"
        return f"{local.hour}{NO_BREAK}h" + (f"{NO_BREAK}{local.minute:02}" if local.minute else "")

    def moment(self, at: datetime) -> str:
        """`21 nov. à 14 h 05`."""
        return self.say("moment", day=self.day(at), hour=self.hour(at))

    def duration(self, length: timedelta) -> str:
        """`35 min`, `2 h`, `2 h 30`, `3 jours`: in minutes below a day, in days from two days on."""
        minutes = round(length.total_seconds() / 60)
        if minutes < 1:
            return self.say("under_a_minute")
        if minutes >= 2880:
            return self.say("days", n=round(minutes / 1440))
        hours, rest = divmod(minutes, 60)
        if not hours:
            return f"{rest}{NO_BREAK}min"
        if not rest:
            return f"{hours}{NO_BREAK}h"
        return f"{hours}{NO_BREAK}h{NO_BREAK}{rest:02}" + ("" if self._french else f"{NO_BREAK}min")

    def join(self, parts: Sequence[str]) -> str:
        """`a, b et c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("and", left=", ".join(parts[:-1]), right=parts[-1])

    @property
    def _french(self) -> bool:
        return self.language == "fr"

    def _is_one(self, n: float) -> bool:
        """French counts from 0 up to, but not including, 2 as one; English only 1."""
        return abs(n) < 2 if self._french else n == 1

    def _written(self, value: object) -> str:
        match value:
            case timedelta():
                return self.duration(value)
            case datetime():
                return self.moment(value)
            case int() | float():
                return self.number(value)
            case _:
                return str(value)


def typeset(text: str) -> str:
    """French `text` with the spaces that must not break a line, and apostrophes curled."""
    text = re.sub(r" ([;!?%])", rf"{NARROW}\1", text.replace("'", "’"))
    return text.replace(" :", f"{NO_BREAK}:").replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")


def sentence_keys(language: str) -> frozenset[str]:
    """The keys of all sentences of a language."""
    return frozenset(_catalogue(language))


@cache
def _catalogue(language: str) -> Mapping[str, Sentence]:
    entries: Mapping[str, Sentence] = tomllib.loads((files("alerts") / "templates" / f"{language}.toml").read_text("utf-8"))
    return {key: _typeset(entry) for key, entry in entries.items()} if language == "fr" else entries


def _typeset(entry: Sentence) -> Sentence:
    return typeset(entry) if isinstance(entry, str) else {form: typeset(text) for form, text in entry.items()}
