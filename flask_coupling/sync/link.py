"""A coupling as the engine handles it: a plain value, read many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Result, Select, bindparam, delete, func, select
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.record import Baseline, Snapshot
from flask_coupling.core.side import Side
from flask_coupling.models import Coupling, table_of
from flask_coupling.models.prepared import Prepared, prepare

from .bulk import IN_LIMIT
from .seen import Seen

T = TypeVar("T")

AnySession = Session | scoped_session[Session]

couplings = table_of(Coupling)


class Link(NamedTuple):
    """The light part of a coupling row; the etags are those of the last agreement, None before the first."""

    id: int
    bc_id: str
    sales_id: str
    bc_etag: str | None
    sales_etag: str | None
    source: str | None
    unsettled: bool
    paused: bool

    def id_of(self, side: Side) -> str:
        """The record's id on one side."""
        return self.bc_id if side is Side.BC else self.sales_id

    def etag_of(self, side: Side) -> str | None:
        """The etag one side had when the pair last agreed."""
        return self.bc_etag if side is Side.BC else self.sales_etag


_LIGHT = tuple(couplings.c[name] for name in Link._fields)


def chunks(items: Sequence[T], size: int = IN_LIMIT) -> Iterator[Sequence[T]]:
    """Yield the items in parts of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def read_links(
    session: Session | scoped_session[Session], connection: str, mapping: str, column: str, values: Iterable[Any]
) -> list[Link]:
    """Return the couplings whose `column` (id, bc_id, sales_id) is among the values, in no promised order."""
    found: list[Link] = []
    for part in chunks(list(values)):
        if len(part) > _FEW:
            found += _links(_among(session.connection(), connection, mapping, column, part))
        else:
            found += _links(session.execute(_of(connection, mapping).where(couplings.c[column].in_(part))))
    return found


_FEW = 100
"""Values up to which a query is made for them; for more it is made once, with room for all that one may have."""


def _among(line: Connection, connection: str, mapping: str, column: str, values: Sequence[Any]) -> CursorResult[Any]:
    rest = (values[-1] for _ in range(IN_LIMIT - len(values)))  # what is named again is not found again
    told = dict(zip(_PLACES, (*values, *rest), strict=True))
    query = _reading(line.dialect, column)
    return query.execute(line, {**told, "b_connection": connection, "b_mapping": mapping})


_PLACES = [f"b_{place}" for place in range(IN_LIMIT)]


@lru_cache(maxsize=8)
def _reading(dialect: Dialect, column: str) -> Prepared:
    c = couplings.c
    of_mapping = (c.connection == bindparam("b_connection"), c.mapping == bindparam("b_mapping"))
    query = select(*_LIGHT).where(*of_mapping, c[column].in_([bindparam(name) for name in _PLACES]))
    names = {**dict.fromkeys(_PLACES, column), "b_connection": "connection", "b_mapping": "mapping"}
    return prepare(query, dialect, couplings, names, {})


def read_links_within(
    session: Session | scoped_session[Session], mapping: str, parents: Sequence[int]
) -> dict[int, list[Link]]:
    """Return the couplings of lines by that of their document, in order of coupling."""
    found: dict[int, list[Link]] = {}
    for part in chunks(parents):
        query = select(couplings.c.parent_id, *_LIGHT).where(couplings.c.parent_id.in_(part))
        for row in session.execute(query.where(couplings.c.mapping == mapping).order_by(couplings.c.id)):
            found.setdefault(row[0], []).append(Link(*row[1:]))
    return found


def with_lines(session: Session | scoped_session[Session], ids: Sequence[int]) -> list[int]:
    """Return these couplings and those of their lines."""
    parts = (select(couplings.c.id).where(couplings.c.parent_id.in_(part)) for part in chunks(ids))
    return [*ids, *(id for query in parts for id in session.scalars(query))]


def forget_lines(session: Session | scoped_session[Session], parents: Sequence[int]) -> None:
    """Delete the couplings of the lines of these documents."""
    for part in chunks(parents):
        session.execute(delete(couplings).where(couplings.c.parent_id.in_(part)))


def read_unsettled(session: Session | scoped_session[Session], connection: str, mapping: str) -> list[Link]:
    """Return the couplings that something is left to do for."""
    query = _of(connection, mapping).where(couplings.c.unsettled, ~couplings.c.paused).order_by(couplings.c.id)
    return _links(session.execute(query))


def read_after(
    session: Session | scoped_session[Session],
    connection: str,
    mapping: str,
    after: int,
    limit: int,
    newest: int | None = None,
) -> list[Link]:
    """Return up to `limit` couplings with a greater id than `after`, but not than `newest`, in order of id."""
    query = _of(connection, mapping).where(couplings.c.id > after).order_by(couplings.c.id).limit(limit)
    if newest is not None:
        query = query.where(couplings.c.id <= newest)
    return _links(session.execute(query))


def coupled_with(session: AnySession, key: Mapping[str, str], column: str, values: Sequence[str]) -> Iterator[int]:
    """Yield the ids of the couplings whose `column` (bc_id, sales_id) is among the values; reads its index alone."""
    held = couplings.c[column]
    query = select(couplings.c.id).where(*(couplings.c[name] == value for name, value in key.items()))
    for part in chunks(values):
        yield from (id for (id,) in _raw(session.execute(query.where(held.in_(part)))))


def read_unseen(session: AnySession, connection: str, mapping: str, column: str, seen: Seen) -> list[int]:
    """Return the couplings that are not among the `seen`.

    SQLite reads the index of `column` (bc_id, sales_id) and no row.
    """
    held = couplings.c[column]
    of_mapping = (couplings.c.connection == connection, couplings.c.mapping == mapping)
    unseen: list[int] = []
    after = ""
    while True:
        query = select(held, couplings.c.id).where(*of_mapping, held > after).order_by(held).limit(_SCANNED)
        rows = _raw(session.execute(query))
        unseen += [id for _, id in rows if id not in seen]
        if len(rows) < _SCANNED:
            return unseen
        after = rows[-1][0]


_SCANNED = 10_000


def last_id(session: Session | scoped_session[Session]) -> int:
    """The id of the newest coupling of all, 0 when there is none."""
    return session.scalar(select(func.max(couplings.c.id))) or 0


def count_links(session: Session | scoped_session[Session], connection: str, mapping: str) -> int:
    """How many couplings a table mapping has."""
    query = select(func.count()).select_from(couplings)
    of_mapping = (couplings.c.connection == connection, couplings.c.mapping == mapping)
    return session.scalar(query.where(*of_mapping)) or 0


def read_baselines(session: Session | scoped_session[Session], ids: Sequence[int]) -> dict[int, Baseline]:
    """Return the baselines of couplings by coupling id; one never synchronized is missing from the answer."""
    c = couplings.c
    found: dict[int, Baseline] = {}
    for part in chunks(ids):
        query = select(c.id, c.bc_etag, c.bc_values, c.sales_etag, c.sales_values)
        for row in session.execute(query.where(c.id.in_(part), c.bc_values.is_not(None))):
            found[row.id] = Baseline(Snapshot(row.bc_etag, row.bc_values), Snapshot(row.sales_etag, row.sales_values))
    return found


def read_columns(session: AnySession, ids: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return these columns (of plain text) of couplings by coupling id."""
    query = select(couplings.c.id, *(couplings.c[name] for name in names))
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        for id, *values in _raw(session.execute(query.where(couplings.c.id.in_(part)))):
            found[id] = dict(zip(names, values, strict=True))
    return found


def synchronized_since(session: Session | scoped_session[Session], ids: Sequence[int], moment: datetime) -> list[int]:
    """Those of these couplings whose baseline is younger than a moment of our clock."""
    c = couplings.c
    parts = (select(c.id).where(c.id.in_(part), c.synchronized_at > moment) for part in chunks(ids))
    return [id for query in parts for id in session.scalars(query)]


def read_references(
    session: Session | scoped_session[Session],
    connection: str,
    mapping: str,
    held_column: str,
    told_column: str,
    values: Sequence[Any],
) -> dict[Any, str]:
    """Return what stands on the other side for references to records of `mapping`; values not coupled are missing.

    The columns are those of a coupling that the asking and the answering side's fields hold: its id, or its
    reference where that is something else (a code).
    """
    held, wanted = couplings.c[held_column], couplings.c[told_column]
    found: dict[Any, str] = {}
    for part in chunks(values):
        of_mapping = (couplings.c.connection == connection, couplings.c.mapping == mapping)
        query = select(held, wanted).where(*of_mapping, held.in_(part), wanted.is_not(None))
        found.update((row[0], row[1]) for row in session.execute(query))
    return found


def _of(connection: str, mapping: str) -> Select[Any]:
    return select(*_LIGHT).where(couplings.c.connection == connection, couplings.c.mapping == mapping)


def _links(result: Result[Any]) -> list[Link]:
    return list(map(Link._make, _raw(result)))


def _raw(result: Result[Any]) -> list[Any]:
    """The rows as the driver gives them: of texts and whole numbers, which need no conversion, and flags (0 or 1)."""
    assert isinstance(result, CursorResult) and result.cursor is not None
    rows = list(result.cursor.fetchall())
    result.close()
    return rows
