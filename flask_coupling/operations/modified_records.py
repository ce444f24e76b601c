"""Synchronize modified records of all table mappings: one job, whose change feeds are opened together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page
from flask_coupling.globals import current_coupling, find_state
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.parts import read_parts, run_parts, sum_parts
from flask_coupling.jobs.queue import PartAsked
from flask_coupling.jobs.runner import run_job
from flask_coupling.models import Connection, JobKind
from flask_coupling.permissions import require
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.link import last_id
from flask_coupling.sync.place import Place
from flask_coupling.sync.run import Opened

from .full_synchronization import start_whole
from .runs import run_synchronization
from .setting import enabled_connection, fingerprint_of, whole_mappings
from .views import JobView


def synchronize_modified(connection: str, mappings: Sequence[str] | None = None) -> JobView:
    """Start a job that brings over what changed in all table mappings, or in these, one after the other; return it.

    Where nothing changed it costs one request to each service (and one more for each further API a table is read
    over). A part that fails keeps no other from being run. Raises JobRunningConflictError while a mapping is busy.
    """
    require("synchronize", connection=connection)
    enabled_connection(connection)
    known = whole_mappings(connection)
    chosen = [mapping for name, mapping in known.items() if mappings is None or name in mappings]
    payload = {"resolution": None}
    parts = [PartAsked(each.name, JobKind.SYNCHRONIZATION, each.direction.value, payload) for each in chosen]
    return start_whole(connection, JobKind.MODIFIED_RECORDS, {}, parts)


def run_modified_records(context: JobContext) -> None:
    """The work of the job: open all change feeds, then run the parts with them."""
    state, connection = find_state(), enabled_connection(context.job.connection)
    both = Services(*current_coupling.endpoints(connection), next(iter(current_coupling.mappings.values()))).apart()
    waiting = {part.id: part.mapping for part in read_parts(state, context.job.id) if not part.state.is_over}
    feeds = _open_feeds(context, connection, both, set(waiting.values()))
    earlier = context.job.requests - sum_parts(context.session, [context.job.id])[context.job.id]["requests"]

    def run_part(id: str) -> None:
        synchronize = partial(run_synchronization, opened=feeds.pop(waiting[id], None))
        with state.app.app_context():
            run_job(state, id, {**state.handlers, JobKind.SYNCHRONIZATION: synchronize})

    run_parts(context, state, run_part, requests=lambda: max(earlier, 0) + both.requests_made)


def _open_feeds(context: JobContext, connection: Connection, both: Services, names: set[str]) -> dict[str, Opened]:
    """The change feeds of the mappings that were read before, with their first pages; both services at once."""
    began, newest = current_coupling.clock(), last_id(context.session)
    mappings = [each for name, each in whole_mappings(connection.name).items() if name in names]
    cursors = {each.name: _cursors(context, connection, each) for each in mappings}
    known = [each for each in mappings if cursors[each.name]]
    context.session.rollback()

    def pages(side: Side) -> list[Iterator[Page]]:
        return both.of(side).changes_of([(each.view(side), cursors[each.name][side]) for each in known])

    if not known:
        return {}
    with ThreadPoolExecutor(max_workers=1) as pool:
        sales = pool.submit(pages, Side.SALES)
        opened = zip(known, pages(Side.BC), sales.result(), strict=True)
    return {each.name: Opened(began, newest, {Side.BC: bc, Side.SALES: theirs}) for each, bc, theirs in opened}


def _cursors(context: JobContext, connection: Connection, mapping: TableMapping) -> dict[Side, str]:
    """Where both sides were read up to; empty unless both were read under the present settings."""
    ledger = Ledger(context.session, connection.name, mapping, context.job.id, current_coupling.clock)
    stored = ledger.cursors(fingerprint_of(connection, mapping))
    found = {side: cursor for side, text in stored.items() if (cursor := Place.parse(text).cursor) is not None}
    return found if len(found) == len(Side) else {}
