"""Tell the host what happened, after it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_coupling.core.plan import is_resolved
from flask_coupling.signals import conflict_opened, record_failed, record_synchronized

from .ledger import Ledger
from .problem import problem_of
from .work import Work

_WRITTEN = ("inserted", "modified", "deleted", "uncoupled")


def is_heard() -> bool:
    """Whether anybody listens."""
    return any(signal.receivers for signal in (record_synchronized, conflict_opened, record_failed))


def announce(sender: object, ledger: Ledger, works: Sequence[Work]) -> None:
    """Send the signals of a batch that is committed; where nobody listens nothing is made ready."""
    if not is_heard():
        return
    common: dict[str, Any] = {"connection": ledger.connection, "mapping": ledger.mapping.name, "job_id": ledger.job_id}
    for work in works:
        coupling_id = work.link.id if work.link is not None else None
        if work.counter in _WRITTEN:
            bc_id, sales_id = work.title_ids
            ends: dict[str, Any] = {"bc_id": bc_id, "sales_id": sales_id}
            record_synchronized.send(sender, coupling_id=coupling_id, counter=work.counter, **ends, **common)
        if work.plan.conflict is not None and not is_resolved(work.plan):
            fields = tuple(each.field for each in work.plan.conflict.fields)
            kind = work.plan.conflict.kind.value
            conflict_opened.send(sender, coupling_id=coupling_id, kind=kind, fields=fields, **common)
        elif work.counter == "failed":
            error = problem_of(work, ledger.describe)
            record_failed.send(sender, coupling_id=coupling_id, error=error, **common)
