"""Phone numbers in the international form of E.164, by Google's library of numbering plans."""

from __future__ import annotations

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    parse,
)

from flask_coupling.core.argument import ArgumentKind, ArgumentMisfit, Parameter
from flask_coupling.core.record import Value, is_blank
from flask_coupling.core.transformation import transformation


def _region(text: str) -> None:
    if text.upper() not in SUPPORTED_REGIONS:
        raise ArgumentMisfit("argument_country", value=text)


_COUNTRY = Parameter("country", ArgumentKind.TEXT, "the country of numbers that name none, such as DK", check=_region)
_OTHERWISE = Parameter(
    "otherwise",
    ArgumentKind.CHOICE,
    "what becomes of a text that is no number: refuse sets the record aside, keep takes it as it is",
    default="refuse",
    choices=("refuse", "keep"),
)


def _number(value: Value, country: str) -> PhoneNumber:
    """The number; raises ValueError for what is none, or has an extension, which E.164 cannot say."""
    try:
        found = parse(str(value), country.upper())
    except NumberParseException as error:
        raise ValueError("it is no phone number") from error
    if found.extension or not is_possible_number(found):
        raise ValueError("it is no phone number without an extension")
    return found


def _formatted(value: Value, country: str, otherwise: str, form: int) -> Value:
    if is_blank(value):
        return value
    try:
        return str(format_number(_number(value, country), form))
    except ValueError:
        if otherwise == "keep":
            return value
        raise


@transformation(
    "phone_e164",
    examples=(("+45 33 44 55 66", "+4533445566"), ("+49 30 1234567", "+49301234567"), ("", "")),
    lossy=True,
    parameters=(_COUNTRY, _OTHERWISE),
    sample={"country": "DK"},
)
class PhoneE164:
    """A phone number as people write it in Business Central, in the form +4533445566 in Sales."""

    @staticmethod
    def to_sales(value: Value, *, country: str, otherwise: str) -> Value:
        """The number's E.164 form."""
        return _formatted(value, country, otherwise, PhoneNumberFormat.E164)

    @staticmethod
    def to_bc(value: Value, *, country: str, otherwise: str) -> Value:
        """The number with the spaces its country writes."""
        return _formatted(value, country, otherwise, PhoneNumberFormat.INTERNATIONAL)
