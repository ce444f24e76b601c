"""Signals a host may listen to; each is sent with the Flask app as sender, after the database transaction it tells of.

A listener that raises does not undo what happened. Connect as with Flask's own signals:

    @record_synchronized.connect_via(app)
    def tell(sender, *, connection, mapping, coupling_id, counter, **_): ...
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

record_synchronized = _signals.signal("record-synchronized")
"""A coupled pair was written: `connection`, `mapping`, `coupling_id`, `bc_id`, `sales_id`, `counter`, `job_id`."""

conflict_opened = _signals.signal("conflict-opened")
"""A pair waits for a person: `connection`, `mapping`, `coupling_id`, `kind`, `fields` (names), `job_id`."""

record_failed = _signals.signal("record-failed")
"""A record could not be handled: `connection`, `mapping`, `coupling_id` (or None), `error`, `job_id`."""

job_finished = _signals.signal("job-finished")
"""A job is over: `job_id`, `connection`, `mapping`, `kind`, `state`, `counters` (a mapping), `message` (or None)."""
