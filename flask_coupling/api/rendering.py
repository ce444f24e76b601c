"""Values as JSON, independent of the JSON provider the host has chosen for its own answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def render_json(value: Any) -> bytes:
    """Render JSON; a Decimal keeps its digits, and what JSON cannot hold becomes text."""
    return orjson.dumps(value, default=_render_other, option=orjson.OPT_NON_STR_KEYS)


def _render_other(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f").encode())
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return str(value)
