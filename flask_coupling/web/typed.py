"""Values in a form of settings: as it shows them, and what was typed as the kind of value a property holds."""

from __future__ import annotations

import re
from typing import Any

from flask_coupling.operations.views.faults import Column

_TRUE = ("true", "yes", "ja")
_FALSE = ("false", "no", "nej")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def typed(text: str, column: Column | None) -> Any:
    """What was typed as the kind of value the property holds; text that is none stays, to be refused by name."""
    kind = column.kind if column is not None else ""
    is_coded = kind == "option" and column is not None and not any(isinstance(each, str) for each in column.options)
    if kind == "truth" and text.lower() in (*_TRUE, *_FALSE):
        return text.lower() in _TRUE
    if (kind == "number" or is_coded) and _NUMBER.fullmatch(text):
        plain = text.replace(",", ".")
        return float(plain) if "." in plain else int(plain)
    return text


def shown(value: Any) -> str:
    """A value as the form shows it, to be typed again."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
