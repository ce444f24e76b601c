"""What every list and every error is shown as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A part of a list; `cursor` is passed back to get the next part, None when there is none."""

    rows: tuple[Row, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a value: stable code, what happened, what to do next, and its facts."""

    code: str
    message: str
    hint: str
    facts: Mapping[str, Any] = field(default_factory=dict)
