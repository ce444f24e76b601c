"""Couple records that were found, to be synchronized later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.models.savepoint import savepoint

from .bulk import insert_columns
from .labels import Labels, label_columns
from .ledger import Ledger
from .link import couplings


def link_records(ledger: Ledger, pairs: Sequence[tuple[Record, Record]], source: Side | None = None) -> list[str]:
    """Couple these, to be synchronized later; returns the Business Central ids of the coupled. The caller commits.

    `source` is the side whose data counts then. A record that was coupled meanwhile keeps its coupling.
    """
    ids = [(bc.id, sales.id) for bc, sales in pairs]
    return link_ids(ledger, ids, label_columns(pairs, ledger.mapping), source)


def link_ids(ledger: Ledger, ids: Sequence[tuple[str, str]], labels: Labels, source: Side | None = None) -> list[str]:
    """The same of records of which no more is known than their ids and what stands in the coupling's `labels`."""
    common = {
        **ledger.key,
        "created_at": ledger.clock(),
        "unsettled": True,
        "source": source.value if source is not None else None,
        "job_id": ledger.job_id or None,
    }
    columns: dict[str, Sequence[Any]] = {"bc_id": [bc for bc, _ in ids], "sales_id": [sales for _, sales in ids]}
    return _link(ledger, {**columns, **labels}, common)


def _link(ledger: Ledger, columns: Mapping[str, Sequence[Any]], common: Mapping[str, Any]) -> list[str]:
    """Insert all of them; where some were coupled meanwhile, the halves tell which."""
    ids = list(columns["bc_id"])
    if _insert(ledger, columns, common):
        return ids
    if len(ids) == 1:
        return []
    half = len(ids) // 2
    first = {name: column[:half] for name, column in columns.items()}
    second = {name: column[half:] for name, column in columns.items()}
    return _link(ledger, first, common) + _link(ledger, second, common)


def _insert(ledger: Ledger, columns: Mapping[str, Sequence[Any]], common: Mapping[str, Any]) -> bool:
    """Insert all or, where one was coupled meanwhile, none."""
    try:
        with savepoint(ledger.session):
            insert_columns(ledger.session, couplings, columns, common)
    except IntegrityError:
        return False
    return True
