"""Synchronization jobs and the records they failed on or set aside."""

from __future__ import annotations

from marshmallow import fields, validate

from flask_coupling.core.fate import Fate

from .base import NAME_LENGTH, InputSchema, PageQuery, PageSchema, ViewSchema, choice, text
from .problem import ProblemSchema

JOB_STATES = ("ready", "in_process", "paused", "finished", "error", "canceled")


class JobsQuery(PageQuery):
    """Which jobs are wanted."""

    mapping = text(NAME_LENGTH, "Only those of this table mapping.")
    state = choice(JOB_STATES, "Only those in this state.")


class JobSchema(ViewSchema):
    """One run: what it does, where it stands, its counters."""

    id = fields.String()
    parent_id = fields.String(
        allow_none=True, metadata={"description": "The job of several table mappings that it is a part of."}
    )
    connection = fields.String()
    mapping = fields.String(metadata={"description": "Empty for a job of several table mappings."})
    kind = fields.String()
    direction = fields.String()
    state = fields.String(validate=validate.OneOf(JOB_STATES))
    is_over = fields.Boolean(metadata={"description": "Whether it will do nothing more."})
    counters = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "inserted, modified, deleted, unchanged, skipped, failed, coupled, uncoupled."},
    )
    total = fields.Integer(allow_none=True, metadata={"description": "Records to handle; null until known."})
    done = fields.Integer(metadata={"description": "Records handled so far."})
    requests = fields.Integer(metadata={"description": "HTTP requests sent to the two services."})
    message = fields.String(allow_none=True, metadata={"description": "Why the run as a whole failed, or waits."})
    problem = fields.Nested(
        ProblemSchema,
        allow_none=True,
        metadata={"description": "The same with its code; `mass_change` may be started again and confirmed."},
    )
    requested_by = fields.String()
    created_at = fields.AwareDateTime()
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    cancel_requested = fields.Boolean(metadata={"description": "Whether it stops at its next step."})
    pause_requested = fields.Boolean(metadata={"description": "Whether it pauses at its next step, or is paused."})
    rate = fields.Float(
        allow_none=True, metadata={"description": "Records a second while it worked; null until any is done."}
    )
    eta = fields.Integer(
        allow_none=True, metadata={"description": "Seconds it will still take; null unless it works and can be told."}
    )
    differences = fields.Dict(
        keys=fields.String(validate=validate.OneOf([each.value for each in Fate])),
        values=fields.Integer(),
        allow_none=True,
        metadata={"description": "Of a drift report: differences by what a synchronization would make of them."},
    )


class JobListSchema(ViewSchema):
    """Jobs: the parts of one, or those that one request started."""

    rows = fields.List(fields.Nested(JobSchema))


class DeleteJobsQuery(InputSchema):
    """Which jobs are deleted from the log."""

    older_than_days = fields.Integer(
        validate=validate.Range(0, 36_500), metadata={"description": "Only those that ended longer ago; absent: all."}
    )


class DeletedJobsSchema(ViewSchema):
    """How many jobs were deleted."""

    deleted = fields.Integer()


class JobPageSchema(PageSchema):
    """A part of the list of jobs, newest first."""

    rows = fields.List(fields.Nested(JobSchema))


class JobErrorSchema(ViewSchema):
    """One record a run failed on or set aside."""

    id = fields.Integer()
    job_id = fields.String()
    mapping = fields.String()
    counter = fields.String(metadata={"description": "failed or skipped."})
    side = fields.String(allow_none=True, metadata={"description": "The side that refused; null when neither did."})
    bc_id = fields.String(allow_none=True)
    sales_id = fields.String(allow_none=True)
    title = fields.String()
    problem = fields.Nested(ProblemSchema)
    created_at = fields.AwareDateTime()


class JobErrorPageSchema(PageSchema):
    """A part of a job's failed and skipped records."""

    rows = fields.List(fields.Nested(JobErrorSchema))
