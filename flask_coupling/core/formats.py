"""Transformations of numbers, dates and moments that come with the package."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from .argument import ArgumentKind, ArgumentMisfit, Parameter
from .record import Value, is_blank
from .transformation import transformation

_SEPARATOR = Parameter(
    "separator", ArgumentKind.CHOICE, "what stands before the decimals", default=".", choices=(".", ",")
)
_DECIMALS = Parameter("decimals", ArgumentKind.WHOLE, "how many decimals there are", default=2)
_MOST_DECIMALS = 12


def _rounded(value: Value, decimals: int) -> Decimal:
    places = Decimal(1).scaleb(-min(decimals, _MOST_DECIMALS))
    return Decimal(str(value)).quantize(places, ROUND_HALF_UP)


def _plain(value: Decimal) -> Value:
    """A number as JSON writes it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _as_text(value: Value, *, decimals: int, separator: str) -> Value:
    return "" if is_blank(value) else f"{_rounded(value, decimals):f}".replace(".", separator)


def _as_number(value: Value, *, decimals: int, separator: str) -> Value:
    text = "" if value is None else str(value).strip().replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    if separator == ",":
        text = text.replace(".", "").replace(",", ".")
    try:
        return _plain(_rounded(Decimal(text.replace(",", "")), decimals))
    except InvalidOperation as error:
        raise ValueError("it is no number") from error


@transformation(
    "number_as_text",
    examples=((1234.5, "1234,50"), (-3, "-3,00")),
    lossy=True,
    parameters=(_DECIMALS, _SEPARATOR),
    sample={"decimals": 2, "separator": ","},
)
class NumberAsText:
    """A number in Business Central, text in Sales; further decimals are rounded."""

    to_sales, to_bc = staticmethod(_as_text), staticmethod(_as_number)


@transformation(
    "text_as_number",
    examples=(("1234,50", 1234.5), ("0,25", 0.25)),
    lossy=True,
    parameters=(_DECIMALS, _SEPARATOR),
    sample={"decimals": 2, "separator": ","},
)
class TextAsNumber:
    """Text in Business Central, a number in Sales; further decimals are rounded."""

    to_sales, to_bc = staticmethod(_as_number), staticmethod(_as_text)


@transformation(
    "round", examples=((12.345, 12.35), (12, 12)), lossy=True, parameters=(_DECIMALS,), sample={"decimals": 2}
)
class Round:
    """A number with fewer decimals, both ways; half is rounded up."""

    to_sales = to_bc = staticmethod(
        lambda value, *, decimals: None if is_blank(value) else _plain(_rounded(value, decimals))
    )


_PARTS = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d"}
_PATTERN = re.compile("|".join(_PARTS))


def _date_format(text: str) -> str:
    found = _PATTERN.findall(text)
    wanted = {part[0] for part in found}
    if wanted != {"y", "M", "d"} or len(found) != len(wanted) or "%" in text:
        raise ArgumentMisfit("argument_format")
    return _PATTERN.sub(lambda part: _PARTS[part[0]], text)


@transformation(
    "date_as_text",
    examples=(("2026-05-17", "17-05-2026"), ("1999-12-31", "31-12-1999")),
    parameters=(Parameter("format", ArgumentKind.TEXT, "such as dd-MM-yyyy", check=_date_format),),
    sample={"format": "dd-MM-yyyy"},
)
class DateAsText:
    """A date in Business Central, text in Sales."""

    @staticmethod
    def to_sales(value: Value, *, format: str) -> Value:
        """The date in words of the format."""
        return "" if is_blank(value) else date.fromisoformat(str(value)[:10]).strftime(_date_format(format))

    @staticmethod
    def to_bc(value: Value, *, format: str) -> Value:
        """The date the text tells."""
        if is_blank(value):
            return None
        return datetime.strptime(str(value).strip(), _date_format(format)).date().isoformat()


def _midnight(value: Value) -> Value:
    return None if is_blank(value) else f"{date.fromisoformat(str(value)[:10]).isoformat()}T00:00:00Z"


def _day(value: Value) -> Value:
    if is_blank(value):
        return None
    moment = datetime.fromisoformat(str(value))
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()


@transformation("date_as_moment", examples=(("2026-05-17", "2026-05-17T00:00:00Z"),), lossy=True)
class DateAsMoment:
    """A date in Business Central, that day's midnight (UTC) in Sales; the time of day is lost on the way back."""

    to_sales, to_bc = staticmethod(_midnight), staticmethod(_day)


@transformation("moment_as_date", examples=(("2026-05-17T00:00:00Z", "2026-05-17"),), lossy=True)
class MomentAsDate:
    """A moment in Business Central, its day (UTC) in Sales; the time of day is lost on the way."""

    to_sales, to_bc = staticmethod(_day), staticmethod(_midnight)
