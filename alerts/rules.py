"""The kinds of rules that `alerts.toml` may name, each with its settings and the detector that it sets up.

To add one: an options model and a line in RULES.
"""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from alerts.detect import (
    BrandDetector,
    Detector,
    Options,
    SightingDetector,
    SilenceDetector,
    SlowRiseDetector,
    Telling,
    TopicDetector,
    crisis_word_telling,
    mention_detector,
    outlet_detector,
    own_site_detector,
    theme_telling,
)
from alerts.sensitivity import PRESETS, Sensitivity, evidence_for, readable_rate
from config.schema import RuleRow, Strict
from vigie.errors import ConfigError

_BIN = timedelta(minutes=5)


def _pause(usual: timedelta) -> Any:
    """The field of a rule that tells several things in one mail."""
    text = "Least time between two mails, as `PT1H` or seconds."
    return Field(usual, ge=timedelta(0), le=timedelta(days=7), description=text)


class RuleOptions(Strict, ABC):
    """The settings of a kind of rule, which make its detectors."""

    @abstractmethod
    def begin(self, brand_id: str, zone: str) -> Detector:
        """A detector that knows nothing yet of the brand; `zone` gives the local hours of its rhythm."""

    @abstractmethod
    def resume(self, state: bytes, zone: str) -> Detector:
        """The detector that `dump` saved. Raises: VigieError when the bytes are not such a state."""


class JudgedOptions(RuleOptions, ABC):
    """Settings of the rules that judge how rare something is."""

    false_alarms: Annotated[str, AfterValidator(readable_rate)] = Field(
        "", description="At most about so many useless alerts, as `1/month` or `2/week`; in place of `sensitivity`."
    )
    sensitivity: Sensitivity = Field(
        "normal", description="`low`, `normal`, `high`: `high` is earlier and wrong more often; figures in docs/detection.md."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> "JudgedOptions":
        if self.false_alarms and "sensitivity" in self.model_fields_set:
            raise ValueError("write either false_alarms or sensitivity, they set the same thing")
        return self

    @property
    def threshold(self) -> float:
        """The evidence from which the rule alerts."""
        return evidence_for(self.false_alarms) if self.false_alarms else PRESETS[self.sensitivity]


class BadBuzzOptions(JudgedOptions):
    """Reports a flood of negative mentions, or a tone that turns without more being said."""

    min_negatives: int = Field(4, ge=1, description="Fewer negative mentions, copies left out, are never a bad buzz.")

    def detector(self) -> Options:
        """The same settings as the detector takes them."""
        return Options(threshold=self.threshold, min_negatives=self.min_negatives, volume=False)

    def begin(self, brand_id: str, zone: str) -> Detector:
        return BrandDetector(brand_id, self.detector(), zone)

    def resume(self, state: bytes, zone: str) -> Detector:
        return BrandDetector.load(state, self.detector(), zone)


class BuzzOptions(BadBuzzOptions):
    """Reports every rise, of whatever tone; one that turns bad is told as such."""

    min_mentions: int = Field(8, ge=1, description="Fewer mentions, copies left out, are never a buzz.")

    def detector(self) -> Options:
        return Options(
            threshold=self.threshold,
            min_negatives=self.min_negatives,
            min_mentions=self.min_mentions,
            volume=True,
        )


class SlowRiseOptions(JudgedOptions):
    """Reports negatives that climb for a day or two without a flood."""

    min_negatives: int = Field(6, ge=1, description="Fewer negative mentions in the day are never a slow rise.")

    def begin(self, brand_id: str, zone: str) -> Detector:
        return SlowRiseDetector(brand_id, self.threshold, self.min_negatives, zone)

    def resume(self, state: bytes, zone: str) -> Detector:
        return SlowRiseDetector.load(state, self.threshold, self.min_negatives, zone)


class SilenceOptions(JudgedOptions):
    """Reports that nothing at all is said of a brand of which people always speak, although the sources are read."""

    def begin(self, brand_id: str, zone: str) -> Detector:
        return SilenceDetector(brand_id, self.threshold, zone)

    def resume(self, state: bytes, zone: str) -> Detector:
        return SilenceDetector.load(state, self.threshold, zone)


class TopicOptions(RuleOptions, ABC):
    """Settings of the rules that report what is spoken of now and was not before."""

    @abstractmethod
    def telling(self) -> Telling:
        """Which topics, and when they are told."""

    def begin(self, brand_id: str, zone: str) -> Detector:
        return TopicDetector(brand_id, self.telling())

    def resume(self, state: bytes, zone: str) -> Detector:
        return TopicDetector.load(state, self.telling())


class ThemeOptions(TopicOptions, JudgedOptions):
    """Reports a complaint theme that is new for the brand, or far more frequent than before."""

    min_complaints: int = Field(3, ge=1, description="Fewer complaints of the theme within a day are never reported.")

    def telling(self) -> Telling:
        return theme_telling(self.threshold, self.min_complaints)


class CrisisWordOptions(TopicOptions):
    """Reports a word or phrase of the crisis list near the brand: one that is often said only when it comes in numbers."""

    def telling(self) -> Telling:
        return crisis_word_telling()


class SightingOptions(RuleOptions, ABC):
    """Settings of the rules that report single facts."""

    @abstractmethod
    def detector(self, brand_id: str) -> SightingDetector:
        """A detector of the brand with these settings."""

    def begin(self, brand_id: str, zone: str) -> Detector:
        return self.detector(brand_id)

    def resume(self, state: bytes, zone: str) -> Detector:
        return self.detector("").restored(state)


class OutletOptions(SightingOptions):
    """Reports each story about the brand in a national outlet, on a chosen site or by a chosen author."""

    tier: Literal[0, 1, 2, 3] = Field(1, description="Sources of this tier or better; 0: only `sites` and `authors`.")
    sites: list[str] = Field([], description="Hosts that count too, as `ufc-quechoisir.org`.")
    authors: list[str] = Field([], description="Authors as the press signs them, or the pseudonym that a search shows.")
    negative_only: bool = Field(False, description="true: only texts that are negative.")
    every: timedelta = _pause(timedelta(hours=3))

    def detector(self, brand_id: str) -> SightingDetector:
        pause = self.every // _BIN
        return outlet_detector(brand_id, self.tier, self.sites, self.authors, pause, negative_only=self.negative_only)


class OwnSiteOptions(SightingOptions):
    """Reports pages of the brand's own site that show spam which somebody put there: a break-in."""

    def detector(self, brand_id: str) -> SightingDetector:
        return own_site_detector(brand_id)


class MentionOptions(SightingOptions):
    """Reports every new mention, several in one mail."""

    every: timedelta = _pause(timedelta(hours=1))

    def detector(self, brand_id: str) -> SightingDetector:
        return mention_detector(brand_id, self.every // _BIN)


RULES: dict[str, type[RuleOptions]] = {
    "bad_buzz": BadBuzzOptions,
    "buzz": BuzzOptions,
    "slow_rise": SlowRiseOptions,
    "crisis_words": CrisisWordOptions,
    "outlet": OutletOptions,
    "theme": ThemeOptions,
    "silence": SilenceOptions,
    "own_site": OwnSiteOptions,
    "mention": MentionOptions,
}


def rule_options(rule: RuleRow) -> RuleOptions:
    """The settings of a rule. Raises: ConfigError with every problem, when its kind or an option is not known."""
    where = f"alerts.toml: rule {rule.id}"
    if rule.kind not in RULES:
        raise ConfigError([f"{where}: kind {rule.kind!r} is not one of {', '.join(RULES)}"])
    try:
        return RULES[rule.kind].model_validate(rule.options)
    except ValidationError as error:
        problems = [f"{where}: options.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise ConfigError(problems) from error
