"""Schedules of table mappings."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from .base import InputSchema, ViewSchema, truth
from .job import JobSchema

MOST_MINUTES = 7 * 24 * 60


class ScheduleValuesSchema(InputSchema):
    """What to change; what is left out stays as it is."""

    minutes = fields.Integer(
        strict=True,
        validate=validate.Range(1, MOST_MINUTES),
        metadata={"description": "Minutes from the start of a run to that of the next."},
    )
    enabled = truth("Whether runs start by themselves; the first one then does at once.")
    idle_minutes = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(0, MOST_MINUTES),
        metadata={
            "description": "Minutes to the next run after one that found nothing to do; 0: none until something "
            "wakes it; null: it does not sleep."
        },
    )

    @validates_schema
    def check_values(self, values: dict[str, Any], **_: Any) -> None:
        """A request that changes nothing is a mistake."""
        if not values:
            raise ValidationError("Send minutes, enabled or idle_minutes.", "enabled")


class ScheduleSchema(ViewSchema):
    """When a table mapping is synchronized by itself."""

    mapping = fields.String()
    caption = fields.String()
    minutes = fields.Integer()
    enabled = fields.Boolean(metadata={"description": "False while it is on hold."})
    next_due_at = fields.AwareDateTime(allow_none=True)
    last_started_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the schedule or a webhook last started a run."}
    )
    is_woken = fields.Boolean(metadata={"description": "Whether a service told of a change that waits for a run."})
    idle_minutes = fields.Integer(
        allow_none=True,
        metadata={"description": "How long it sleeps after a run without anything to do; null: it does not."},
    )
    is_asleep = fields.Boolean(metadata={"description": "Whether the last run found nothing to do."})
    state = fields.String(
        validate=validate.OneOf(["on_hold", "asleep", "ready"]),
        metadata={"description": "asleep: the last run found nothing to do, so the next one comes later."},
    )


class ScheduleListSchema(ViewSchema):
    """The schedules of all table mappings."""

    rows = fields.List(fields.Nested(ScheduleSchema))
    active = fields.Integer(metadata={"description": "How many of them are not on hold."})


class StartedSchema(ViewSchema):
    """The runs that were started."""

    jobs = fields.List(fields.Nested(JobSchema))
