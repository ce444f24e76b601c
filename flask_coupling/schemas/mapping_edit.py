"""Settings of a table mapping: as they are sent to be saved, and as they are shown with what differs."""

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
    PageSchema,
    RecordId,
    ValueField,
    ViewSchema,
    choice,
    text,
    truth,
)
from .matching import MOST_CRITERIA, CriterionFields
from .problem import ProblemSchema
from .synchronization import PlanSchema

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


class SettingsViewSchema(SettingsSchema):
    """All settings of a table mapping."""


class SettingChangeSchema(ViewSchema):
    """One setting before and after."""

    path = fields.String(metadata={"description": "Such as bc_filter or fields.city.direction."})
    before = fields.Raw(allow_none=True, metadata={"description": "null where there was none."})
    after = fields.Raw(allow_none=True, metadata={"description": "null where there is none."})


class MappingSettingsSchema(ViewSchema):
    """All settings of a table mapping, and what differs from the default."""

    mapping = fields.String()
    caption = fields.String()
    bc_table = fields.String()
    sales_table = fields.String()
    version = fields.Integer(metadata={"description": "Send it back when saving; 0: never edited."})
    settings = fields.Nested(SettingsViewSchema)
    shipped = fields.List(fields.String(), metadata={"description": "The fields of the default setup."})
    differences = fields.List(fields.Nested(SettingChangeSchema))
    edited_at = fields.AwareDateTime(allow_none=True)
    edited_by = fields.String()
    problem = fields.Nested(
        ProblemSchema, allow_none=True, metadata={"description": "Why the settings cannot be used; usually null."}
    )


class FilterCountSchema(ViewSchema):
    """How many records a filter selects."""

    number = fields.Integer()
    is_exact = fields.Boolean(metadata={"description": "False where the service stops counting: as many, or more."})


class SavedMappingSchema(ViewSchema):
    """Settings as they are now, and how many records they select."""

    settings = fields.Nested(MappingSettingsSchema)
    bc_count = fields.Nested(FilterCountSchema, allow_none=True)
    sales_count = fields.Nested(FilterCountSchema, allow_none=True)


class FaultSchema(ViewSchema):
    """One thing that is wrong."""

    path = fields.String(metadata={"description": "The setting."})
    code = fields.String(metadata={"description": "Stable, for programs."})
    message = fields.String()


class MappingCheckSchema(ViewSchema):
    """Whether settings can be saved, and how many records they select."""

    is_ok = fields.Boolean()
    faults = fields.List(fields.Nested(FaultSchema))
    bc_count = fields.Nested(FilterCountSchema, allow_none=True)
    sales_count = fields.Nested(FilterCountSchema, allow_none=True)


class TrialFieldSchema(ViewSchema):
    """What would become of one field."""

    name = fields.String()
    caption = fields.String()
    bc_property = fields.String(allow_none=True)
    sales_property = fields.String(allow_none=True)
    direction = fields.String()
    bc = ValueField()
    sales = ValueField()
    to = fields.String(allow_none=True, metadata={"description": "The side it is written to; null: not written."})
    value = ValueField(description="What is written.")
    state = fields.String(metadata={"description": "written, alike, template, held_conflict, held_direction, ..."})


class TrialSchema(ViewSchema):
    """What synchronizing one record would do; nothing was written."""

    title = fields.String()
    plan = fields.Nested(PlanSchema)
    fields_ = fields.List(fields.Nested(TrialFieldSchema), attribute="fields", data_key="fields")
    template = fields.String(allow_none=True)
    happens_by_itself = fields.Boolean()
    reason = fields.Nested(ProblemSchema, allow_none=True)


class ColumnSchema(ViewSchema):
    """A property as its service describes it."""

    name = fields.String()
    kind = fields.String(metadata={"description": "text, option, id, number, truth, day, moment, or empty."})
    longest = fields.Integer(allow_none=True, metadata={"description": "Characters it holds."})
    on_create = fields.Boolean()
    on_update = fields.Boolean()
    options = fields.List(ValueField())
    caption = fields.String()


class TableColumnsSchema(ViewSchema):
    """The properties of one table."""

    side = fields.String()
    table = fields.String()
    is_known = fields.Boolean(metadata={"description": "False where the service says nothing about them."})
    columns = fields.List(fields.Nested(ColumnSchema))


class BothColumnsSchema(ViewSchema):
    """The properties of a mapping's two tables."""

    bc = fields.Nested(TableColumnsSchema)
    sales = fields.Nested(TableColumnsSchema)


class MappingChangeSchema(ViewSchema):
    """One edit of a table mapping."""

    id = fields.Integer()
    mapping = fields.String()
    caption = fields.String()
    version = fields.Integer()
    action = fields.String(metadata={"description": "edit, restore or import."})
    changes = fields.List(fields.Nested(SettingChangeSchema))
    requested_by = fields.String()
    at = fields.AwareDateTime()


class MappingChangeListSchema(PageSchema):
    """Edits, newest first."""

    rows = fields.List(fields.Nested(MappingChangeSchema))


class ParameterSchema(ViewSchema):
    """What a transformation wants to be told."""

    name = fields.String()
    kind = fields.String(metadata={"description": "text, whole (a whole number), choice or table (an object)."})
    summary = fields.String()
    is_required = fields.Boolean()
    choices = fields.List(fields.String(), metadata={"description": "What a choice may be."})


class TransformationSchema(ViewSchema):
    """A conversion that a field may use."""

    name = fields.String()
    summary = fields.String()
    lossy = fields.Boolean(metadata={"description": "Whether something is lost on the way."})
    one_way = fields.Boolean(metadata={"description": "Whether there is no way back: the field flows one way only."})
    parameters = fields.List(fields.Nested(ParameterSchema))
    sample = fields.Dict(metadata={"description": "Arguments that fit, those of the examples."})


class TransformationListSchema(ViewSchema):
    """All transformations, by name."""

    rows = fields.List(fields.Nested(TransformationSchema))


class SetupSchema(ViewSchema):
    """The synchronization setup, to be kept as a file."""

    format = fields.String()
    version = fields.Integer()
    connection = fields.String()
    exported_at = fields.String()
    mappings = fields.Dict(keys=fields.String(), values=fields.Nested(SettingsViewSchema))


class ImportSetupSchema(InputSchema):
    """A synchronization setup to take over."""

    setup = fields.Dict(required=True, metadata={"description": "What the export gave, as a whole or in part."})
    dry_run = truth("Only look whether it can be taken over.", load_default=False)


class ImportedSchema(ViewSchema):
    """What an import changed."""

    changed = fields.List(fields.String())
    unchanged = fields.List(fields.String())


class RestoredSchema(ViewSchema):
    """The table mappings that were given their default settings."""

    changed = fields.List(fields.String())
