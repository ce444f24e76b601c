"""What every schema has in common: strict input, complete answers, bounded texts, pages of a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from flask_coupling.core.record import Value

NAME_LENGTH = 50
"""The longest name of a connection or a table mapping."""

MOST_ROWS = 200
"""The most rows one page of a list holds."""

MOST_CURSOR = 4000
"""The longest cursor; a service's own place in its list may be in it."""

GREATEST_NUMBER = 2**31 - 1
"""The greatest number a key column holds on every database."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refuse_control_characters(value: str) -> None:
    """Raise ValidationError when a text holds what no database and no page could show."""
    if _CONTROL.search(value):
        raise ValidationError("Control characters are not allowed.")


class InputSchema(Schema):
    """What a caller sends; a field we do not know is refused instead of being ignored."""

    class Meta:
        """A misspelled field must not silently do nothing."""

        unknown = RAISE


class ViewSchema(Schema):
    """What a caller gets; every field is always there, null where there is nothing."""

    class Meta:
        """A later version may tell more; a client that reads this one should not stumble over it."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Tell the OpenAPI document that the field is never left out."""
        field_obj.required = True


class PageQuery(InputSchema):
    """Which part of a list is wanted."""

    cursor = fields.String(
        validate=[validate.Length(max=MOST_CURSOR), refuse_control_characters],
        metadata={"description": "The `cursor` of the page before; absent for the first page."},
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, MOST_ROWS),
        metadata={"description": "The most rows to answer with."},
    )


class PageSchema(ViewSchema):
    """A part of a list; subclasses say what its `rows` are."""

    cursor = fields.String(
        allow_none=True, metadata={"description": "Send it back to get the next page; null on the last one."}
    )


class EmptySchema(InputSchema):
    """A request that needs nothing but its address: `{}`."""


class RecordId(fields.String):
    """A record's id: a GUID in any of its spellings, loaded as lower-case text with hyphens."""

    default_error_messages = {"guid": "Not a GUID."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return str(UUID(text))
        except ValueError as error:
            raise self.make_error("guid") from error


class ValueField(fields.Field[Value]):
    """A field's value as the service's JSON holds it: text, number, truth value, or null."""

    def __init__(self, description: str = "") -> None:
        metadata: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
        super().__init__(metadata=metadata | ({"description": description} if description else {}))


def text(longest: int, description: str, *, shortest: int = 0, **options: Any) -> fields.String:
    """A one-line text field of bounded length; control characters are refused."""
    limits: list[Callable[[Any], Any]] = [validate.Length(min=shortest, max=longest), refuse_control_characters]
    return fields.String(validate=limits, metadata={"description": description}, **options)


def choice(values: type[Any] | tuple[str, ...], description: str, **options: Any) -> fields.String:
    """A text field that takes one of `values` (names, or an enumeration of texts)."""
    return fields.String(
        validate=validate.OneOf([str(each) for each in values]), metadata={"description": description}, **options
    )


def truth(description: str, *, query: bool = False, **options: Any) -> fields.Boolean:
    """A yes-or-no field: JSON's own true and false, or those words in a query string."""
    yes, no = ({"true", "1"}, {"false", "0"}) if query else ({True}, {False})
    return fields.Boolean(truthy=yes, falsy=no, metadata={"description": description}, **options)
