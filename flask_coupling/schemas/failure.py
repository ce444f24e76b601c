"""Failed records, grouped by cause, and trying them again."""

from __future__ import annotations

from marshmallow import fields, validate

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.side import Side

from .base import (
    GREATEST_NUMBER,
    NAME_LENGTH,
    InputSchema,
    PageQuery,
    PageSchema,
    ViewSchema,
    choice,
    text,
    truth,
)
from .coupling import MOST_IDS
from .job import JobSchema
from .problem import ProblemSchema

ERROR_CLASSES = ("transient", "waiting", "permanent")
THEN = "Whether to start a run of each table mapping concerned at once."


class FailuresQuery(PageQuery):
    """Which failed records are wanted."""

    mapping = text(NAME_LENGTH, "Only those of this table mapping.")
    code = text(NAME_LENGTH, "Only those that failed with this code.")
    skipped = truth("Only those that are set aside (true) or tried again by themselves (false).", query=True)
    snoozed = truth("Only those put off for now (true) or not (false).", query=True)


class FailedIdsSchema(InputSchema):
    """Failed records."""

    ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER)),
        required=True,
        validate=validate.Length(1, MOST_IDS),
    )


class RetrySchema(FailedIdsSchema):
    """Failed records to try again."""

    synchronize = truth(THEN)


class DecideFailedSchema(FailedIdsSchema):
    """What becomes of failed records whose partner was deleted."""

    decision = choice(
        (DeletionConflictResolution.RESTORE_RECORD, DeletionConflictResolution.DELETE_RECORD),
        "Bring the deleted partners back, or delete these records too.",
        required=True,
    )


class RetryAllSchema(InputSchema):
    """All failed records that fit; without any condition all there are."""

    mapping = text(NAME_LENGTH, "Only those of this table mapping.")
    code = text(NAME_LENGTH, "Only those that failed with this code.")
    error_class = choice(ERROR_CLASSES, "Only those of this class.")
    skipped = truth("Only those that are set aside (true) or tried again by themselves (false).")
    synchronize = truth(THEN)


class RetriedSchema(ViewSchema):
    """How many records are tried again, and the runs that do it."""

    count = fields.Integer()
    jobs = fields.List(
        fields.Nested(JobSchema),
        metadata={"description": "Empty when the next run does it; a run that was under way already is among them."},
    )


class FailureSchema(ViewSchema):
    """A failed record, coupled or not."""

    id = fields.Integer()
    mapping = fields.String()
    side = fields.String(
        validate=validate.OneOf(list(Side)), metadata={"description": "Whose data did not get across."}
    )
    record_id = fields.String()
    coupling_id = fields.Integer(allow_none=True, metadata={"description": "Null for a record without a partner."})
    title = fields.String()
    error_class = fields.String(
        validate=validate.OneOf(ERROR_CLASSES),
        metadata={"description": "What may help: time, another record, a person."},
    )
    problem = fields.Nested(ProblemSchema)
    attempts = fields.Integer()
    skipped = fields.Boolean(metadata={"description": "Left alone until it is retried or the record changes."})
    next_try_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Not tried before; null where the next run tries it."}
    )
    first_failed_at = fields.AwareDateTime()
    last_failed_at = fields.AwareDateTime()
    job_id = fields.String()
    snoozed_until = fields.AwareDateTime(allow_none=True, metadata={"description": "Not shown in the inbox before."})
    note = fields.String()
    noted_by = fields.String()


class FailurePageSchema(PageSchema):
    """A part of the list of failed records, in the order they first failed."""

    rows = fields.List(fields.Nested(FailureSchema))


class FailureGroupSchema(ViewSchema):
    """Failed records with the same cause."""

    mapping = fields.String()
    code = fields.String()
    error_class = fields.String(validate=validate.OneOf(ERROR_CLASSES))
    example = fields.String(metadata={"description": "What one of them failed with."})
    hint = fields.String()
    count = fields.Integer()
    skipped = fields.Integer(metadata={"description": "How many of them are set aside."})


class FailureGroupsSchema(ViewSchema):
    """All failed records by table mapping and cause, the largest group first."""

    rows = fields.List(fields.Nested(FailureGroupSchema))
