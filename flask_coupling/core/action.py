"""What a plan tells to do: each action is a value, and mirrors one of a job's counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from .record import Values
from .side import Side


@dataclass(frozen=True, slots=True)
class Insert:
    """Create a record on `side` with these values (of that side's own properties), and couple the two.

    `lines` are the values of a document's lines, by the name of their table mapping; they are created with it.
    """

    counter: ClassVar[str] = "inserted"
    side: Side
    values: Values
    lines: Mapping[str, Sequence[Values]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Modify:
    """Write these values to the record `id` on `side`, provided it still carries the etag `if_match`.

    `fields` names the field mappings that are settled once the write has succeeded.
    """

    counter: ClassVar[str] = "modified"
    side: Side
    id: str
    values: Values
    if_match: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the record `id` on `side`, provided it still carries the etag `if_match`."""

    counter: ClassVar[str] = "deleted"
    side: Side
    id: str
    if_match: str


@dataclass(frozen=True, slots=True)
class Couple:
    """Link the two records; the id of a record that an Insert of the same plan makes is None."""

    counter: ClassVar[str] = "coupled"
    bc_id: str | None
    sales_id: str | None


@dataclass(frozen=True, slots=True)
class Uncouple:
    """Remove the link; `reason` is a code."""

    counter: ClassVar[str] = "uncoupled"
    reason: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the pair alone until something else changed; `reason` is the code of an error, `facts` its facts."""

    counter: ClassVar[str] = "skipped"
    reason: str
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing has to be sent."""

    counter: ClassVar[str] = "unchanged"


Action: TypeAlias = Insert | Modify | Delete | Couple | Uncouple | Skip | Unchanged
