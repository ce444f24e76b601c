"""Store new partners of records that had none, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError

from flask_coupling.core.action import Couple, Insert
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record, Values
from flask_coupling.core.side import Side
from flask_coupling.models.savepoint import savepoint

from .baseline import snapshot_texts
from .bulk import insert_columns
from .failures import cure
from .history import entries, record_history
from .intents import drop_intents
from .labels import label_columns
from .ledger import Ledger
from .link import couplings
from .work import Work


class Made(NamedTuple):
    """A record, the partner that was created for it, what is remembered of the record (JSON), and what was sent."""

    source: Record
    made: Record
    text: str
    values: Values

    def ends(self, side: Side) -> tuple[Record, Record]:
        """Business Central's record and that of Sales; `side` is the source's."""
        return (self.source, self.made) if side is Side.BC else (self.made, self.source)

    def as_work(self, side: Side) -> Work:
        """The same as the ordinary way has it."""
        pair = Pair(self.source, None) if side is Side.BC else Pair(None, self.source)
        couple = Couple(pair.bc.id if pair.bc else None, pair.sales.id if pair.sales else None)
        planned = Plan(pair, (Insert(side.other, self.values), couple))
        return Work(planned, None, written={side.other: self.made}, texts={side: self.text})


def store_made(ledger: Ledger, side: Side, made: Sequence[Made]) -> list[Work]:
    """Store couplings with their baselines, and the history; `side` is that of the sources.

    Where one of them was coupled by somebody else meanwhile nothing is stored, and all come back as works.
    """
    if not made:
        return []
    target = side.other
    remembered = ledger.mapping.remembered(target)
    texts = snapshot_texts((each.made for each in made), remembered)
    try:
        _couple(ledger, side, made, texts)
    except IntegrityError:
        return [each.as_work(side) for each in made]
    ids = [each.source.id for each in made]
    drop_intents(ledger.session, ledger.key, target, ids)
    cure(ledger.session, ledger.key, side, ids)
    _tell(ledger, side, made, texts)
    return []


def _couple(ledger: Ledger, side: Side, made: Sequence[Made], texts: Sequence[str]) -> None:
    ends = [each.ends(side) for each in made]
    told = {side: [each.text for each in made], side.other: texts}
    columns: dict[str, Sequence[Any]] = {
        "bc_id": [bc.id for bc, _ in ends],
        "sales_id": [sales.id for _, sales in ends],
        "bc_etag": [bc.etag for bc, _ in ends],
        "sales_etag": [sales.etag for _, sales in ends],
        "bc_values": told[Side.BC],
        "sales_values": told[Side.SALES],
        **label_columns(ends, ledger.mapping),
    }
    common = {**ledger.common(ledger.clock()), "unsettled": False}
    with savepoint(ledger.session):
        insert_columns(ledger.session, couplings, columns, common, ready=("bc_values", "sales_values"))


def _tell(ledger: Ledger, side: Side, made: Sequence[Made], texts: Sequence[str]) -> None:
    if ledger.mapping.cut_fields:  # a text that was cut is told of, so each is looked at
        works = [each.as_work(side) for each in made]
        told = ledger.session, ledger.key, ledger.mapping, ledger.job_id, ledger.requested_by
        return record_history(*told, works, ledger.clock())
    ends = [each.ends(side) for each in made]
    columns: dict[str, Sequence[Any]] = {
        "bc_id": [bc.id for bc, _ in ends],
        "sales_id": [sales.id for _, sales in ends],
        "fields": [_first(each, text, ledger.mapping, side.other) for each, text in zip(made, texts, strict=True)],
    }
    what = {"side": side.other.value, "action": "insert", "reason": "new"}
    who = {**ledger.key, "job_id": ledger.job_id, "requested_by": ledger.requested_by, "at": ledger.clock()}
    insert_columns(ledger.session, entries, columns, {**who, **what}, ready=("fields",))


def _first(each: Made, text: str, mapping: TableMapping, side: Side) -> str:
    """What a new row began with: the values of its baseline, and those that were written besides (constants)."""
    if each.values.keys() <= mapping.remembered_set(side):
        return text
    names = dict.fromkeys([*mapping.remembered(side), *each.values])
    return snapshot_texts([each.made], tuple(names))[0]
