"""Transformations of text that come with the package."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .argument import ArgumentKind, ArgumentMisfit, Parameter
from .record import Value, is_blank
from .transformation import transformation


def text_of(value: Value) -> str:
    """A value as text, nothing of a blank."""
    return "" if value is None else str(value)


@transformation("trim", examples=(("  Adatum ", "Adatum"), ("", "")), lossy=True)
class Trim:
    """Leave out leading and trailing blanks, both ways."""

    to_sales = to_bc = staticmethod(lambda value: text_of(value).strip())


@transformation("uppercase_in_bc", examples=(("DK", "DK"),), lossy=True)
class UppercaseInBc:
    """Business Central's Code fields are upper case and trimmed; Sales keeps what was typed."""

    to_sales = staticmethod(lambda value: value)
    to_bc = staticmethod(lambda value: text_of(value).strip().upper())


@transformation("lowercase", examples=(("Sales@Adatum.com", "sales@adatum.com"),), lossy=True)
class Lowercase:
    """Lower case both ways, as for e-mail addresses."""

    to_sales = to_bc = staticmethod(lambda value: text_of(value).lower())


@transformation("uppercase", examples=(("København K", "KØBENHAVN K"),), lossy=True)
class Uppercase:
    """Upper case both ways."""

    to_sales = to_bc = staticmethod(lambda value: text_of(value).upper())


def _capitalized(value: Value) -> str:
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda found: found[0].capitalize(), text_of(value))


@transformation("capitalize", examples=(("NORDRE RINGVEJ 5, st. th", "Nordre Ringvej 5, St. Th"),), lossy=True)
class Capitalize:
    """Begin each word with a capital and write the rest small, both ways."""

    to_sales = to_bc = staticmethod(_capitalized)


@transformation("yes_no", examples=((True, "Yes"), (False, "No")))
class YesNo:
    """A Boolean in Business Central, the words Yes and No in Sales."""

    to_sales = staticmethod(lambda value: "Yes" if value else "No")
    to_bc = staticmethod(lambda value: text_of(value).strip().lower() == "yes")


@transformation("blocked_and_retired", examples=((True, 1), (False, 0)))
class BlockedAndRetired:
    """A blocked item in Business Central, a product in the state Retired (1) in Sales; any other state is unblocked."""

    to_sales = staticmethod(lambda value: 1 if value else 0)
    to_bc = staticmethod(lambda value: value == 1)


@transformation("not", examples=((True, False), (False, True)))
class Not:
    """The opposite Boolean."""

    to_sales = to_bc = staticmethod(lambda value: not value)


def _not_empty(text: str) -> None:
    if not text:
        raise ArgumentMisfit("argument_empty")


@transformation(
    "replace",
    examples=(("Adatum A/S", "Adatum AS"), ("A/S Bang", "AS Bang")),
    lossy=True,
    parameters=(
        Parameter("find", ArgumentKind.TEXT, "the text as Business Central has it", check=_not_empty),
        Parameter("put", ArgumentKind.TEXT, "the text as Sales has it"),
    ),
    sample={"find": "A/S", "put": "AS"},
)
class Replace:
    """Replace a text by another one, and that one by the first on the way back."""

    @staticmethod
    def to_sales(value: Value, *, find: str, put: str) -> Value:
        """Put the other text wherever the first is found."""
        return text_of(value).replace(find, put)

    @staticmethod
    def to_bc(value: Value, *, find: str, put: str) -> Value:
        """Put the first text back; where it was replaced by nothing, nothing can be put back."""
        return text_of(value).replace(put, find) if put else text_of(value)


def _part(value: Value, *, start: int, length: int) -> str:
    return text_of(value)[start : start + length]


@transformation(
    "substring",
    examples=(("DK-1050", "1050"), ("DK", "")),
    lossy=True,
    one_way=True,
    parameters=(
        Parameter("start", ArgumentKind.WHOLE, "how many characters to leave out first"),
        Parameter("length", ArgumentKind.WHOLE, "how many characters to keep at most"),
    ),
    sample={"start": 3, "length": 4},
)
class Substring:
    """A part of the text; there is no way back from it."""

    to_sales = to_bc = staticmethod(_part)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ArgumentMisfit("argument_pattern", detail=str(error)) from error


def _substitute(value: Value, *, pattern: str, replacement: str) -> str:
    return _compiled(pattern).sub(replacement, text_of(value))


@transformation(
    "regular_expression",
    examples=(("Ringvejen 5, 2. tv", "Ringvejen 5"), ("Ringvejen 5", "Ringvejen 5")),
    lossy=True,
    one_way=True,
    parameters=(
        Parameter("pattern", ArgumentKind.TEXT, "a regular expression, as Python knows them", check=_compiled),
        Parameter("replacement", ArgumentKind.TEXT, r"what each match becomes; \1 is its first group", default=""),
    ),
    sample={"pattern": r",.*$"},
)
class RegularExpression:
    """Replace what a regular expression matches; there is no way back from it."""

    to_sales = to_bc = staticmethod(_substitute)


def _unambiguous(table: dict[str, Any]) -> None:
    values = list(table.values())
    if twice := {str(each) for each in values if values.count(each) > 1}:
        raise ArgumentMisfit("argument_twice", value=", ".join(sorted(twice)))


def _looked_up(value: Value, table: dict[Any, Any], otherwise: str) -> Value:
    if is_blank(value) and value not in table:
        return value
    if value in table:
        found: Value = table[value]
        return found
    if otherwise == "keep":
        return value
    raise LookupError(f"{value} is not in the table")


_OTHERWISE = Parameter(
    "otherwise",
    ArgumentKind.CHOICE,
    "what becomes of other values: refuse sets the record aside, keep takes them as they are",
    default="refuse",
    choices=("refuse", "keep"),
)


@transformation(
    "lookup",
    examples=(("Company", 1), ("Person", 2), (" ", " ")),
    parameters=(
        Parameter("table", ArgumentKind.TABLE, "the values in Sales by those in Business Central", check=_unambiguous),
        _OTHERWISE,
    ),
    sample={"table": {"Company": 1, "Person": 2}},
)
class Lookup:
    """Values of one side by those of the other: the options of a choice and words or codes, for one."""

    @staticmethod
    def to_sales(value: Value, *, table: dict[str, Any], otherwise: str) -> Value:
        """The value in Sales."""
        return _looked_up(value, table, otherwise)

    @staticmethod
    def to_bc(value: Value, *, table: dict[str, Any], otherwise: str) -> Value:
        """The value in Business Central."""
        return _looked_up(value, {told: own for own, told in table.items()}, otherwise)
