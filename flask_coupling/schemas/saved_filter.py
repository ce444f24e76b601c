"""Filters of lists that a user keeps under a name."""

from __future__ import annotations

from marshmallow import fields, validate

from .base import InputSchema, ViewSchema, choice, text
from .coupling import SEARCHED_STATES

SIDES = ("bc", "sales", "couplings")
LONGEST_NAME = 80


class SavedFiltersQuery(InputSchema):
    """Which saved filters are wanted."""

    side = choice(SIDES, "Only those of this list: the records of a side, or the couplings.")


class FilterQuerySchema(InputSchema):
    """What the list's address carries; each value as often as it stands there."""

    q = fields.List(text(250, "The text searched for."), validate=validate.Length(max=1))
    state = fields.List(
        choice(("coupled", "uncoupled", *SEARCHED_STATES), "The state."), validate=validate.Length(max=1)
    )
    sort = fields.List(text(100, "The column sorted by, `-` before it the other way."), validate=validate.Length(max=1))
    col = fields.List(text(110, "A column shown: `bc.` or `sales.` and a property."), validate=validate.Length(max=20))


class SaveFilterSchema(InputSchema):
    """A filter to keep; one of the same name is replaced."""

    side = choice(SIDES, "The list: the records of a side, or the couplings.", required=True)
    name = text(LONGEST_NAME, "The name to keep it under.", shortest=1, required=True)
    query = fields.Nested(FilterQuerySchema, required=True)


class SavedFilterSchema(ViewSchema):
    """A filter that is kept."""

    id = fields.Integer()
    mapping = fields.String()
    side = fields.String(validate=validate.OneOf(SIDES))
    name = fields.String()
    query = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class SavedFilterListSchema(ViewSchema):
    """The filters the one who asks keeps, by name."""

    rows = fields.List(fields.Nested(SavedFilterSchema))
