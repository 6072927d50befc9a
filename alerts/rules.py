"""The kinds of rules that `alerts.toml` may name, each with its settings and the detector that it sets up.

To add one: an options model and a line in RULES.
"""

from abc import ABC, abstractmethod
from typing import Literal

from pydantic import Field, ValidationError

from alerts.detect import BrandDetector, Detector, Options
from config.schema import RuleRow, Strict
from vigie.errors import ConfigError

Sensitivity = Literal["low", "normal", "high"]

_THRESHOLDS: dict[Sensitivity, float] = {"low": 7.0, "normal": 5.0, "high": 4.0}
"""Evidence. False bad buzz per brand and month at 20 mentions a day, simulated (seeds 50-54, 19 months): 0.00, 0.27, 0.38."""


class RuleOptions(Strict, ABC):
    """The settings of a kind of rule, which make its detectors."""

    @abstractmethod
    def begin(self, brand_id: str, zone: str) -> Detector:
        """A detector that knows nothing yet of the brand; `zone` gives the local hours of its rhythm."""

    @abstractmethod
    def resume(self, state: bytes, zone: str) -> Detector:
        """The detector that `dump` saved. Raises: VigieError when the bytes are not such a state."""


class BadBuzzOptions(RuleOptions):
    """Reports a flood of negative mentions, or a tone that turns without more being said."""

    sensitivity: Sensitivity = Field(
        "normal", description="`high` is earlier and wrong more often; figures in docs/detection.md."
    )
    min_negatives: int = Field(4, ge=1, description="Fewer negative mentions, copies left out, are never a bad buzz.")

    def detector(self) -> Options:
        """The same settings as the detector takes them."""
        return Options(threshold=_THRESHOLDS[self.sensitivity], min_negatives=self.min_negatives, volume=False)

    def begin(self, brand_id: str, zone: str) -> Detector:
        return BrandDetector(brand_id, self.detector(), zone)

    def resume(self, state: bytes, zone: str) -> Detector:
        return BrandDetector.load(state, self.detector(), zone)


class BuzzOptions(BadBuzzOptions):
    """Reports every rise, of whatever tone; one that turns bad is told as such."""

    min_mentions: int = Field(8, ge=1, description="Fewer mentions, copies left out, are never a buzz.")

    def detector(self) -> Options:
        return Options(
            threshold=_THRESHOLDS[self.sensitivity],
            min_negatives=self.min_negatives,
            min_mentions=self.min_mentions,
            volume=True,
        )


RULES: dict[str, type[RuleOptions]] = {"bad_buzz": BadBuzzOptions, "buzz": BuzzOptions}


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
