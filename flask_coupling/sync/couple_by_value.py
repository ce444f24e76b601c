"""Couple a small table by equal values, as soon as records refer to it (currencies by their code)."""

from __future__ import annotations

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.match import match, unique_pairs
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side

from .carry_out import Services
from .ledger import Ledger
from .link import read_links


def couple_by_value(mapping: TableMapping, services: Services, ledger: Ledger) -> int:
    """Couple the records of `mapping` that match uniquely on both sides and are free; returns how many.

    Costs one reading of both tables; both are small. The caller commits.
    """
    theirs = Ledger(ledger.session, ledger.connection, mapping, ledger.job_id, ledger.clock)
    rows = {side: _free(side, mapping, services, theirs) for side in Side}
    pairs = unique_pairs(match(rows[Side.BC].values(), rows[Side.SALES].values(), mapping, {}))
    return theirs.link_records([(rows[Side.BC][bc], rows[Side.SALES][sales]) for bc, sales in pairs])


def _free(side: Side, mapping: TableMapping, services: Services, ledger: Ledger) -> dict[str, Record]:
    """The records of one side that take part in the mapping and are not coupled."""
    pages = services.of(side).changes(mapping.view(side), None)
    rows = {record.id: record for page in pages for record in page.records if mapping.filter(side).admits(record)}
    taken = read_links(ledger.session, ledger.connection, mapping.name, f"{side.value}_id", list(rows))
    for link in taken:
        rows.pop(link.id_of(side), None)
    return rows
