"""Synchronize Now: what is asked, and the preview of what it would do."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from flask_coupling.core.conflict import UpdateConflictResolution
from flask_coupling.core.side import Direction, Side

from .base import GREATEST_NUMBER, InputSchema, ValueField, ViewSchema, choice, text, truth
from .coupling import SEARCHED_STATES
from .problem import ProblemSchema

EXTENTS = ("modified", "full", "unconditional")
MOST_COUPLINGS = 10_000
MOST_PREVIEWED = 1000


class SynchronizeSchema(InputSchema):
    """What to synchronize, which way, and whether to wait for it or only look."""

    coupling_ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER)),
        validate=validate.Length(1, MOST_COUPLINGS),
        metadata={"description": "Only these couplings; absent for the whole table mapping."},
    )
    search = text(250, "Instead of ids: only the couplings whose number or name holds this text (any: empty).")
    state = choice(SEARCHED_STATES, "Instead of ids, also with a search: only the couplings in this state.")
    direction = choice(Direction, "Only this way; absent for the direction of the table mapping.")
    resolution = choice(UpdateConflictResolution, "What to do with conflicts; absent for the table mapping's rule.")
    confirm = truth("Let the run change more records than the host's share of all; for the whole table mapping.")
    extent = choice(
        EXTENTS,
        "Of a whole table mapping: what was modified, all records, or (one-way mappings) all coupled records whatever "
        "was agreed before; edits at the receiving end are then overwritten.",
    )
    couple_dependencies = truth("Couple or create first what the records refer to.")
    wait = truth("Answer with the finished job; for one coupling only.")
    preview = truth(f"Answer with what would be done, and write nothing; for up to {MOST_PREVIEWED} couplings.")

    @validates_schema
    def check_extent(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse to wait for, or to preview, more than can be answered at once."""
        named = len(values.get("coupling_ids", ()))
        is_searched = bool(values.keys() & {"search", "state"})
        if is_searched and "coupling_ids" in values:
            raise ValidationError("Name either couplings, or a search and a state.", "coupling_ids")
        if values.get("wait") and values.get("preview"):
            raise ValidationError("Choose either wait or preview.", "preview")
        if values.get("wait") and named != 1:
            raise ValidationError("Waiting is possible for exactly one coupling.", "coupling_ids")
        is_partial = is_searched or "coupling_ids" in values
        if values.get("confirm") and is_partial:
            raise ValidationError("Only a run of the whole table mapping can be confirmed.", "confirm")
        if values.get("extent", "modified") != "modified" and is_partial:
            raise ValidationError("Only a run of the whole table mapping has an extent.", "extent")
        if values.get("preview") and (values.get("couple_dependencies") or "extent" in values):
            raise ValidationError("A preview neither couples dependencies nor has an extent.", "preview")
        if values.get("preview") and not is_searched and not 1 <= named <= MOST_PREVIEWED:
            raise ValidationError(f"Name 1 to {MOST_PREVIEWED} couplings to preview.", "coupling_ids")


class FieldChangeSchema(ViewSchema):
    """One property a plan writes."""

    property = fields.String()
    before = ValueField()
    after = ValueField()


class FieldChanges(fields.List[Any]):
    """`(property, before, after)` triples, shown as objects."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.Nested(FieldChangeSchema), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        rows = [{"property": name, "before": before, "after": after} for name, before, after in value]
        return super()._serialize(rows, attr, obj, **kwargs)


class ActionSchema(ViewSchema):
    """One action of a plan."""

    kind = fields.String(metadata={"description": "insert, modify, delete, couple, uncouple, skip or unchanged."})
    side = fields.String(
        allow_none=True, validate=validate.OneOf([*Side, None]), metadata={"description": "The side written to."}
    )
    id = fields.String(allow_none=True, metadata={"description": "The record written to."})
    fields_ = FieldChanges(attribute="fields", data_key="fields")
    reason = fields.Nested(ProblemSchema, allow_none=True, metadata={"description": "Why it is skipped or uncoupled."})


class LinePlanSchema(ViewSchema):
    """What synchronizing one pair would do now."""

    title = fields.String()
    bc_id = fields.String(allow_none=True)
    sales_id = fields.String(allow_none=True)
    actions = fields.List(fields.Nested(ActionSchema))
    conflict_kind = fields.String(allow_none=True, metadata={"description": "update, deletion, or null without one."})
    conflict_fields = fields.List(fields.String())
    newer = fields.String(
        allow_none=True,
        metadata={"description": "The side changed last since they agreed; null when none can be told."},
    )
    mapping = fields.String()


class PlanSchema(LinePlanSchema):
    """What synchronizing one pair would do now, of a document with its lines."""

    lines = fields.List(
        fields.Nested(LinePlanSchema), metadata={"description": "Those of a document's lines that would change."}
    )


class PreviewSchema(ViewSchema):
    """What synchronizing would do now; nothing was written."""

    plans = fields.List(fields.Nested(PlanSchema))
