"""Conflicts that wait for a person, and how one decides them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from flask_coupling.core.conflict import ConflictKind, DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.side import Side

from .base import (
    GREATEST_NUMBER,
    NAME_LENGTH,
    InputSchema,
    PageQuery,
    PageSchema,
    ValueField,
    ViewSchema,
    choice,
    text,
    truth,
)
from .coupling import MOST_IDS, CouplingSchema

UPDATE_RULES = tuple(each.value for each in UpdateConflictResolution if each is not UpdateConflictResolution.NONE)
DELETION_RULES = tuple(each.value for each in DeletionConflictResolution if each is not DeletionConflictResolution.NONE)
MOST_FIELDS = 500


class ConflictsQuery(PageQuery):
    """Which conflicts are wanted."""

    mapping = text(NAME_LENGTH, "Only those of this table mapping.")
    kind = choice(ConflictKind, "Only those of this kind.")
    snoozed = truth("Only those put off for now (true) or not (false).", query=True)


class ResolveSchema(InputSchema):
    """One decision: a side for each field of an update conflict, or a rule for a deletion conflict."""

    choices = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 250)),
        values=choice(Side, "The side whose value is kept."),
        validate=validate.Length(1, MOST_FIELDS),
        metadata={"description": "Field names with the side whose value is kept; fields left out stay in conflict."},
    )
    deletion = choice(DELETION_RULES, "What becomes of a record whose partner was deleted.")

    @validates_schema
    def check_choice(self, values: dict[str, Any], **_: Any) -> None:
        """Exactly one of the two is a decision."""
        if len(values) != 1:
            raise ValidationError("Send either choices or deletion.", "choices")


class ResolveAlikeSchema(InputSchema):
    """One rule for all open conflicts of a kind."""

    kind = choice(ConflictKind, "Which conflicts to decide.", required=True)
    ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER)),
        validate=validate.Length(1, MOST_IDS),
        metadata={"description": "Only these of them."},
    )
    resolution = choice(UPDATE_RULES, "The rule for update conflicts.")
    deletion = choice(DELETION_RULES, "The rule for deletion conflicts.")

    @validates_schema
    def check_rule(self, values: dict[str, Any], **_: Any) -> None:
        """The rule must be one for the kind, and the only one."""
        wanted = "deletion" if values["kind"] == ConflictKind.DELETION else "resolution"
        if set(values) - {"ids"} != {"kind", wanted}:
            raise ValidationError(f"For {values['kind']} conflicts send {wanted}, and nothing else.", wanted)


class ConflictFieldSchema(ViewSchema):
    """One field in conflict: the last agreed values and the present ones of both sides."""

    name = fields.String(metadata={"description": "As `choices` names it."})
    caption = fields.String()
    base_bc = ValueField()
    base_sales = ValueField()
    bc = ValueField()
    sales = ValueField()


class WhoSchema(ViewSchema):
    """Who changed a record last."""

    name = fields.String(allow_none=True, metadata={"description": "Null where it was not told."})
    note = fields.String(metadata={"description": "Says that it was not told: Business Central's API never does."})


class ConflictSchema(ViewSchema):
    """A conflict that waits for a person."""

    id = fields.Integer()
    kind = fields.String(validate=validate.OneOf(list(ConflictKind)))
    coupling = fields.Nested(CouplingSchema)
    fields_ = fields.List(fields.Nested(ConflictFieldSchema), attribute="fields", data_key="fields")
    missing = fields.String(
        allow_none=True,
        validate=validate.OneOf([*Side, None]),
        metadata={"description": "The side whose record is gone; null for an update conflict."},
    )
    bc_modified_on = fields.String(metadata={"description": "Business Central's own time stamp; empty without one."})
    sales_modified_on = fields.String(metadata={"description": "Sales' own time stamp; empty without one."})
    bc_modified_by = fields.Nested(WhoSchema)
    sales_modified_by = fields.Nested(WhoSchema)
    opened_at = fields.AwareDateTime()
    job_id = fields.String(allow_none=True, metadata={"description": "The job that came upon it."})
    snoozed_until = fields.AwareDateTime(allow_none=True, metadata={"description": "Not shown in the inbox before."})
    note = fields.String()
    noted_by = fields.String()


class ConflictPageSchema(PageSchema):
    """A part of the list of open conflicts, oldest first."""

    rows = fields.List(fields.Nested(ConflictSchema))
