"""Table mappings and their field mappings, as shown."""

from __future__ import annotations

from marshmallow import fields

from .base import ValueField, ViewSchema


class FieldMappingSchema(ViewSchema):
    """A field in Business Central and its partner in Sales."""

    name = fields.String()
    caption = fields.String()
    bc = fields.String(allow_none=True, metadata={"description": "Business Central property; null for a constant."})
    sales = fields.String(allow_none=True, metadata={"description": "Sales column; null for a constant."})
    direction = fields.String()
    transformation = fields.String(allow_none=True)
    constant = ValueField(description="Written when a record is created.")
    reference = fields.String(
        allow_none=True, metadata={"description": "Table mapping whose coupling translates the value."}
    )


class TableMappingSchema(ViewSchema):
    """A pair of tables and the rules between them."""

    name = fields.String()
    caption = fields.String()
    bc_table = fields.String()
    sales_table = fields.String()
    direction = fields.String()
    in_use = fields.Boolean(metadata={"description": "Whether anything is coupled, created or synchronized by it."})
    only_coupled = fields.Boolean(metadata={"description": "Whether new records are left alone until coupled."})
    update_conflict = fields.String()
    deletion_conflict = fields.String()
    bc_filter = fields.String()
    sales_filter = fields.String()
    depends_on = fields.List(fields.String())
    fields_ = fields.List(fields.Nested(FieldMappingSchema), attribute="fields", data_key="fields")
    couplings = fields.Integer(metadata={"description": "How many couplings it has."})
    unsettled = fields.Integer(metadata={"description": "How many of them something is still to be done for."})
    failed = fields.Integer(metadata={"description": "How many of them failed in their last run."})
    synchronized_at = fields.AwareDateTime(allow_none=True)
    is_changed = fields.Boolean(metadata={"description": "Whether settings of it differ from the default."})
    parent = fields.String(metadata={"description": "The table mapping of the documents whose lines these are."})
    multi_company = fields.Boolean(metadata={"description": "Whether rows of Sales of all companies take part."})
    company = fields.String(
        metadata={"description": "The company whose rows of Sales alone take part; empty where those of all do."}
    )


class TableMappingListSchema(ViewSchema):
    """All table mappings of a connection."""

    rows = fields.List(fields.Nested(TableMappingSchema))
