"""What a service says about the properties of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from .record import Value


@dataclass(frozen=True, slots=True)
class Column:
    """A property as its service describes it.

    `kind` is text, option, id, number, truth, day or moment (empty: unknown). `longest` is how many characters it
    holds (None: not told). `options` are the values an option may have (empty: not told). `caption` is the service's
    own word for it.
    """

    name: str
    kind: str = ""
    longest: int | None = None
    on_create: bool = True
    on_update: bool = True
    options: tuple[Value, ...] = ()
    caption: str = ""


Columns: TypeAlias = Mapping[str, Column]
"""The properties of a table by name; one behind a navigation as `navigation/property`, a lookup by its column."""
