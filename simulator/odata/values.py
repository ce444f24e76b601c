"""Property values: what a client may send, what a row keeps, and what a column compares."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from simulator.odata.edm import Property, Type

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
EMPTY_DATE = "0001-01-01"
EMPTY_MOMENT = "0001-01-01T00:00:00Z"

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})\}?")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_START = datetime(1, 1, 1)
_random = random.Random()  # not the one that a host may have seeded
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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


def parse_guid(value: Any) -> str | None:
    """Return the canonical lower-case text of a GUID, with or without braces, or None when it is none."""
    found = _GUID.fullmatch(value) if isinstance(value, str) else None
    return found.group(1).lower() if found else None


def new_guid() -> str:
    """Return a random GUID for what only has to be told apart: a request, an answer."""
    digits = f"{_random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def parse_date(value: Any) -> str | None:
    """Return an ISO date that exists, or None."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    return value


def parse_ticks(value: Any) -> int | None:
    """Return a moment as 100 ns ticks since year 1 in UTC (seven decimals count), or None when it is none."""
    return _parse_ticks(value) if isinstance(value, str) else None


@lru_cache(maxsize=8192)  # the rows of one write, and of a seed, share their moments
def _parse_ticks(value: str) -> int | None:
    found = _MOMENT.fullmatch(value)
    if not found:
        return None
    day, hour, minute, second, fraction, zone = found.groups()
    try:
        whole = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}").replace(tzinfo=UTC)
    except ValueError:
        return None
    ticks = ((whole - _EPOCH) // timedelta(seconds=1)) * 10_000_000 + int(((fraction or "") + "0000000")[:7])
    return ticks - _offset_ticks(zone)


def _offset_ticks(zone: str | None) -> int:
    if not zone or zone in "Zz":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return (-minutes if zone[0] == "-" else minutes) * 600_000_000


def ticks_of(moment: datetime) -> int:
    """Return a moment's ticks, as `parse_ticks` counts them."""
    gone = moment - _EPOCH
    return (gone.days * 86_400 + gone.seconds) * 10_000_000 + gone.microseconds * 10


def moment_text(ticks: int, millisecond: bool) -> str:
    """Return the text a service writes for a moment: UTC with `Z`, with or without milliseconds."""
    try:
        moment = _START + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return EMPTY_MOMENT
    return moment.isoformat()[: 23 if millisecond and moment.microsecond >= 1000 else 19] + "Z"


def escape_member(caption: str) -> str:
    """Return an option caption as XML name, the way Business Central writes it: " " is "_x0020_"."""
    caption = caption or " "
    return "".join(one if one.isalnum() or one == "_" else f"_x{ord(one):04X}_" for one in caption)


def unescape_member(text: str) -> str:
    """Return the plain caption of an escaped one; plain text is returned as it is."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def blank(prop: Property) -> Any:
    """Return what Business Central shows for a property that holds nothing."""
    if prop.type is Type.ENUM:
        return escape_member(prop.options[0].label if prop.default is None else str(prop.default))
    return _BLANKS[prop.type]


_BLANKS: dict[Type, Any] = {
    Type.GUID: EMPTY_GUID,
    Type.LOOKUP: EMPTY_GUID,
    Type.TEXT: "",
    Type.INTEGER: 0,
    Type.BIGINT: 0,
    Type.DECIMAL: 0,
    Type.DOUBLE: 0,
    Type.BOOLEAN: False,
    Type.DATE: EMPTY_DATE,
    Type.MOMENT: EMPTY_MOMENT,
    Type.CHOICE: 0,
    Type.STREAM: b"",
}


def acceptor(prop: Property, style: ValueStyle) -> Acceptor:
    """Return the function that checks and normalizes one property's value as this service does."""
    nothing = blank(prop) if style.blanks else None
    if prop.type is Type.TEXT and prop.kind != "Code":
        return _plain_text(prop, style, nothing)
    convert = _CONVERTERS[prop.type](prop, style)

    def accept(value: Any) -> Any:
        return nothing if value is None else convert(value)

    return accept


def _plain_text(prop: Property, style: ValueStyle, nothing: Any) -> Acceptor:
    """Most values are plain text: one call for each."""
    limit = prop.max_length or 1_048_576
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
    limit = prop.max_length or 1_048_576
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
