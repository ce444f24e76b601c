"""A table mapping as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_coupling.core.record import Value


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field mapping as shown: names on both sides (None: a constant), direction, and how the value is made."""

    name: str
    caption: str
    bc: str | None
    sales: str | None
    direction: str
    transformation: str | None
    constant: Value
    reference: str | None


@dataclass(frozen=True, slots=True)
class MappingView:
    """A table mapping as shown, with how many couplings it has and how many of them want attention.

    `is_changed` says that an administrator's settings differ from the default. `company` is the company whose rows of
    Sales alone take part; empty where those of all do.
    """

    name: str
    caption: str
    bc_table: str
    sales_table: str
    direction: str
    in_use: bool
    only_coupled: bool
    update_conflict: str
    deletion_conflict: str
    bc_filter: str
    sales_filter: str
    depends_on: tuple[str, ...]
    fields: tuple[FieldView, ...]
    couplings: int
    unsettled: int
    failed: int
    synchronized_at: datetime | None
    is_changed: bool = False
    parent: str = ""
    multi_company: bool = False
    company: str = ""
