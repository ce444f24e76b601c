"""Filters of lists that a user keeps under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from flask_coupling.errors import InputInvalid, SavedFilterNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.models import SavedFilter
from flask_coupling.permissions import principal, require

from .selections import SIDES
from .setting import enabled_connection, find_mapping

KEYS = ("q", "state", "sort", "col")
"""What a list's address carries that is worth keeping."""

LONGEST_NAME = 80
LONGEST_VALUE = 250
MOST_VALUES = 20
MOST_FILTERS = 50


@dataclass(frozen=True, slots=True)
class SavedFilterView:
    """A filter of the list `side` (bc, sales, couplings), and what the list's address carries for it."""

    id: int
    mapping: str
    side: str
    name: str
    query: Mapping[str, Sequence[str]]


def list_saved_filters(connection: str, mapping: str, side: str | None = None) -> list[SavedFilterView]:
    """Return the filters that the one who asks keeps of a table mapping's lists, by name."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    find_mapping(connection, mapping)
    query = select(SavedFilter).where(*_mine(connection, mapping)).order_by(SavedFilter.name, SavedFilter.id)
    if side is not None:
        query = query.where(SavedFilter.side == side)
    return [_show(row) for row in current_coupling.session.scalars(query)]


def save_filter(
    connection: str, mapping: str, side: str, name: str, query: Mapping[str, Sequence[str]]
) -> SavedFilterView:
    """Keep a filter under a name; one of the same name is replaced."""
    kept = list_saved_filters(connection, mapping, side)
    name, query = _checked(side, name.strip(), query)
    session = current_coupling.session
    row = session.scalars(
        select(SavedFilter).where(*_mine(connection, mapping), SavedFilter.side == side, SavedFilter.name == name)
    ).first()
    if row is None:
        if len(kept) >= MOST_FILTERS:
            raise InputInvalid(detail="delete a filter first", errors={"name": [f"At most {MOST_FILTERS} are kept."]})
        row = SavedFilter(connection=connection, mapping=mapping, side=side, principal=principal(), name=name)
        row.created_at = current_coupling.clock()
        session.add(row)
    row.query = query
    try:
        session.commit()
    except IntegrityError:  # the same form came twice at once: the other one was kept
        session.rollback()
        return next(each for each in list_saved_filters(connection, mapping, side) if each.name == name)
    return _show(row)


def delete_filter(connection: str, mapping: str, id: int) -> None:
    """Forget a filter; raises SavedFilterNotFound."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    session = current_coupling.session
    row = session.scalars(select(SavedFilter).where(*_mine(connection, mapping), SavedFilter.id == id)).first()
    if row is None:
        raise SavedFilterNotFound()
    session.execute(delete(SavedFilter).where(SavedFilter.id == row.id))
    session.commit()


def _mine(connection: str, mapping: str) -> tuple[Any, ...]:
    of_mapping = (SavedFilter.connection == connection, SavedFilter.mapping == mapping)
    return (*of_mapping, SavedFilter.principal == principal())


def _checked(side: str, name: str, query: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, list[str]]]:
    errors: dict[str, list[str]] = {}
    if side not in SIDES:
        errors["side"] = [f"It is one of {', '.join(SIDES)}."]
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        errors["name"] = [f"Give it a name of at most {LONGEST_NAME} characters."]
    kept = {key: [str(each) for each in query[key] if each] for key in KEYS if key in query}
    if any(len(values) > MOST_VALUES or max(map(len, values), default=0) > LONGEST_VALUE for values in kept.values()):
        errors["query"] = ["It is too long."]
    if errors:
        detail = "; ".join(f"{key}: {told[0]}" for key, told in errors.items())
        raise InputInvalid(detail=detail.rstrip("."), errors=errors)
    return name, {key: values for key, values in kept.items() if values}


def _show(row: SavedFilter) -> SavedFilterView:
    return SavedFilterView(row.id, row.mapping, row.side, row.name, row.query)
