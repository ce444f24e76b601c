"""What was written to records, and taking it back."""

from __future__ import annotations

from marshmallow import fields, validate

from flask_coupling.core.side import Side

from .base import GREATEST_NUMBER, InputSchema, PageSchema, ViewSchema
from .synchronization import FieldChanges

ACTIONS = ("insert", "modify", "delete", "couple", "uncouple")
MOST_UNDONE = 500


class UndoSchema(InputSchema):
    """Writes to take back, all of one table mapping."""

    ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER)),
        required=True,
        validate=validate.Length(1, MOST_UNDONE),
        metadata={"description": "One is taken back at once, several by a job."},
    )


class HistorySchema(ViewSchema):
    """One write that was carried out."""

    id = fields.Integer()
    mapping = fields.String()
    job_id = fields.String(allow_none=True)
    bc_id = fields.String(allow_none=True)
    sales_id = fields.String(allow_none=True)
    side = fields.String(
        allow_none=True,
        validate=validate.OneOf([*Side, None]),
        metadata={"description": "The side written to; null where records were coupled or uncoupled."},
    )
    action = fields.String(validate=validate.OneOf(ACTIONS))
    fields_ = FieldChanges(attribute="fields", data_key="fields")
    reason = fields.String(
        metadata={"description": "new, changed, first, cut, conflict, restored, found, undo or by_hand."}
    )
    requested_by = fields.String()
    at = fields.AwareDateTime()
    undone_by = fields.String(allow_none=True, metadata={"description": "The job that took it back."})


class HistoryPageSchema(PageSchema):
    """A part of what was written, newest first."""

    rows = fields.List(fields.Nested(HistorySchema))
