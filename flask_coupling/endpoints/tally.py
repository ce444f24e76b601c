"""How many rows of several Dataverse tables belong to some records, counted by the service in one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_coupling.core.mapping import Table
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.errors import CouplingError, ServiceGarbled

from .batch import Part, Result
from .query import SALES_SPELLING, all_of, any_of, is_guid, render, wire_name, with_options
from .refusal import Subject
from .sales import Sales


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of `table` that pass `where`, to be counted by the record that the lookup `column` points to."""

    table: Table
    column: str
    where: TableFilter


def count_rows(sales: Sales, tallies: Sequence[Tally], ids: Sequence[str]) -> list[dict[str, int]]:
    """For each tally the numbers by id; an id without rows is missing. At most a few hundred ids fit one request."""
    wanted = [id for id in ids if is_guid(id)]
    parts = [(place, part) for place, tally in enumerate(tallies) for part in _parts(tally, wanted)]
    counts: list[dict[str, int]] = [{} for _ in tallies]
    if not parts:
        return counts
    results = sales.read_together(tallies[0].table, [part for _, part in parts])
    for (place, _), result in zip(parts, results, strict=True):
        counts[place] |= _read(sales, tallies[place], result)
    return counts


def _parts(tally: Tally, ids: Sequence[str]) -> list[Part]:
    wire, condition = wire_name(tally.table, tally.column), render(tally.table, tally.where, SALES_SPELLING)
    return [
        Part("GET", with_options(tally.table.name, apply=_grouped(wire, all_of(condition, of_some))))
        for of_some in any_of(tally.table, tally.column, ids, SALES_SPELLING, longest=8_000, most=100)
    ]


def _grouped(wire: str, condition: str) -> str:
    return f"filter({condition})/groupby(({wire}),aggregate($count as number))"


def _read(sales: Sales, tally: Tally, result: Result) -> dict[str, int]:
    if isinstance(result, CouplingError):
        raise result
    if not result.is_success:
        raise sales.transport.dialect.refusal(result.status, result.content, Subject(tally.table.name))
    rows: Any = result.content.get("value") if isinstance(result.content, dict) else None
    try:
        return {str(row[wire_name(tally.table, tally.column)]): int(row["number"]) for row in rows}
    except (TypeError, KeyError, ValueError) as error:
        raise ServiceGarbled(service=sales.side.label, detail="a count without its number") from error
