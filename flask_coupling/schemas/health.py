"""How a connection does."""

from __future__ import annotations

from marshmallow import fields, validate

from .base import ViewSchema
from .job import JobSchema
from .problem import ProblemSchema

LEVELS = ("good", "warn", "bad")


class FindingSchema(ViewSchema):
    """Something to look at."""

    level = fields.String(validate=validate.OneOf(LEVELS[1:]))
    mapping = fields.String(metadata={"description": "The table mapping it is about; empty for none."})
    problem = fields.Nested(ProblemSchema)


class MappingHealthSchema(ViewSchema):
    """How a table mapping does."""

    mapping = fields.String()
    caption = fields.String()
    couplings = fields.Integer()
    unsettled = fields.Integer(metadata={"description": "Couplings with something that is not carried over yet."})
    conflicts = fields.Integer()
    failed = fields.Integer(metadata={"description": "Records that do not get to the other side."})
    skipped = fields.Integer(metadata={"description": "Those of them that are set aside."})
    paused = fields.Integer()
    lag = fields.Integer(
        allow_none=True,
        metadata={"description": "Seconds since both sides were read to their end; null when they never were."},
    )
    minutes = fields.Integer(
        allow_none=True, metadata={"description": "The interval of its schedule; null while that is on hold."}
    )
    next_due_at = fields.AwareDateTime(allow_none=True)
    last_run = fields.Nested(JobSchema, allow_none=True)


class ServiceHealthSchema(ViewSchema):
    """What a service was asked."""

    side = fields.String()
    title = fields.String()
    requests = fields.Integer(metadata={"description": "Requests in the last five minutes."})
    limit = fields.Integer(metadata={"description": "Requests the service allows in five minutes."})
    throttled = fields.Integer(metadata={"description": "Those refused in the last five minutes as too many."})
    requests_day = fields.Integer(metadata={"description": "Requests in the last 24 hours."})
    throttled_day = fields.Integer()
    failed_day = fields.Integer(metadata={"description": "Requests answered with an error of the service, or not."})
    busiest = fields.Integer(metadata={"description": "The most requests of any five minutes of the day."})
    latency = fields.Float(
        allow_none=True, metadata={"description": "Mean seconds of a request of the day; null without one."}
    )


class HealthSchema(ViewSchema):
    """How a connection does: the worst of its findings, and what they come from."""

    connection = fields.String()
    state = fields.String(validate=validate.OneOf(LEVELS))
    checked_at = fields.AwareDateTime()
    enabled = fields.Boolean()
    tested_at = fields.AwareDateTime(allow_none=True)
    secret_expires_on = fields.String(metadata={"description": "An ISO date; empty when nobody said."})
    jobs_ready = fields.Integer()
    jobs_in_process = fields.Integer()
    jobs_paused = fields.Integer()
    findings = fields.List(fields.Nested(FindingSchema))
    mappings = fields.List(fields.Nested(MappingHealthSchema))
    services = fields.List(fields.Nested(ServiceHealthSchema))
