"""Match-based coupling: criteria, the preview of what they find, and suggestions."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from flask_coupling.core.criteria import NORMALIZATIONS, Criterion
from flask_coupling.core.match import MatchResult
from flask_coupling.core.side import Side

from .base import MOST_CURSOR, MOST_ROWS, InputSchema, PageSchema, RecordId, ValueField, ViewSchema, choice, text, truth
from .base import refuse_control_characters as refuse_control

MOST_CRITERIA = 20
MOST_PRIORITY = 100
MOST_MATCHED = 10_000
SYNCHRONIZE_AFTER = ("none", *Side, "both")
KINDS = ("same", "spelling", "similar")


class CriterionFields(InputSchema):
    """One field to match on, as plain values."""

    field = text(250, "Name of the field mapping.", shortest=1, required=True)
    priority = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, MOST_PRIORITY),
        metadata={"description": "Criteria of one priority must all hold; the lowest is tried first."},
    )
    case_sensitive = truth("Whether upper and lower case are told apart.", load_default=False)
    normalize = fields.List(
        choice(tuple(NORMALIZATIONS), "What is evened out before values are compared."),
        load_default=["trim"],
        validate=validate.Length(0, len(NORMALIZATIONS)),
    )


class CriterionSchema(CriterionFields):
    """One field to match on."""

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Criterion:
        """The criterion itself."""
        return Criterion(**{**values, "normalize": tuple(dict.fromkeys(values["normalize"]))})


def _criteria(description: str, **options: Any) -> Any:
    return fields.List(
        fields.Nested(CriterionSchema),
        validate=validate.Length(0, MOST_CRITERIA),
        metadata={"description": description},
        **options,
    )


def _ids(description: str) -> Any:
    return fields.List(RecordId(), validate=validate.Length(0, MOST_MATCHED), metadata={"description": description})


class CriteriaSchema(InputSchema):
    """The criteria to keep for a table mapping."""

    criteria = _criteria("An empty list restores the declared ones.", required=True)


class MatchPreviewSchema(InputSchema):
    """What to preview."""

    criteria = _criteria("Absent for those of the table mapping.")
    bc_ids = _ids("Only these records of Business Central; they alone are then held against each other.")
    cursor = fields.String(
        validate=[validate.Length(max=MOST_CURSOR), refuse_control],
        metadata={"description": "The `cursor` of the page before; absent for the first page."},
    )
    limit = fields.Integer(
        strict=True,
        load_default=50,
        validate=validate.Range(1, MOST_ROWS),
        metadata={"description": "The most rows to answer with."},
    )


class MatchSchema(InputSchema):
    """What to couple."""

    criteria = _criteria("Absent for those of the table mapping.")
    bc_ids = _ids("Only these records of Business Central; absent for all that are not coupled.")
    exclude = _ids("Records of Business Central to leave alone.")
    create_new = truth("Create a partner in Sales for each record that matches nothing.")
    couple_dependencies = truth("Couple or create first what the records refer to, also before they are matched by it.")
    synchronize = choice(
        SYNCHRONIZE_AFTER,
        "Synchronize the new couplings: not, with the data of this side, or both (what differs is a conflict).",
    )


class CriterionViewSchema(ViewSchema):
    """One field to match on."""

    field = fields.String()
    priority = fields.Integer()
    case_sensitive = fields.Boolean()
    normalize = fields.List(fields.String(validate=validate.OneOf(list(NORMALIZATIONS))))


class CriteriaViewSchema(ViewSchema):
    """The criteria in use: those kept, else the declared ones."""

    criteria = fields.List(fields.Nested(CriterionViewSchema))


class CandidateSchema(ViewSchema):
    """A row of Sales that fits."""

    id = fields.String()
    title = fields.String()


class MatchViewSchema(ViewSchema):
    """What the criteria find for one record of Business Central."""

    bc_id = fields.String()
    bc_number = fields.String()
    bc_title = fields.String()
    result = fields.String(validate=validate.OneOf(list(MatchResult)))
    candidates = fields.List(fields.Nested(CandidateSchema), metadata={"description": "The first of all that fit."})
    count = fields.Integer(metadata={"description": "How many fit."})
    rivals = fields.Integer(metadata={"description": "Other records that want the same only candidate."})


class MatchPageSchema(PageSchema):
    """A part of what a match would do; those it would couple come first."""

    rows = fields.List(fields.Nested(MatchViewSchema))
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "Of all records: coupled, no_match, ambiguous, already_coupled."},
    )


class ReasonSchema(ViewSchema):
    """One field that speaks for a couple."""

    field = fields.String()
    kind = fields.String(
        validate=validate.OneOf(KINDS),
        metadata={"description": "same, spelling (different in case, accents, blanks or signs alone), or similar."},
    )
    similarity = fields.Float()
    bc = ValueField()
    sales = ValueField()


class SuggestionSchema(ViewSchema):
    """A likely partner; nothing is coupled until a person does."""

    sales_id = fields.String()
    sales_title = fields.String()
    score = fields.Float(metadata={"description": "How alike the records are, from 0 to 1."})
    reasons = fields.List(fields.Nested(ReasonSchema))


class SuggestionsSchema(ViewSchema):
    """The likely partners of one record, best first."""

    rows = fields.List(fields.Nested(SuggestionSchema))
