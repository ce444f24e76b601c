"""What each system knows of the other's business: customer statistics to Sales, and what is open there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.endpoints.sales import Sales
from flask_coupling.endpoints.tally import Tally, count_rows
from flask_coupling.errors import CouplingNotFound, InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.mappings._activity import ACTIVITY
from flask_coupling.mappings._statistics import ACCOUNT_STATISTICS, AS_OF, LINKED_ACCOUNTS, STATISTICS_LINK
from flask_coupling.models import JobKind
from flask_coupling.permissions import require
from flask_coupling.sync.link import Link, chunks, read_links
from flask_coupling.sync.statistics import Statistics, push_statistics

from .inactivity import note_run
from .runs import make_run
from .setting import effective_mappings, enabled_connection, find_mapping
from .synchronization import start
from .views import AccountActivity, JobView

CUSTOMER = "CUSTOMER"
MOST_COUNTED = 500
"""Couplings whose open business is counted at once."""

_STATISTICS = Statistics(ACCOUNT_STATISTICS, LINKED_ACCOUNTS, STATISTICS_LINK, AS_OF)


def update_statistics(connection: str, coupling_ids: Sequence[int] | None = None, *, wait: bool = False) -> JobView:
    """Bring the account statistics in Sales up to date, of all coupled customers or of these couplings; the job.

    Only what differs is written, and a customer's data and its coupling are left alone. A customer or account that is
    gone is one failed record of the job. `wait` runs it here and now. Raises JobRunningConflictError while those of all
    customers are being updated already.
    """
    require("synchronize", connection=connection, mapping=CUSTOMER)
    enabled_connection(connection)
    return start_statistics(connection, coupling_ids, inline=wait)


def start_statistics(
    connection: str, coupling_ids: Sequence[int] | None = None, *, inline: bool, requested_by: str | None = None
) -> JobView:
    """Start the job of `update_statistics`, asked for by another than the one who asks us; asks no permission."""
    found = find_mapping(connection, CUSTOMER)
    way = Direction.TO_SALES.value
    if coupling_ids is not None:
        ids = _checked_ids(connection, coupling_ids)
        return start(connection, found.name, JobKind.STATISTICS, way, {"coupling_ids": ids}, inline=inline)
    return start(
        connection,
        found.name,
        JobKind.STATISTICS,
        way,
        {},
        inline=inline,
        requested_by=requested_by,
        only_one=ACCOUNT_STATISTICS.name,
    )


def run_statistics(context: JobContext) -> None:
    """The work of the job."""
    job, ids = context.job, context.job.payload.get("coupling_ids")
    row = enabled_connection(job.connection)
    run = make_run(context, row, find_mapping(job.connection, job.mapping))
    push_statistics(run, _STATISTICS, ids)
    if ids is None and not context.stop_requested():
        note_run(job.connection, ACCOUNT_STATISTICS.name, job.requested_by, run.counters)


def count_activity(connection: str, coupling_ids: Sequence[int]) -> Mapping[int, AccountActivity]:
    """How much is open in Sales for these couplings' accounts, by coupling id, in one request.

    Opportunities, quotes and orders that are not closed, and active cases. Raises CouplingNotFound, or InputInvalid
    for a coupling that is not of an account.
    """
    require("view", connection=connection)
    row = enabled_connection(connection)
    links = _account_links(connection, coupling_ids)
    sales = cast(Sales, current_coupling.endpoints(row)[1])
    tallies = [Tally(table, column, where) for table, column, where in ACTIVITY.values()]
    counted = count_rows(sales, tallies, [link.sales_id for link in links])
    return {link.id: _activity(link, counted) for link in links}


def _activity(link: Link, counted: Sequence[Mapping[str, int]]) -> AccountActivity:
    numbers = {name: each.get(link.sales_id, 0) for name, each in zip(ACTIVITY, counted, strict=True)}
    return AccountActivity(coupling_id=link.id, **numbers)


def _account_links(connection: str, ids: Sequence[int]) -> list[Link]:
    if len(ids) > MOST_COUNTED:
        detail = f"at most {MOST_COUNTED} accounts can be counted for at once"
        raise InputInvalid(detail=detail, errors={"ids": [detail]})
    found = {link.id: link for mapping in _of_accounts(connection) for link in _read(connection, mapping.name, ids)}
    for id in ids:
        if id not in found:
            raise CouplingNotFound(id=id)
    return [found[id] for id in dict.fromkeys(ids)]


def _of_accounts(connection: str) -> list[TableMapping]:
    return [each for each in effective_mappings(connection).values() if each.table(Side.SALES).name == "accounts"]


def _read(connection: str, mapping: str, ids: Sequence[int]) -> list[Link]:
    session = current_coupling.session
    return [link for part in chunks(list(ids)) for link in read_links(session, connection, mapping, "id", part)]


def _checked_ids(connection: str, ids: Sequence[int]) -> list[int]:
    known = {link.id for link in _read(connection, CUSTOMER, ids)}
    for id in ids:
        if id not in known:
            raise CouplingNotFound(id=id)
    return list(dict.fromkeys(ids))
