"""Property values: what a client may send, what a row keeps, and what a column compares."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.odata.edm import Property, Type
from simulator.odata.values import (
    blank,
    escape_member,
    moment_text,
    parse_date,
    parse_guid,
    parse_ticks,
    unescape_member,
)

_MOST_TEXT = 1_048_576


@dataclass(frozen=True)
class BadValue(Exception):
    """A value that a property cannot take; `reason` is type, length, option or range."""

    prop: Property
    value: Any
    reason: str


Acceptor = Callable[[Any], Any]
"""Returns the value to keep (None for null) or raises BadValue."""


@dataclass(frozen=True, slots=True)
class ValueStyle:
    """How a service writes values: Business Central has blanks for nulls and milliseconds, Dataverse has neither."""

    blanks: bool
    millisecond: bool
    fold: Callable[[str], str] | None = None
    empty_text_is_null: bool = False


def acceptor(prop: Property, style: ValueStyle) -> Acceptor:
    """Return the function that checks and normalizes one property's value as this service does."""
    nothing = blank(prop) if style.blanks else None
    if longest_plain(prop):
        return _plain_text(prop, style, nothing)
    if prop.kind == "Image":
        return _image(prop)
    convert = _CONVERTERS[prop.type](prop, style)

    def accept(value: Any) -> Any:
        return nothing if value is None else convert(value)

    return accept


def longest_plain(prop: Property) -> int:
    """Return how long a text may be that is kept as it came; 0 for a property of another kind."""
    return (prop.max_length or _MOST_TEXT) if prop.type is Type.TEXT and prop.kind != "Code" else 0


def _plain_text(prop: Property, style: ValueStyle, nothing: Any) -> Acceptor:
    """Most values are plain text: one call for each."""
    limit = longest_plain(prop)
    empty = None if style.empty_text_is_null else ""

    def accept(value: Any) -> Any:
        if type(value) is str:
            if len(value) > limit:
                raise BadValue(prop, value, "length")
            return value or empty
        if value is None:
            return nothing
        raise BadValue(prop, value, "type")

    return accept


def _code(prop: Property, style: ValueStyle) -> Acceptor:
    limit = prop.max_length or _MOST_TEXT
    empty = None if style.empty_text_is_null else ""

    def convert(value: Any) -> Any:
        if type(value) is not str:
            raise BadValue(prop, value, "type")
        value = value.strip().upper()
        if len(value) > limit:
            raise BadValue(prop, value, "length")
        return value or empty

    return convert


def _guid(prop: Property, style: ValueStyle) -> Acceptor:
    def convert(value: Any) -> Any:
        found = parse_guid(value)
        if found is None:
            raise BadValue(prop, value, "type")
        return found

    return convert


def _integer(prop: Property, style: ValueStyle) -> Acceptor:
    low = -(2**63) if prop.minimum is None else prop.minimum
    high = 2**63 - 1 if prop.maximum is None else prop.maximum

    def convert(value: Any) -> Any:
        if type(value) is not int:
            raise BadValue(prop, value, "type")
        if not low <= value <= high:
            raise BadValue(prop, value, "range")
        return value

    return convert


def _number(prop: Property, style: ValueStyle) -> Acceptor:
    low, high = prop.minimum, prop.maximum
    digits = prop.precision

    def convert(value: Any) -> Any:
        if type(value) is not float and type(value) is not int:
            raise BadValue(prop, value, "type")
        if not math.isfinite(value) or abs(value) >= 1e28:
            raise BadValue(prop, value, "range")
        if (low is not None and value < low) or (high is not None and value > high):
            raise BadValue(prop, value, "range")
        return value if digits is None else round(value, digits)

    return convert


def _boolean(prop: Property, style: ValueStyle) -> Acceptor:
    def convert(value: Any) -> Any:
        if type(value) is not bool:
            raise BadValue(prop, value, "type")
        return value

    return convert


def _date(prop: Property, style: ValueStyle) -> Acceptor:
    def convert(value: Any) -> Any:
        found = parse_date(value)
        if found is None:
            raise BadValue(prop, value, "type")
        return found

    return convert


def _moment(prop: Property, style: ValueStyle) -> Acceptor:
    millisecond = style.millisecond

    def convert(value: Any) -> Any:
        ticks = parse_ticks(f"{value}T00:00:00Z" if parse_date(value) else value)
        if ticks is None or not 0 <= ticks < 3_155_378_976_000_000_000:
            raise BadValue(prop, value, "type")
        return moment_text(ticks, millisecond)

    return convert


def _enum(prop: Property, style: ValueStyle) -> Acceptor:
    known = {option.label.lower(): escape_member(option.label) for option in prop.options}
    known |= {"": known[" "]} if " " in known else {}

    def convert(value: Any) -> Any:
        if type(value) is not str:
            raise BadValue(prop, value, "type")
        found = known.get(unescape_member(value).lower())
        if found is None:
            raise BadValue(prop, value, "option")
        return found

    return convert


def _choice(prop: Property, style: ValueStyle) -> Acceptor:
    known = {option.value for option in prop.options}

    def convert(value: Any) -> Any:
        number = int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,10}", value, re.ASCII) else value
        if type(number) is not int:
            raise BadValue(prop, value, "type")
        if known and number not in known:
            raise BadValue(prop, value, "option")
        return number

    return convert


def _stream(prop: Property, style: ValueStyle) -> Acceptor:
    def convert(value: Any) -> Any:
        if type(value) is not bytes:
            raise BadValue(prop, value, "type")
        return value

    return convert


def _image(prop: Property) -> Acceptor:
    """Bytes, or their base64; no bytes at all are no image."""

    def accept(value: Any) -> Any:
        if value is None or type(value) is bytes:
            return value or b""
        try:
            return b64decode(value, validate=True)
        except (TypeError, ValueError) as problem:
            raise BadValue(prop, value, "type") from problem

    return accept


_CONVERTERS: dict[Type, Callable[[Property, ValueStyle], Acceptor]] = {
    Type.GUID: _guid,
    Type.LOOKUP: _guid,
    Type.TEXT: _code,
    Type.INTEGER: _integer,
    Type.BIGINT: _integer,
    Type.DECIMAL: _number,
    Type.DOUBLE: _number,
    Type.BOOLEAN: _boolean,
    Type.DATE: _date,
    Type.MOMENT: _moment,
    Type.ENUM: _enum,
    Type.CHOICE: _choice,
    Type.STREAM: _stream,
}


def column_converter(prop: Property, style: ValueStyle) -> Callable[[Any], Any] | None:
    """Return how a kept value becomes what its column compares and sorts, or None when it is the value itself.

    Moments become ticks and option members their ordinal; text is folded where the service ignores case.
    """
    if prop.type is Type.MOMENT:
        return parse_ticks
    if prop.type is Type.ENUM:
        return {escape_member(option.label): option.value for option in prop.options}.get
    return style.fold if prop.type is Type.TEXT else None
