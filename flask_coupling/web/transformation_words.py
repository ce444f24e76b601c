"""Transformations in words: their names, their arguments, and what an argument may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_coupling.errors import MappingInvalid
from flask_coupling.operations.views.transformations import split_name

from .language import mark, shown, text

NAMES: Mapping[str, str] = {
    "blocked_and_retired": mark("Blocked, and Retired in Sales"),
    "capitalize": mark("Capital at the beginning of each word"),
    "country_name": mark("Country's code, and its name in Sales"),
    "date_as_moment": mark("Date, and a point in time in Sales"),
    "date_as_text": mark("Date, and text in Sales"),
    "lookup": mark("List of values"),
    "lowercase": mark("Lower case"),
    "moment_as_date": mark("Point in time, and a date in Sales"),
    "not": mark("The opposite of yes or no"),
    "number_as_text": mark("Number, and text in Sales"),
    "phone_e164": mark("Phone number in international form"),
    "regular_expression": mark("Regular expression"),
    "replace": mark("Replace a text"),
    "round": mark("Round"),
    "substring": mark("Part of the text"),
    "text_as_number": mark("Text, and a number in Sales"),
    "trim": mark("Without blanks at both ends"),
    "uppercase": mark("Upper case"),
    "uppercase_in_bc": mark("Upper case in Business Central"),
    "yes_no": mark("Yes or no, and words in Sales"),
}
"""Those that come with the package; a host's own stand for themselves."""

ARGUMENTS: Mapping[str, str] = {
    "country": mark("Country"),
    "decimals": mark("Decimals"),
    "find": mark("Text in Business Central"),
    "format": mark("Date format"),
    "language": mark("Language"),
    "length": mark("Characters kept"),
    "otherwise": mark("Other values"),
    "pattern": mark("Regular expression"),
    "put": mark("Text in Sales"),
    "replacement": mark("Replaced by"),
    "separator": mark("Decimal separator"),
    "start": mark("Characters left out first"),
    "table": mark("Values"),
}

CHOICES: Mapping[str, str] = {"refuse": mark("Set the record aside"), "keep": mark("Keep them as they are")}


def transformation_name(name: str) -> str:
    """What pages call a transformation."""
    return text(NAMES.get(name, name))


def argument_name(name: str) -> str:
    """What pages call an argument."""
    return text(ARGUMENTS[name]) if name in ARGUMENTS else name.replace("_", " ").capitalize()


def choice_name(code: str) -> str:
    """What pages call one of the words an argument may be."""
    return text(CHOICES.get(code, code))


def told_transformation(written: str) -> str:
    """A transformation with its arguments as a person reads it; what cannot be read stands for itself."""
    try:
        name, given = split_name(written)
    except MappingInvalid:
        return written
    arguments = ", ".join(f"{argument_name(each)}: {_told(value)}" for each, value in _items(given))
    return f"{transformation_name(name)} ({arguments})" if arguments else transformation_name(name)


def _items(given: Any) -> Iterable[tuple[str, Any]]:
    return given.items() if isinstance(given, Mapping) else ()


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{own} = {shown(other)}" for own, other in value.items())
    return choice_name(value) if isinstance(value, str) else shown(value)
