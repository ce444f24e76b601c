"""Synchronize modified records of all table mappings: one job, whose change feeds are opened together."""

from __future__ import annotations

from collections.abc import Sequence, Set

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.queue import PartAsked
from flask_coupling.models import Connection, JobKind
from flask_coupling.permissions import require
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.place import Place

from .full_synchronization import start_whole
from .opening import Cursors, run_opened
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
    connection = enabled_connection(context.job.connection)

    def choose(names: Set[str]) -> dict[str, Cursors]:
        """Those that were read before."""
        mappings = [each for name, each in whole_mappings(connection.name).items() if name in names]
        cursors = {each.name: _cursors(context, connection, each) for each in mappings}
        return {name: both for name, both in cursors.items() if both}

    run_opened(context, choose, is_whole=False)


def _cursors(context: JobContext, connection: Connection, mapping: TableMapping) -> Cursors:
    """Where both sides were read up to; empty unless both were read under the present settings."""
    ledger = Ledger(context.session, connection.name, mapping, context.job.id, current_coupling.clock)
    stored = ledger.cursors.read(fingerprint_of(connection, mapping))
    found = {side: cursor for side, text in stored.items() if (cursor := Place.parse(text).cursor) is not None}
    return found if len(found) == len(Side) else {}
