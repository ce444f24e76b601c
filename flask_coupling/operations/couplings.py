"""Set Up Coupling: link records, create partners, look at couplings, and remove them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side, direction_from
from flask_coupling.errors import (
    AlreadyCoupled,
    CouplingError,
    CouplingNotFound,
    InputInvalid,
    RecordError,
)
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling, table_of
from flask_coupling.models.savepoint import savepoint
from flask_coupling.permissions import require
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.labels import labels, text_of
from flask_coupling.sync.link import chunks

from .belonging import with_belonging
from .coupling_lists import Which, coupling_page
from .ends import already_coupled, checked_end, couplings_of_records, is_alive, remove_couplings
from .keyset import checked_limit
from .mappings import coupling_card, couplings_of
from .partners import create_partner, create_partners
from .setting import enabled_connection, find_mapping, find_whole, parse_side, services_for
from .show import show_coupling
from .synchronization import checked_direction, synchronize
from .uncoupling import remove_and_free
from .views import Card, CouplingResult, CouplingView, JobView, Slice

__all__ = [
    "couple",
    "couple_many",
    "create_partner",
    "create_partners",
    "find_coupling",
    "get_coupling",
    "get_coupling_card",
    "list_couplings",
    "uncouple",
    "uncouple_many",
]

SYNCHRONIZE_AFTER = {"none": None, "bc": Side.BC, "sales": Side.SALES}


def list_couplings(
    connection: str,
    mapping: str | None = None,
    *,
    search: str = "",
    state: str | None = None,
    sort: str = "name",
    cursor: str | None = None,
    limit: int = 50,
) -> Slice[CouplingView]:
    """Return couplings; `state` is one of coupling_lists.STATES, `sort` one of its ORDERS, `-` before it reverses."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    if mapping is not None:
        find_mapping(connection, mapping)
    return coupling_page(connection, Which(mapping, search, state), cursor, checked_limit(limit), sort=sort)


def get_coupling(connection: str, id: int) -> CouplingView:
    """Return one coupling; raises CouplingNotFound."""
    require("view", connection=connection)
    enabled_connection(connection)
    return show_coupling(_find(connection, id))


def find_coupling(connection: str, mapping: str, side: str, id: str) -> CouplingView | None:
    """Return the coupling of a record of `side`, or None when it has none; asks no service."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    find_mapping(connection, mapping)
    return couplings_of(connection, mapping, parse_side(side), [id]).get(id)


def get_coupling_card(connection: str, id: int) -> Card:
    """Return both sides of a coupling; a side whose record is gone is None."""
    require("view", connection=connection)
    row, coupling = enabled_connection(connection), _find(connection, id)
    return coupling_card(row, services_for(row, find_mapping(connection, coupling.mapping)), coupling)


def _find(connection: str, id: int) -> Coupling:
    # a number the database cannot hold is simply not there
    row = current_coupling.session.get(Coupling, id, populate_existing=True) if 0 < id < 2**31 else None
    if row is None or row.connection != connection:
        raise CouplingNotFound(id=id)
    return row


def couple(
    connection: str,
    mapping: str,
    bc_id: str,
    sales_id: str,
    *,
    synchronize: str = "none",
    move: bool = False,
    couple_dependencies: bool = False,
) -> CouplingResult:
    """Couple two existing records, and then synchronize them with the data of the side chosen (none, bc, sales).

    Raises RecordNotFound, OutsideFilter, and AlreadyCoupled when one of them has another partner, unless `move` says
    that it is to be taken from there. A coupling whose other end was deleted does not stand in the way. With
    `couple_dependencies` what they refer to is coupled or created before they are synchronized.
    """
    require("couple", connection=connection, mapping=mapping)
    row, found = enabled_connection(connection), find_whole(connection, mapping)
    source = _source(found, synchronize)
    services = services_for(row, found)
    records = _read_both(services, [(bc_id, sales_id)])
    bc, sales = checked_end(services, Side.BC, bc_id, records), checked_end(services, Side.SALES, sales_id, records)
    _clear_way(connection, services, bc, sales, move=move)
    id = _insert(connection, found, bc, sales, source)
    job = _synchronize_after(connection, mapping, [id], couple_dependencies) if source is not None else None
    return CouplingResult(show_coupling(_find(connection, id)), job)


def couple_many(
    connection: str, mapping: str, pairs: Sequence[tuple[str, str]], *, synchronize: str = "none"
) -> list[CouplingView | CouplingError]:
    """Couple many pairs of existing records in a few requests; one answer for each pair, in the same order.

    A pair that cannot be coupled gets its error, and the others are coupled all the same. With `synchronize` they are
    then synchronized in one job.
    """
    require("couple", connection=connection, mapping=mapping)
    row, found = enabled_connection(connection), find_whole(connection, mapping)
    source = _source(found, synchronize)
    services = services_for(row, found)
    records = _read_both(services, pairs)
    claimed = {
        (side, row.bc_id if side is Side.BC else row.sales_id): row
        for side in Side
        for row in couplings_of_records(connection, found, side, *(id for end, id in records if end is side))
        if row.mapping != mapping
    }
    answers: list[int | CouplingError] = []
    for bc_id, sales_id in pairs:
        try:
            bc = checked_end(services, Side.BC, bc_id, records)
            sales = checked_end(services, Side.SALES, sales_id, records)
            for side, record in ((Side.BC, bc), (Side.SALES, sales)):
                if taken := claimed.get((side, record.id)):
                    raise already_coupled(found, side, record, taken)
            answers.append(_insert(connection, found, bc, sales, source, commit=False))
        except RecordError as error:
            answers.append(error)
    current_coupling.session.commit()
    ids = [answer for answer in answers if isinstance(answer, int)]
    if source is not None and ids:
        _synchronize_after(connection, mapping, ids)
    shown = {view.id: view for view in _views(ids)}
    return [shown[answer] if isinstance(answer, int) else answer for answer in answers]


def _views(ids: Sequence[int]) -> Iterable[CouplingView]:
    for part in chunks(ids):
        yield from map(show_coupling, current_coupling.session.scalars(select(Coupling).where(Coupling.id.in_(part))))


def _source(mapping: TableMapping, choice: str) -> Side | None:
    if choice not in SYNCHRONIZE_AFTER:
        detail = f"{choice!r} is not a choice; it is one of {', '.join(SYNCHRONIZE_AFTER)}"
        raise InputInvalid(detail=detail, errors={"synchronize": [detail]})
    source = SYNCHRONIZE_AFTER[choice]
    if source is not None:
        checked_direction(mapping, direction_from(source).value)
    return source


def _read_both(services: Services, pairs: Sequence[tuple[str, str]]) -> dict[tuple[Side, str], Record]:
    found: dict[tuple[Side, str], Record] = {}
    for side, ids in ((Side.BC, [pair[0] for pair in pairs]), (Side.SALES, [pair[1] for pair in pairs])):
        rows = services.of(side).get_many(services.view(side), list(dict.fromkeys(ids)))
        found.update({(side, id): record for id, record in rows.items()})
    return found


def _clear_way(connection: str, services: Services, bc: Record, sales: Record, *, move: bool) -> None:
    """Take away the couplings in the way, if they may be: moved on purpose, or with an end that was deleted."""
    for side, record in ((Side.BC, bc), (Side.SALES, sales)):
        for taken in couplings_of_records(connection, services.mapping, side, record.id):
            if not move and is_alive(services, side.other, taken):
                raise already_coupled(services.mapping, side, record, taken)
            if side is Side.BC and services.mapping.scope is not None:  # its row of Sales is left behind
                remove_and_free(connection, [taken.id])
            else:
                remove_couplings([taken.id])


def _insert(
    connection: str, mapping: TableMapping, bc: Record, sales: Record, source: Side | None, *, commit: bool = True
) -> int:
    """Insert the coupling; the database decides when two requests come at once."""
    session = current_coupling.session
    row: dict[str, Any] = {
        "connection": connection,
        "mapping": mapping.name,
        "bc_id": bc.id,
        "sales_id": sales.id,
        "source": source.value if source else None,
        "created_at": current_coupling.clock(),
        **labels(bc, sales, mapping),
    }
    try:
        with savepoint(session):
            id = session.execute(insert(table_of(Coupling)).values(row)).inserted_primary_key[0]  # type: ignore[attr-defined]
    except IntegrityError:
        raise _lost_race(connection, mapping, bc, sales) from None
    if commit:
        session.commit()
    return int(id)


def _lost_race(connection: str, mapping: TableMapping, bc: Record, sales: Record) -> AlreadyCoupled:
    for side, record in ((Side.BC, bc), (Side.SALES, sales)):
        for taken in couplings_of_records(connection, mapping, side, record.id):
            return already_coupled(mapping, side, record, taken)
    return AlreadyCoupled(record=text_of(bc, mapping.bc.title) or bc.id, partner="another record")


def _synchronize_after(connection: str, mapping: str, ids: list[int], couple_dependencies: bool = False) -> JobView:
    one = len(ids) == 1
    return synchronize(connection, mapping, coupling_ids=ids, wait=one, couple_dependencies=couple_dependencies)


def uncouple(connection: str, id: int) -> None:
    """Remove a coupling, and those that belong to it; all records stay. Raises CouplingNotFound."""
    require("couple", connection=connection)
    enabled_connection(connection)
    coupling = _find(connection, id)
    remove_and_free(connection, with_belonging(connection, [coupling.id]))


def uncouple_many(connection: str, ids: Sequence[int]) -> int:
    """Remove these couplings, whichever of them still exist, and those that belong to them; returns how many."""
    require("couple", connection=connection)
    enabled_connection(connection)
    mine: list[int] = []
    for part in chunks(list(dict.fromkeys(ids))):
        query = select(Coupling.id).where(Coupling.connection == connection, Coupling.id.in_(part))
        mine += current_coupling.session.scalars(query)
    return remove_and_free(connection, with_belonging(connection, mine))
