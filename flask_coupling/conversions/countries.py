"""Country codes and names, from the Unicode project's data that Babel carries."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from flask_coupling.core.argument import ArgumentKind, ArgumentMisfit, Parameter
from flask_coupling.core.record import Value, is_blank
from flask_coupling.core.transformation import transformation

_CODE = re.compile(r"[A-Z]{2}")


@lru_cache(maxsize=32)
def _names(language: str) -> dict[str, str]:
    """The names of countries in a language, by code; regions of the world are left out."""
    names = Locale.parse(language).territories
    return {code: name for code, name in names.items() if _CODE.fullmatch(code) and code != "ZZ"}


@lru_cache(maxsize=32)
def _codes(language: str) -> dict[str, str]:
    """The codes by folded name, in the language and in English, and by themselves."""
    english = {name.casefold(): code for code, name in _names("en").items()}
    own = {name.casefold(): code for code, name in _names(language).items()}
    return english | own | {code.casefold(): code for code in _names(language)}


def _language(text: str) -> None:
    try:
        is_known = bool(Locale.parse(text).territories)
    except (ValueError, UnknownLocaleError):
        is_known = False
    if not is_known:
        raise ArgumentMisfit("argument_language", value=text)


def _parameter() -> Parameter:
    summary = "the language of the names, such as en or da"
    return Parameter("language", ArgumentKind.TEXT, summary, default="en", check=_language)


def _name(value: Value, *, language: str) -> Value:
    if is_blank(value):
        return ""
    code = str(value).strip().upper()
    if code not in _names(language):
        raise LookupError(f"{value} is not the code of a country")
    return _names(language)[code]


def _code(value: Value, *, language: str) -> Value:
    if is_blank(value):
        return ""
    found = _codes(language).get(str(value).strip().casefold())
    if found is None:
        raise LookupError(f"{value} is not the name of a country in {language} or English")
    return found


@transformation(
    "country_name",
    examples=(("DK", "Danmark"), ("DE", "Tyskland"), ("JP", "Japan"), ("", "")),
    parameters=(_parameter(),),
    sample={"language": "da"},
)
class CountryName:
    """A country's ISO code in Business Central, its name in Sales; English names and codes are understood too."""

    to_sales, to_bc = staticmethod(_name), staticmethod(_code)
