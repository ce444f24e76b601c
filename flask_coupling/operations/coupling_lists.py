"""Couplings by search, state and order: a part of the list, all their ids, or how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling, FailedRecord
from flask_coupling.permissions import require

from .keyset import after, make_cursor, read_cursor
from .setting import enabled_connection, find_mapping
from .show import CONFLICT_CODES, show_coupling
from .views import CouplingView, Slice

_FAILED = Coupling.error_code.is_not(None)
_SKIPPED = Coupling.id.in_(
    select(FailedRecord.coupling_id).where(
        FailedRecord.connection == Coupling.connection, FailedRecord.skipped, FailedRecord.coupling_id.is_not(None)
    )
)

# those with an error name it twice: the index of erroneous couplings is then found
_STATES: dict[str, Any] = {
    "attention": _FAILED,
    "conflict": _FAILED & ~Coupling.paused & Coupling.error_code.in_(CONFLICT_CODES),
    "failed": _FAILED & ~Coupling.paused & Coupling.error_code.not_in(CONFLICT_CODES),
    "skipped": _FAILED & ~Coupling.paused & _SKIPPED,
    "paused": Coupling.paused,
    "never_synchronized": Coupling.bc_etag.is_(None) & ~Coupling.paused & Coupling.error_code.is_(None),
    "synchronized": Coupling.bc_etag.is_not(None) & ~Coupling.paused & Coupling.error_code.is_(None),
}

STATES = tuple(_STATES)

_ORDERS: dict[str, Any] = {
    "name": Coupling.bc_title,
    "number": Coupling.bc_number,
    "partner": Coupling.sales_title,
}

ORDERS = tuple(_ORDERS)
"""What couplings can be sorted by; with a `-` before it, the other way round."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which couplings are meant: those of a table mapping (None: of all) that hold a text and are in a state."""

    mapping: str | None = None
    search: str = ""
    state: str | None = None

    def __post_init__(self) -> None:
        if self.state is not None and self.state not in STATES:
            detail = f"{self.state!r} is not a state; it is one of {', '.join(STATES)}"
            raise InputInvalid(detail=detail, errors={"state": [detail]})


def coupling_page(
    connection: str, which: Which, cursor: str | None, limit: int, *, sort: str = "name"
) -> Slice[CouplingView]:
    """Couplings in order, by keyset; the search ignores case in all scripts."""
    column, descending = _order(sort)
    key = read_cursor(cursor, (str, int, str))
    if key is not None and key[2] != sort:
        raise InputInvalid(detail="the cursor is one of another order", errors={"cursor": ["Start again."]})
    place = key[:2] if key is not None else None
    columns: list[Any] = [column, Coupling.id]
    query = after(_chosen(select(Coupling.id), connection, which), columns, place, descending=descending)
    # the ids alone are found in an index; what a list shows of the wide rows is read for one page only
    ids = list(current_coupling.session.scalars(query.limit(limit + 1)))
    found = {row.id: row for row in current_coupling.session.scalars(select(Coupling).where(Coupling.id.in_(ids)))}
    rows = [found[id] for id in ids if id in found]
    last = rows[limit - 1] if len(rows) > limit else None
    return Slice(
        tuple(show_coupling(row) for row in rows[:limit]),
        make_cursor((getattr(last, column.key), last.id, sort)) if last is not None else None,
    )


def _order(sort: str) -> tuple[Any, bool]:
    name = sort.removeprefix("-")
    if name not in _ORDERS:
        detail = f"couplings are sorted by {', '.join(ORDERS)}"
        raise InputInvalid(detail=detail, errors={"sort": [detail]})
    return _ORDERS[name], sort.startswith("-")


def _chosen(query: Select[Any], connection: str, which: Which) -> Select[Any]:
    query = query.where(Coupling.connection == connection)
    if which.mapping is not None:
        query = query.where(Coupling.mapping == which.mapping)
    if which.search.strip():
        query = query.where(Coupling.search_text.contains(which.search.strip().casefold(), autoescape=True))
    return query if which.state is None else query.where(_STATES[which.state])


def find_ids(connection: str, mapping: str, search: str = "", state: str | None = None) -> list[int]:
    """The ids of all couplings of a table mapping that hold a text and are in a state."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    find_mapping(connection, mapping)
    return coupling_ids(connection, Which(mapping, search, state))


def coupling_ids(connection: str, which: Which, limit: int | None = None) -> list[int]:
    """The ids of all these couplings, or the first few, in the order they were made."""
    query = _chosen(select(Coupling.id), connection, which).order_by(Coupling.id)
    return list(current_coupling.session.scalars(query.limit(limit)))


def count_couplings(connection: str, which: Which) -> int:
    """How many there are."""
    return current_coupling.session.scalar(_chosen(select(func.count()), connection, which)) or 0
