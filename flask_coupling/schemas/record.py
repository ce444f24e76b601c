"""Records of one side, and the card that shows both sides of one next to each other."""

from __future__ import annotations

from marshmallow import fields, validate

from flask_coupling.core.side import Side

from .base import InputSchema, PageQuery, PageSchema, RecordId, ValueField, ViewSchema, choice, text, truth
from .coupling import SEARCHED_STATES, CouplingSchema

RECORD_STATES = ("coupled", "uncoupled", *SEARCHED_STATES)
FIELD_STATES = ("same", "differs", "bc_moved", "sales_moved", "conflict")


class RecordsQuery(PageQuery):
    """Which records are wanted."""

    search = text(250, "Only those whose number or name holds this text.")
    coupled = truth("Only those that are coupled (true) or not coupled (false).", query=True)
    state = choice(RECORD_STATES, "Only those in this state, instead of `coupled`; failed ones also without a partner.")
    sort = text(
        100,
        "Sorted by name (as usual), number, the partner's name (`partner`, coupled ones only) or a mapped property "
        "(others only); `-` before it reverses.",
    )


class ComparisonQuery(InputSchema):
    """Two records to look at side by side."""

    bc_id = RecordId(required=True, metadata={"description": "Id of the Business Central record."})
    sales_id = RecordId(required=True, metadata={"description": "Id of the Sales row."})


class RecordSchema(ViewSchema):
    """A record of one side."""

    side = fields.String(validate=validate.OneOf(list(Side)))
    id = fields.String()
    number = fields.String()
    title = fields.String()
    modified_on = fields.String(metadata={"description": "The service's own time stamp; empty when it gave none."})
    values = fields.Dict(keys=fields.String(), values=ValueField())
    coupling = fields.Nested(CouplingSchema, allow_none=True)


class RecordPageSchema(PageSchema):
    """A part of the list of records of one side."""

    rows = fields.List(fields.Nested(RecordSchema))


class FieldComparisonSchema(ViewSchema):
    """One field of a pair: both values, the last agreed ones, and what moved."""

    name = fields.String()
    caption = fields.String()
    direction = fields.String()
    bc = ValueField()
    sales = ValueField()
    base_bc = ValueField(description="The Business Central value when both sides last agreed.")
    base_sales = ValueField(description="The Sales value when both sides last agreed.")
    state = fields.String(validate=validate.OneOf(FIELD_STATES))


class LineComparisonSchema(ViewSchema):
    """A line of a document on both sides."""

    mapping = fields.String()
    number = fields.String()
    title = fields.String()
    bc_id = fields.String(allow_none=True)
    sales_id = fields.String(allow_none=True)
    state = fields.String(metadata={"description": "same, differs, conflict, or missing on one side."})
    comparison = fields.List(fields.Nested(FieldComparisonSchema))


class CardSchema(ViewSchema):
    """Both sides of a record next to each other."""

    mapping = fields.String()
    mapping_caption = fields.String()
    title = fields.String()
    coupling = fields.Nested(CouplingSchema, allow_none=True)
    bc = fields.Nested(RecordSchema, allow_none=True)
    sales = fields.Nested(RecordSchema, allow_none=True)
    bc_url = fields.String(allow_none=True, metadata={"description": "Opens the record in Business Central."})
    sales_url = fields.String(allow_none=True, metadata={"description": "Opens the row in Sales."})
    comparison = fields.List(fields.Nested(FieldComparisonSchema))
    directions = fields.List(fields.String(), metadata={"description": "The directions the table mapping allows."})
    suggested = fields.String(metadata={"description": "The sensible one of them."})
    lines = fields.List(fields.Nested(LineComparisonSchema), metadata={"description": "Those of a coupled document."})
