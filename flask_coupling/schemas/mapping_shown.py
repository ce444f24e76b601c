"""Settings of a table mapping as they are shown: with what differs, what is wrong, and what became of them."""

from __future__ import annotations

from marshmallow import fields

from .base import PageSchema, ValueField, ViewSchema
from .mapping_edit import SettingsSchema
from .problem import ProblemSchema
from .synchronization import PlanSchema


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
    company = fields.String(
        metadata={
            "description": "Whose rows of Sales take part unless `multi_company`; empty where none are told apart."
        }
    )
    warnings = fields.List(fields.String(), metadata={"description": "What to know of these settings."})


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
    warnings = fields.List(fields.String(), metadata={"description": "What to know of settings that can be saved."})


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


class ImportedSchema(ViewSchema):
    """What an import changed."""

    changed = fields.List(fields.String())
    unchanged = fields.List(fields.String())


class RestoredSchema(ViewSchema):
    """The table mappings that were given their default settings."""

    changed = fields.List(fields.String())
