"""Lists as CSV files: the records of one side, the couplings, the errors of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response, stream_with_context

from flask_coupling.globals import current_coupling
from flask_coupling.operations import couplings, jobs, mappings
from flask_coupling.operations.views import CouplingView, JobErrorView, RecordRow, Slice
from flask_coupling.spreadsheet import CSV, Page, write_pages

from .. import ui
from ..language import moment, shown, text
from ..problems import hint_of
from ..words import OTHER, SIDES, word
from .columns import chosen_columns, partner_values
from .lists import RECORD_STATES, STATES, asked

Read = Callable[..., Slice[Any]]
Cells = Callable[[Sequence[Any]], list[Sequence[str]]]


def record_export(connection: str, mapping: str, side: str) -> Response:
    """What the list of one side shows with its search and filter, all pages of it, with every mapped field.

    The partner's columns that the list shows follow, with what they held when they were last synchronized.
    """
    view, wanted = mappings.get_mapping(connection, mapping), asked(RECORD_STATES)
    fields = [(str(getattr(each, side)), text(each.caption)) for each in view.fields if getattr(each, side)]
    others = [each for each in chosen_columns(view, side) if each.side != side]
    header = ["id", text("No."), text("Name"), text("State"), text("Partner in %(system)s", system=SIDES[OTHER[side]])]
    header += [caption for _, caption in fields]
    header += [f"{text(each.caption)} ({SIDES[each.side]})" for each in others]

    def cells(row: RecordRow, known: Mapping[str, Any]) -> Sequence[str]:
        values = [row.values.get(name) for name, _ in fields] + [known.get(each.name) for each in others]
        return [row.id, row.number, row.title, *_coupled(row, side), *map(_plain, values)]

    def all_cells(rows: Sequence[RecordRow]) -> list[Sequence[str]]:
        partners = partner_values(connection, others, side, rows)
        return [cells(row, partners.get(row.coupling.id, {}) if row.coupling else {}) for row in rows]

    def read(**page: Any) -> Slice[RecordRow]:
        return mappings.list_records(connection, mapping, side, **wanted.options, **page)

    return _give(f"{mapping}-{side}", header, read, all_cells)


def coupling_export(connection: str, mapping: str) -> Response:
    """What the list of couplings shows with its search and filter, all pages of it."""
    wanted = asked(STATES)
    header = [text("No."), SIDES["bc"], SIDES["sales"], text("State"), text("Last synchronized"), text("Error")]

    def cells(row: CouplingView) -> Sequence[str]:
        problem = ui.message(row.problem, mapping) if row.problem else ""
        names = (row.bc_number, row.bc_title, row.sales_title)
        return [*names, word("state", row.state), moment(row.synchronized_at), problem]

    def read(**page: Any) -> Slice[CouplingView]:
        return couplings.list_couplings(connection, mapping, **wanted.options, **page)

    return _give(f"{mapping}-couplings", header, read, lambda rows: [cells(row) for row in rows])


def error_export(connection: str, id: str) -> Response:
    """The records a job failed on or set aside."""
    header = [text("Table"), text("Name"), text("State"), text("Error"), text("What to do")]

    def cells(row: JobErrorView) -> Sequence[str]:
        told = ui.message(row.problem, row.mapping), hint_of(row.problem)
        return [ui.caption(row.mapping), row.title, word("counter", row.counter), *told]

    def read(**page: Any) -> Slice[JobErrorView]:
        return jobs.job_errors(connection, id, **page)

    return _give(f"job-{id}", header, read, lambda rows: [cells(row) for row in rows])


def _coupled(row: RecordRow, side: str) -> tuple[str, str]:
    if row.coupling is None:
        return text("Not coupled"), ""
    return word("state", row.coupling.state), row.coupling.sales_title if side == "bc" else row.coupling.bc_title


def _plain(value: Any) -> str:
    """A value as a spreadsheet calculates with it: numbers without separators for thousands."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else shown(value)


def _give(name: str, header: Sequence[str], read: Read, cells: Cells) -> Response:
    answer = Response(stream_with_context(write_pages(header, _pages(read, cells))), mimetype=CSV)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def _pages(read: Read, cells: Cells) -> Iterator[Page]:
    cursor: str | None = None
    while True:
        found = read(cursor=cursor, limit=current_coupling.settings.list_limit)
        yield cells(found.rows)
        if (cursor := found.cursor) is None:
            return
