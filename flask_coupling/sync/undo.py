"""Undo: write back what stood before, where nobody has changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from flask_coupling.core.action import Action, Delete, Modify, Uncouple
from flask_coupling.core.change import changes
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record, Value, same_value
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import released, skip_foreign
from flask_coupling.errors import CouplingError, EditedSinceConflictError, OtherCompany, RecordNotFound, UndoImpossible
from flask_coupling.models import HistoryEntry, table_of

from .carry_out import Services
from .history import fields_of
from .ledger import Ledger
from .link import Link, chunks, read_links
from .observe import observe_links
from .work import Work

entries = table_of(HistoryEntry)


@dataclass(slots=True)
class Reversal:
    """What has to be taken back of one record: its entries, and for each property what must stand and what will.

    `made` says that the record itself was created by one of the entries, and is to be deleted.
    """

    side: Side
    record_id: str
    bc_id: str | None
    sales_id: str | None
    entries: list[int] = field(default_factory=list)
    values: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    made: bool = False
    problem: CouplingError | None = None


def plan_undo(services: Services, ledger: Ledger, ids: Sequence[int]) -> list[tuple[Work, Reversal]]:
    """Plan to take back these history entries; a record changed since, or one that cannot be, carries the problem.

    That a row was given or lost its company goes with its coupling, and is not taken back by itself.
    """
    column = _company(services.mapping)
    reversals = [each for each in _gather(_read(ledger, ids)) if each.made or each.values.keys() != {column}]
    links = _links(ledger, reversals)
    observed = {link.id: (pair, link) for pair, link in observe_links(list(links.values()), services, ledger) if link}
    planned = []
    for each in reversals:
        link = links.get((each.side, each.record_id))
        pair = observed[link.id][0] if link is not None else _alone(services, each)
        planned.append((_plan_one(each, pair, link, services.mapping), each))
    return planned


def mark_undone(ledger: Ledger, done: Iterable[Reversal]) -> None:
    """Note on the entries which job took them back."""
    ids = [id for each in done for id in each.entries]
    for part in chunks(ids):
        ledger.session.execute(update(entries).where(entries.c.id.in_(part)).values(undone_by=ledger.job_id))


def _read(ledger: Ledger, ids: Sequence[int]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for part in chunks(ids):
        query = select(entries).where(
            entries.c.id.in_(part),
            entries.c.connection == ledger.connection,
            entries.c.mapping == ledger.mapping.name,
            entries.c.undone_by.is_(None),
        )
        rows += [dict(row._mapping) for row in ledger.session.execute(query)]
    return sorted(rows, key=lambda row: row["id"], reverse=True)


def _gather(rows: Sequence[Mapping[str, Any]]) -> list[Reversal]:
    """Put the entries of one record together, newest first: what must stand is the newest, what will the oldest."""
    found: dict[tuple[Side | None, str | None], Reversal] = {}
    for row in rows:
        side = Side(row["side"]) if row["side"] else Side.BC
        record_id = row["bc_id"] if side is Side.BC else row["sales_id"]
        fresh = Reversal(side, record_id or "", row["bc_id"], row["sales_id"])
        each = found.setdefault((side, record_id), fresh)
        each.entries.append(row["id"])
        _take(each, row)
    return list(found.values())


def _take(each: Reversal, row: Mapping[str, Any]) -> None:
    if row["action"] not in ("modify", "insert"):
        each.problem = UndoImpossible(detail=f"the {row['action']} of a record")
        return
    each.made = each.made or row["action"] == "insert"
    for name, before, after in fields_of(row["action"], row["fields"]):
        standing = each.values[name][0] if name in each.values else after
        each.values[name] = (standing, before)


def _links(ledger: Ledger, reversals: Iterable[Reversal]) -> dict[tuple[Side, str], Link]:
    found: dict[tuple[Side, str], Link] = {}
    for side in Side:
        ids = [each.record_id for each in reversals if each.side is side]
        links = read_links(ledger.session, ledger.connection, ledger.mapping.name, f"{side.value}_id", ids)
        found.update({(side, link.id_of(side)): link for link in links})
    return found


def _alone(services: Services, each: Reversal) -> Pair:
    record = services.of(each.side).get(services.view(each.side), each.record_id)
    return Pair(record, None) if each.side is Side.BC else Pair(None, record)


def _plan_one(each: Reversal, pair: Pair, link: Link | None, mapping: TableMapping) -> Work:
    work = Work(Plan(pair), link, reason="undo")
    record = pair.of(each.side)
    work.problem = each.problem or _obstacle(each, record, mapping)
    if work.problem is not None or record is None:
        return work
    carried = {name for name, _ in _fields(each, mapping)}
    held = frozenset(change.field for change in changes(pair, mapping) if change.field not in carried)
    work.plan = Plan(pair, _actions(each, record, pair, mapping), held=held)
    return work


def _obstacle(each: Reversal, record: Record | None, mapping: TableMapping) -> CouplingError | None:
    """Why the record cannot be put back as it was, or None."""
    table = mapping.table(each.side)
    if record is None:
        return RecordNotFound(service=each.side.label, table=table.name, id=each.record_id)
    if foreign := skip_foreign(record, each.side, mapping):
        return OtherCompany(**dict(foreign.facts))
    moved = [name for name, (standing, _) in each.values.items() if _moved(record, name, standing)]
    moved = [name for name in moved if name != _company(mapping)]
    if not moved:
        return None
    title = str(record.values.get(table.title) or record.id)
    return EditedSinceConflictError(record=title, fields=", ".join(moved))


def _moved(record: Record, name: str, standing: Value) -> bool:
    return name in record.values and not same_value(record.values[name], standing)


def _fields(each: Reversal, mapping: TableMapping) -> list[tuple[str, str]]:
    """The field mappings concerned, with the property of the side written to."""
    names = {field.of(each.side): field.name for field, _ in mapping.pairs}
    return [(names[name] or "", name) for name in each.values if name in names]


def _company(mapping: TableMapping) -> str:
    """The column that says whose a row is: it goes with the coupling, and is not taken back while that stays."""
    return mapping.scope.column if mapping.scope is not None else ""


def _actions(each: Reversal, record: Record, pair: Pair, mapping: TableMapping) -> tuple[Action, ...]:
    if each.made:
        left = released(pair, mapping) if each.side is Side.BC else ()
        return (*left, Delete(each.side, record.id, record.etag), Uncouple("undo"))
    values = {name: before for name, (_, before) in each.values.items() if name != _company(mapping)}
    fields = tuple(name for name, _ in _fields(each, mapping))
    return (Modify(each.side, record.id, values, record.etag, fields),)
