"""The records of one side in a list, with their couplings: read from the service, or found by their state here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from sqlalchemy import select

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page
from flask_coupling.errors import CursorExpired, InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling, FailedRecord
from flask_coupling.permissions import require
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.link import chunks, read_baselines

from .coupling_lists import STATES, Which, coupling_page
from .keyset import after, checked_limit, make_cursor, read_cursor
from .setting import enabled_connection, find_whole, parse_side, services_for
from .show import show_coupling, show_record
from .views import CouplingView, RecordRow, Slice

SEARCH_ROUNDS = 5
"""Pages of a service that are read to fill one page of uncoupled records; then the caller asks for the next one."""

SEARCHED_AT_ONCE = 1000
MOST_FOUND = 10_000

RECORD_STATES = ("coupled", "uncoupled", *STATES)
"""What a list of records may be narrowed to; failed, skipped and attention also hold records without a partner."""

_WITHOUT_PARTNER = {
    "attention": (),
    "failed": (FailedRecord.skipped.is_(False),),
    "skipped": (FailedRecord.skipped.is_(True),),
}
_THEN = "failed:"


def list_records(
    connection: str,
    mapping: str,
    side: str,
    *,
    search: str = "",
    coupled: bool | None = None,
    state: str | None = None,
    sort: str = "name",
    cursor: str | None = None,
    limit: int = 50,
) -> Slice[RecordRow]:
    """Return records of one side that take part in the mapping, with their coupling when they have one.

    `coupled` narrows to those with or without one, `state` to one of RECORD_STATES. `sort` is name, number, partner
    (coupled ones only) or a property of the records (others only), `-` before it reverses. A page may hold fewer than
    `limit` rows and still have a cursor. A coupled record that is gone is listed as it was known.
    """
    require("view", connection=connection, mapping=mapping)
    row, found, where = enabled_connection(connection), find_whole(connection, mapping), parse_side(side)
    services, size = services_for(row, found), checked_limit(limit)
    wanted = _checked_state(state, coupled)
    if wanted in (None, "uncoupled"):
        return _list_all(connection, services, where, search.strip(), cursor, size, sort, uncoupled=wanted is not None)
    which = Which(mapping, search, None if wanted == "coupled" else wanted)
    if cursor and cursor.startswith(_THEN):
        return _list_failed(connection, services, where, which, cursor.removeprefix(_THEN), size)
    page = _list_coupled(connection, services, where, which, cursor, size, sort)
    if page.cursor is not None or wanted not in _WITHOUT_PARTNER:
        return page
    if page.rows:  # those without a partner follow on pages of their own
        return Slice(page.rows, _THEN if _failed(connection, services, where, which, "", 1) else None)
    return _list_failed(connection, services, where, which, "", size)


def _checked_state(state: str | None, coupled: bool | None) -> str | None:
    if state is None:
        return None if coupled is None else "coupled" if coupled else "uncoupled"
    if state not in RECORD_STATES:
        detail = f"{state!r} is not a state; it is one of {', '.join(RECORD_STATES)}"
        raise InputInvalid(detail=detail, errors={"state": [detail]})
    return state


# --- from the service ------------------------------------------------------------------------------------------------


def _list_all(
    connection: str,
    services: Services,
    side: Side,
    search: str,
    cursor: str | None,
    limit: int,
    sort: str,
    *,
    uncoupled: bool,
) -> Slice[RecordRow]:
    order = _order(services.mapping, side, sort)
    rows: list[RecordRow] = []
    for _ in range(SEARCH_ROUNDS):
        page = search_records(services, side, search, limit, cursor, order)
        links = couplings_of(connection, services.mapping.name, side, [record.id for record in page.records])
        rows += [
            show_record(side, record, services.mapping, links.get(record.id))
            for record in page.records
            if not uncoupled or record.id not in links
        ]
        cursor = page.cursor
        if rows or cursor is None:
            break
    return Slice(tuple(rows), cursor)


def uncoupled_ids(connection: str, mapping: str, side: str, search: str) -> list[str]:
    """The ids of all records without a partner that a search finds; raises InputInvalid when they are too many."""
    require("view", connection=connection, mapping=mapping)
    row, found, where = enabled_connection(connection), find_whole(connection, mapping), parse_side(side)
    services = services_for(row, found)
    ids: list[str] = []
    cursor: str | None = None
    while len(ids) <= MOST_FOUND:
        page = search_records(services, where, search.strip(), SEARCHED_AT_ONCE, cursor)
        links = couplings_of(connection, mapping, where, [record.id for record in page.records])
        ids += [record.id for record in page.records if record.id not in links]
        if (cursor := page.cursor) is None:
            return ids
    detail = f"more than {MOST_FOUND} records match"
    raise InputInvalid(detail=detail, errors={"search": ["Narrow the search."]})


def _order(mapping: TableMapping, side: Side, sort: str) -> str:
    """The property to sort by as a service is asked; raises InputInvalid for what it cannot sort by."""
    table, name = mapping.table(side), sort.removeprefix("-")
    named = {"name": table.title, "number": table.number or table.title}
    fields = {each.of(side) for each in mapping.enabled_fields} - set(table.lookups)
    if name not in named and name not in fields:
        detail = f"records are sorted by name, number or a property that is mapped, not by {name!r}"
        raise InputInvalid(detail=detail, errors={"sort": [detail]})
    return named.get(name, name) + (" desc" if sort.startswith("-") else "")


def search_records(
    services: Services, side: Side, search: str, limit: int, cursor: str | None, order: str = ""
) -> Page:
    """A part of what a service finds; raises InputInvalid for a cursor that it does not know."""
    where = services.mapping.filter(side)
    try:
        return services.of(side).search(services.view(side), search, where, limit=limit, cursor=cursor, order=order)
    except CursorExpired:
        detail = "the cursor is not one of this list, or the service has forgotten it"
        raise InputInvalid(detail=detail, errors={"cursor": ["Start again."]}) from None


# --- from our own tables ---------------------------------------------------------------------------------------------


def _list_coupled(
    connection: str, services: Services, side: Side, which: Which, cursor: str | None, limit: int, sort: str
) -> Slice[RecordRow]:
    """Coupled records come from our own table; only the page shown is read from the service."""
    page = coupling_page(connection, which, cursor, limit, sort=_turned(side, sort))
    rows = services.of(side).get_many(services.view(side), [_end(view, side) for view in page.rows])
    shown = [
        show_record(side, rows[_end(view, side)], services.mapping, view)
        if _end(view, side) in rows
        else _known(side, view)
        for view in page.rows
    ]
    return Slice(tuple(shown), page.cursor)


def _turned(side: Side, sort: str) -> str:
    """The order of couplings that sorts the records of one side."""
    if side is Side.BC:
        return sort
    name = sort.removeprefix("-")
    return sort.removesuffix(name) + {"name": "partner", "partner": "name"}.get(name, name)


def _known(side: Side, view: CouplingView) -> RecordRow:
    """A record that the service does not have any more, as the coupling knows it."""
    title = view.bc_title if side is Side.BC else view.sales_title
    number = view.bc_number if side is Side.BC else ""
    id = _end(view, side)
    return RecordRow(side.value, id, number, title or id, "", {}, view)


def _list_failed(
    connection: str, services: Services, side: Side, which: Which, cursor: str, limit: int
) -> Slice[RecordRow]:
    """Failed records without a partner, by name."""
    failed = _failed(connection, services, side, which, cursor, limit + 1)
    shown, last = failed[:limit], failed[limit - 1] if len(failed) > limit else None
    rows = services.of(side).get_many(services.view(side), [each.record_id for each in shown])
    records = [rows[each.record_id] for each in shown if each.record_id in rows]
    told = tuple(show_record(side, record, services.mapping, None) for record in records)
    return Slice(told, _THEN + make_cursor((last.title, last.id)) if last is not None else None)


def _failed(
    connection: str, services: Services, side: Side, which: Which, cursor: str, limit: int
) -> list[FailedRecord]:
    query = select(FailedRecord).where(
        FailedRecord.connection == connection,
        FailedRecord.mapping == services.mapping.name,
        FailedRecord.side == side.value,
        FailedRecord.coupling_id.is_(None),
        *_WITHOUT_PARTNER[which.state or "attention"],
    )
    query = after(query, [FailedRecord.title, FailedRecord.id], read_cursor(cursor, (str, int)))  # type: ignore[list-item]
    sought = which.search.strip().casefold()
    rows = current_coupling.session.scalars(query.execution_options(yield_per=500))
    # in Python, because SQLite folds the case of no letter beyond a to z
    return list(islice((each for each in rows if sought in each.title.casefold()), limit))


def _end(view: CouplingView, side: Side) -> str:
    return view.bc_id if side is Side.BC else view.sales_id


def couplings_of(connection: str, mapping: str, side: Side, ids: Sequence[str]) -> dict[str, CouplingView]:
    """The couplings of these records, by record id."""
    column = Coupling.bc_id if side is Side.BC else Coupling.sales_id
    found: dict[str, CouplingView] = {}
    for part in chunks(ids):
        query = select(Coupling).where(Coupling.connection == connection, Coupling.mapping == mapping, column.in_(part))
        for view in map(show_coupling, current_coupling.session.scalars(query)):
            found[_end(view, side)] = view
    return found


def agreed_values(connection: str, side: str, coupling_ids: Sequence[int]) -> dict[int, Mapping[str, Value]]:
    """What the records of `side` held when these couplings were last synchronized, by coupling; asks no service."""
    require("view", connection=connection)
    where = parse_side(side)
    return {id: each.of(where).values for id, each in read_baselines(current_coupling.session, coupling_ids).items()}
