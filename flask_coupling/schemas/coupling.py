"""Couplings: listing them, coupling two records, creating partners."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from flask_coupling.core.side import Side

from .base import (
    GREATEST_NUMBER,
    NAME_LENGTH,
    InputSchema,
    PageQuery,
    PageSchema,
    RecordId,
    ViewSchema,
    choice,
    text,
    truth,
)
from .job import JobSchema
from .problem import ProblemSchema

COUPLING_STATES = ("synchronized", "never_synchronized", "conflict", "failed", "paused")
SEARCHED_STATES = (*COUPLING_STATES, "attention", "skipped")
"""What a list may be narrowed to; `attention` is conflicts and failures together, `skipped` those set aside."""

ORDERS = tuple(f"{turn}{name}" for name in ("name", "number", "partner") for turn in ("", "-"))
"""What couplings are sorted by: Business Central's name and number, the name in Sales; `-` reverses."""

SYNCHRONIZE_AFTER = ("none", *Side)
MOST_IDS = 1000
"""The most records one request names."""


class CouplingsQuery(PageQuery):
    """Which couplings are wanted."""

    mapping = text(NAME_LENGTH, "Only those of this table mapping.")
    search = text(250, "Only those whose number or name holds this text.")
    state = choice(SEARCHED_STATES, "Only those in this state; `attention` is conflict or failed.")
    sort = choice(ORDERS, "Sorted by name (as usual), number, or the partner's name; `-` before it reverses.")


class PairSchema(InputSchema):
    """A record of each side."""

    bc_id = RecordId(required=True, metadata={"description": "Id of the Business Central record."})
    sales_id = RecordId(required=True, metadata={"description": "Id of the Sales row."})


class CoupleSchema(PairSchema):
    """Two records to couple."""

    mapping = text(NAME_LENGTH, "Table mapping the records belong to.", shortest=1, required=True)
    synchronize = choice(SYNCHRONIZE_AFTER, "Synchronize after coupling: not, or with the data of this side.")
    move = truth("Whether an existing coupling of either record gives way.")
    couple_dependencies = truth("Couple or create first what the records refer to, when they are synchronized.")


class CoupleManySchema(InputSchema):
    """Pairs of records to couple."""

    pairs = fields.List(fields.Nested(PairSchema), required=True, validate=validate.Length(1, MOST_IDS))
    synchronize = choice(SYNCHRONIZE_AFTER, "Synchronize after coupling: not, or with the data of this side.")


class PartnersSchema(InputSchema):
    """Records to create partners for, by id or by search."""

    side = choice(Side, "Where the records exist; partners are created on the other side.", required=True)
    ids = fields.List(
        RecordId(),
        validate=validate.Length(1, MOST_IDS),
        metadata={"description": "One id is handled at once, several by a job."},
    )
    couple_dependencies = truth("Couple or create first what the records refer to.")
    search = text(250, "Instead of ids: all without a partner whose number or name holds this text (any: empty).")

    @validates_schema
    def check_choice(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a request that names no records, or names them twice."""
        if ("ids" in values) == ("search" in values):
            raise ValidationError("Name either ids or a search.", "ids")


class ChosenSchema(InputSchema):
    """Couplings that something is done to, by id or by what they have in common."""

    ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER)),
        validate=validate.Length(1, MOST_IDS),
        metadata={"description": "These couplings."},
    )
    mapping = text(NAME_LENGTH, "Instead of ids: all couplings of this table mapping.", shortest=1)
    search = text(250, "With `mapping`: only those whose number or name holds this text.")
    state = choice(SEARCHED_STATES, "With `mapping`: only those in this state.")

    @validates_schema
    def check_choice(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a request that could be read in two ways, or as everything there is."""
        if ("ids" in values) == ("mapping" in values):
            raise ValidationError("Name either ids or a mapping.", "ids")
        if "ids" in values and values.keys() & {"search", "state"}:
            raise ValidationError("search and state go with a mapping.", "ids")


class CountSchema(ViewSchema):
    """How many couplings something was done to."""

    count = fields.Integer()


class UncoupledSchema(ViewSchema):
    """How many couplings were removed."""

    uncoupled = fields.Integer()


class CouplingSchema(ViewSchema):
    """A record of Business Central and its partner in Sales."""

    id = fields.Integer()
    mapping = fields.String()
    bc_id = fields.String()
    sales_id = fields.String()
    bc_number = fields.String()
    bc_title = fields.String()
    sales_title = fields.String()
    state = fields.String(validate=validate.OneOf(COUPLING_STATES))
    problem = fields.Nested(
        ProblemSchema, allow_none=True, metadata={"description": "Why the last run failed or set it aside."}
    )
    created_at = fields.AwareDateTime()
    synchronized_at = fields.AwareDateTime(allow_none=True)
    job_id = fields.String(allow_none=True, metadata={"description": "The job that handled it last."})


class CouplingPageSchema(PageSchema):
    """A part of the list of couplings."""

    rows = fields.List(fields.Nested(CouplingSchema))


class CouplingResultSchema(ViewSchema):
    """The new coupling, and the synchronization that followed."""

    coupling = fields.Nested(CouplingSchema)
    job = fields.Nested(JobSchema, allow_none=True, metadata={"description": "Null when none was asked for."})


class PairResultSchema(ViewSchema):
    """What became of one pair: its coupling, or the problem that stood in the way."""

    coupling = fields.Nested(CouplingSchema, allow_none=True)
    problem = fields.Nested(ProblemSchema, allow_none=True)


class PairResultsSchema(ViewSchema):
    """What became of each pair, in the order asked."""

    rows = fields.List(fields.Nested(PairResultSchema))
