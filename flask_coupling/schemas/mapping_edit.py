"""Settings of a table mapping as they are sent: to be saved, looked at, tried on a record, or taken over."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from flask_coupling.core.conflict import ConflictScope, DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.document_shape import (
    GREATEST_PRIORITY,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_FIELDS,
    MOST_TEMPLATES,
)
from flask_coupling.core.filter_text import LONGEST
from flask_coupling.core.side import Direction, Side

from .base import (
    GREATEST_NUMBER,
    InputSchema,
    RecordId,
    ValueField,
    choice,
    text,
    truth,
)
from .matching import MOST_CRITERIA, CriterionFields

_FILTER = (
    "Conditions joined by and, as OData writes them: city eq 'Ry' and creditLimit gt 0. Empty admits every record."
)


def _names(description: str) -> Any:
    name = text(LONGEST_NAME, "A name.")
    return fields.List(name, validate=validate.Length(0, MOST_FIELDS), metadata={"description": description})


class SingleValue(ValueField):
    """A value somebody sends: a text, a number, a truth value or null, and no list or object."""

    def __init__(self, description: str = "") -> None:
        super().__init__(description)
        self.allow_none = True
        self.metadata = {**self.metadata, "type": ["string", "number", "boolean"]}  # null is then added to the document

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str | int | float):
            raise ValidationError("Not a text, a number, true, false or null.")
        return value


class FieldSettingsSchema(InputSchema):
    """A field of the default setup, by its `name`, or one of one's own."""

    name = text(LONGEST_NAME, "The field's name; without it the property in Business Central, else the one in Sales.")
    bc = text(LONGEST_NAME, "Business Central property; null for a constant of Sales.", allow_none=True)
    sales = text(LONGEST_NAME, "Sales column; null for a constant of Business Central.", allow_none=True)
    caption = text(LONGEST_NAME, "What pages call it.")
    reference = text(
        LONGEST_NAME, "The table mapping whose coupling translates the value, of a field of one's own.", allow_none=True
    )
    direction = choice(Direction, "Which way it flows.")
    transformation = text(
        LONGEST_TEXT,
        'The name of a transformation, with its arguments as JSON behind it (`round {"decimals": 2}`), or null.',
        allow_none=True,
    )
    constant = SingleValue("Written to the one property when a record is created.")
    blank_if_missing = truth(
        "Clear the value where the record it refers to is not coupled (Clear Value on Failed Sync)."
    )
    not_null = truth("Leave the other side alone when the value is blank (Not Null).")
    cut = truth("Shorten a text that does not fit the other side's property; the history shows it.")
    resolution = choice(
        UpdateConflictResolution, "Who wins when both sides changed it; null: the mapping's rule.", allow_none=True
    )
    enabled = truth("Whether it is synchronized.")


class TemplateSchema(InputSchema):
    """Values that a new record of one side gets besides its mapped fields."""

    name = text(LONGEST_NAME, "What people call it.", shortest=1, required=True)
    side = choice(Side, "The side the new record is made on.", load_default=Side.BC.value)
    priority = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, GREATEST_PRIORITY),
        metadata={"description": "Of those that fit, the lowest applies, and only that one."},
    )
    filter = text(LONGEST, f"Which source records it is for. {_FILTER}", load_default="")
    values = fields.Dict(
        keys=text(LONGEST_NAME, "A property.", shortest=1),
        values=SingleValue(),
        load_default=dict,
        metadata={"description": "Values by property; a value that a field gives wins."},
    )


class SettingsSchema(InputSchema):
    """Settings of a table mapping; what is left out stays as it is."""

    in_use = truth("Whether anything is coupled, created or synchronized by it.")
    direction = choice(Direction, "Which way data flows.")
    only_coupled = truth("Leave new records alone until somebody couples them.")
    match_first = truth("Couple a new record that matches exactly one by the criteria, before creating a partner.")
    multi_company = truth(
        "Where companies share the Sales environment: let rows of all companies take part (duplicates are possible); "
        "of orders, quotes, invoices and opportunities only those that carry this company."
    )
    bc_filter = text(LONGEST, f"Which records of Business Central take part. {_FILTER}")
    sales_filter = text(LONGEST, f"Which rows of Sales take part. {_FILTER}")
    update_conflict = choice(UpdateConflictResolution, "What to do when both sides changed a field.")
    deletion_conflict = choice(DeletionConflictResolution, "What to do when one record was deleted.")
    conflict_scope = choice(ConflictScope, "Whether a conflict concerns a field or the whole record.")
    depends_on = _names("The table mappings that come first.")
    match_on = _names("The fields by which partners are found unless criteria are saved.")
    match = fields.List(
        fields.Nested(CriterionFields),
        validate=validate.Length(0, MOST_CRITERIA),
        metadata={"description": "Criteria of match-based coupling; none: the fields of `match_on` together."},
    )
    fields_ = fields.List(
        fields.Nested(FieldSettingsSchema),
        attribute="fields",
        data_key="fields",
        validate=validate.Length(0, MOST_FIELDS),
        metadata={
            "description": "A field of the default setup that is left out stays as it is; one of one's own that is "
            "left out is removed."
        },
    )
    templates = fields.List(
        fields.Nested(TemplateSchema),
        validate=validate.Length(0, MOST_TEMPLATES),
        metadata={"description": "All templates for new records, of both sides."},
    )


def _settings(**options: Any) -> Any:
    return fields.Nested(SettingsSchema, **options)


class SaveSettingsSchema(InputSchema):
    """Settings to save, and the version that they were made from."""

    version = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(0, GREATEST_NUMBER),
        metadata={"description": "As it was read; refused with 409 when somebody else has saved meanwhile."},
    )
    settings = _settings(required=True)


class CheckSettingsSchema(InputSchema):
    """Settings to look at."""

    settings = _settings(load_default=dict)


class TrySettingsSchema(InputSchema):
    """Settings to try on one record."""

    settings = _settings(load_default=dict)
    side = choice(Side, "The side the record is on.", required=True)
    id = RecordId(required=True, metadata={"description": "The record."})


class RestoreSchema(InputSchema):
    """Which version is to be replaced by the default."""

    version = fields.Integer(
        strict=True,
        load_default=None,
        validate=validate.Range(0, GREATEST_NUMBER),
        metadata={"description": "As it was read; absent to replace whatever there is."},
    )


class ImportSetupSchema(InputSchema):
    """A synchronization setup to take over."""

    setup = fields.Dict(required=True, metadata={"description": "What the export gave, as a whole or in part."})
    dry_run = truth("Only look whether it can be taken over.", load_default=False)
