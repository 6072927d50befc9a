"""The shape of `calendar.toml`: what the team plans, and so expects people to speak of."""

from datetime import datetime

from pydantic import Field, model_validator

from config.schema.fields import Slug, Strict


class EventRow(Strict):
    """A row of `calendar.toml`: a campaign or release of one's own, which explains a volume."""

    name: str = Field(pattern=r"^[^\x00-\x1f\x7f]{1,80}$", description="What is planned, as `vigie calendar` lists it.")
    start: datetime = Field(description="When it begins, as `2026-09-01T09:00:00`; in the team's zone where it has no offset.")
    end: datetime = Field(description="When it ends.")
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")

    @model_validator(mode="after")
    def _forward(self) -> "EventRow":
        if self.end.replace(tzinfo=None) <= self.start.replace(tzinfo=None):
            raise ValueError("it ends before it begins")
        return self


class CalendarFile(Strict):
    """`calendar.toml`, which may be missing."""

    event: list[EventRow] = Field([])
