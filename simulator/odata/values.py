"""Values as text: GUIDs, dates, moments and option members as the services write them, and their blanks."""

from __future__ import annotations

import random
import re
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
    if _is_own(value):
        try:
            return ticks_of(datetime.fromisoformat(value))
        except ValueError:
            return None
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


def _is_own(value: str) -> bool:
    """Whether a text looks as the services write moments themselves, which Python reads much faster than a pattern."""
    return len(value) in (20, 24) and value[4:17:3] == "--T::" and value[19] in ".Z" and value[-1] == "Z"


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
        return utc_text(_START + timedelta(microseconds=ticks // 10), millisecond)
    except OverflowError:
        return EMPTY_MOMENT


def utc_text(moment: datetime, millisecond: bool) -> str:
    """Return the text a service writes for a moment in UTC, as `moment_text` does for its ticks."""
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
