"""Settle the creates whose answer is missing: find the row that was made and couple it, or allow a new attempt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from flask_coupling.core.record import Record, is_kept
from flask_coupling.core.side import Side
from flask_coupling.models.savepoint import savepoint

from .carry_out import Services
from .history import record_found
from .intents import Intent, drop_intents, open_intents
from .labels import labels
from .ledger import Ledger
from .link import couplings, read_links
from .uncoupled import left_alone
from .under_way import UNANSWERED

SKEW = timedelta(minutes=10)
"""By as much a service's clock may differ from ours."""


def recover_creates(services: Services, ledger: Ledger) -> int:
    """Look up what unanswered creates made, and couple it; returns how many pairs were found.

    The baseline of such a pair is what was sent and what it was made from, so that whatever users have changed since
    counts as their edit. One that is not found is forgotten once it cannot be carried out any more, and the record is
    new again. The caller commits.
    """
    waiting = [intent for intent in open_intents(ledger.session, ledger.key, ledger.job_id) if not intent.is_running]
    recovered = 0
    for side in Side:
        mine = [intent for intent in waiting if intent.side is side]
        if mine:
            recovered += _recover_side(side, mine, services, ledger)
    return recovered


def _recover_side(side: Side, intents: list[Intent], services: Services, ledger: Ledger) -> int:
    sources = services.of(side.other).get_many(services.view(side.other), [each.source_id for each in intents])
    made = _by_id(side, intents, services) | _by_values(side, intents, services, ledger)
    recovered, found, settled = 0, [], []
    for intent in intents:
        if target := made.get(intent.source_id):
            recovered += _couple(intent, sources.get(intent.source_id), target, ledger)
            found.append(intent.source_id)
        elif ledger.clock() - intent.created_at > UNANSWERED:
            settled.append(intent.source_id)
    drop_intents(ledger.session, ledger.key, side, found + settled)
    ledger.forget_failures(side.other, found)
    return recovered


def _couple(intent: Intent, source: Record | None, target: Record, ledger: Ledger) -> bool:
    """Store the pair; False when one of the two was coupled otherwise meanwhile.

    The source has a coupling already where the create was to restore its partner. One that was deleted meanwhile is
    coupled all the same: its partner would else be taken for a new record, and bring it back.
    """
    row = _row(intent, source, target, ledger)
    column = f"{intent.side.other.value}_id"
    known = read_links(ledger.session, ledger.connection, ledger.mapping.name, column, [intent.source_id])
    statement = update(couplings).where(couplings.c.id == known[0].id) if known else insert(couplings)
    if not known:
        row |= {**ledger.key, "created_at": ledger.clock()}
    try:
        with savepoint(ledger.session):
            ledger.session.execute(statement.values(row))
    except IntegrityError:
        return False
    ends = {"bc_id": row["bc_id"], "sales_id": row["sales_id"]}
    told = {"job_id": intent.job_id, "at": intent.created_at, "reason": "restored" if known else "new"}
    record_found(ledger.session, ledger.key, intent.side, ends, intent.values, told)
    return True


def _row(intent: Intent, source: Record | None, target: Record, ledger: Ledger) -> dict[str, Any]:
    """The coupling's columns; the empty etags say that both rows have to be looked at."""
    bc, sales = (target, source) if intent.side is Side.BC else (source, target)
    sent = {name: intent.values.get(name) for name in ledger.mapping.mapped(intent.side)}
    values = {intent.side: sent, intent.side.other: intent.source_values}
    return {
        f"{intent.side.value}_id": target.id,
        f"{intent.side.other.value}_id": intent.source_id,
        "bc_etag": "",
        "sales_etag": "",
        "bc_values": dict(values[Side.BC]),
        "sales_values": dict(values[Side.SALES]),
        "unsettled": True,
        "job_id": ledger.job_id,
        **labels(bc, sales, ledger.mapping),
    }


def _by_id(side: Side, intents: list[Intent], services: Services) -> dict[str, Record]:
    """What was made under an id we chose, by source id."""
    chosen = {intent.target_id: intent.source_id for intent in intents if intent.target_id is not None}
    if not chosen:
        return {}
    rows = services.of(side).get_many(services.view(side), list(chosen))
    return {chosen[id]: record for id, record in rows.items()}


def _by_values(side: Side, intents: list[Intent], services: Services, ledger: Ledger) -> dict[str, Record]:
    """What was made under an id the service chose: a row that never was coupled and looks like what was sent."""
    title = services.view(side).table.title
    unknown = [intent for intent in intents if intent.target_id is None and intent.values.get(title)]
    if not unknown:
        return {}
    names = list(dict.fromkeys(str(intent.values[title]).strip() for intent in unknown))
    rows = services.of(side).find(services.view(side), title, names)
    column = f"{side.value}_id"
    coupled = read_links(ledger.session, ledger.connection, ledger.mapping.name, column, [row.id for row in rows])
    known = {link.id_of(side) for link in coupled}
    known |= left_alone(ledger.session, ledger.key, side, [row.id for row in rows])  # it was there before
    free = {row.id: row for row in rows if row.id not in known}
    made: dict[str, Record] = {}
    for looks_like in (_holds, _was_edited):
        for intent in unknown:
            found = [row for row in free.values() if intent.source_id not in made and looks_like(row, intent, title)]
            if found:
                made[intent.source_id] = free.pop(found[0].id)
    return made


def _holds(record: Record, intent: Intent, title: str) -> bool:
    """Whether a row has every value that was sent, as far as services keep them: they trim, and change the case."""
    return all(
        is_kept(record.values.get(name), value) for name, value in intent.values.items() if name in record.values
    )


def _was_edited(record: Record, intent: Intent, title: str) -> bool:
    """Whether a row has the name that was sent and was changed since: somebody may have edited it already."""
    if not is_kept(record.values.get(title), intent.values.get(title)):
        return False
    try:
        modified = datetime.fromisoformat(record.modified_on)
    except ValueError:
        return False
    return modified.tzinfo is not None and modified > intent.created_at - SKEW


def without_unanswered(side: Side, records: list[Record], ledger: Ledger) -> list[Record]:
    """The records that are not, as far as can be told, what an unanswered create made: those wait to be recovered."""
    waiting = open_intents(ledger.session, ledger.key, "", side) if records else []
    if not waiting:
        return records
    title = ledger.mapping.table(side).title
    chosen = {intent.target_id for intent in waiting}
    unknown = [intent for intent in waiting if intent.target_id is None]
    return [record for record in records if record.id not in chosen and not _may_be_one(record, unknown, title)]


def _may_be_one(record: Record, intents: list[Intent], title: str) -> bool:
    return any(_holds(record, each, title) or _was_edited(record, each, title) for each in intents)
