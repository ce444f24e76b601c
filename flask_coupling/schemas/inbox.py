"""What waits for a person, by cause; putting it off, and notes on it."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from .base import GREATEST_NUMBER, NAME_LENGTH, InputSchema, ViewSchema, text
from .coupling import MOST_IDS
from .failure import ERROR_CLASSES
from .problem import ProblemSchema


def _ids(description: str) -> fields.List[Any]:
    return fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER)),
        validate=validate.Length(1, MOST_IDS),
        metadata={"description": description},
    )


class CausesQuery(InputSchema):
    """Which causes are wanted."""

    mapping = text(NAME_LENGTH, "Only those of this table mapping.")


class WaitingSchema(InputSchema):
    """Some of what waits, by id."""

    conflicts = _ids("Open conflicts.")
    failures = _ids("Failed records.")

    @validates_schema
    def check_choice(self, values: dict[str, Any], **_: Any) -> None:
        """Something must be named."""
        if not values.keys() & {"conflicts", "failures"}:
            raise ValidationError("Name conflicts or failures.", "conflicts")


class SnoozeSchema(WaitingSchema):
    """What to put off, and until when."""

    until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Not shown before; null shows them again at once."}
    )


class NoteSchema(WaitingSchema):
    """What to write a note on."""

    note = fields.String(
        required=True,
        validate=validate.Length(max=2000),
        metadata={"description": "Takes the place of the note there is; empty takes it off."},
    )


class CauseSchema(ViewSchema):
    """What waits for the same reason."""

    kind = fields.String(validate=validate.OneOf(["conflict", "failure"]))
    mapping = fields.String()
    code = fields.String()
    error_class = fields.String(
        allow_none=True,
        validate=validate.OneOf([*ERROR_CLASSES, None]),
        metadata={"description": "What may help; null for a conflict."},
    )
    problem = fields.Nested(ProblemSchema, metadata={"description": "That of one of them."})
    count = fields.Integer()
    snoozed = fields.Integer(metadata={"description": "How many of them are put off for now."})
    skipped = fields.Integer(metadata={"description": "How many of them no run tries again by itself."})


class CausesSchema(ViewSchema):
    """What waits: conflicts first, then failed records, the most frequent first."""

    rows = fields.List(fields.Nested(CauseSchema))
