"""What an earlier attempt of the same job has handled, so that a job that goes on handles and counts nothing twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from flask_coupling.models import SynchJobError, table_of

from .ledger import Ledger
from .link import couplings

errors = table_of(SynchJobError)


@dataclass(frozen=True, slots=True)
class Handled:
    """Couplings by id, the records coupled by them, and the records that failed; nothing in a job's first attempt."""

    links: frozenset[int] = frozenset()
    coupled: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()


def read_handled(ledger: Ledger) -> Handled:
    """What the job has stored so far."""
    c, e = couplings.c, errors.c
    of_job = (c.connection == ledger.connection, c.mapping == ledger.mapping.name, c.job_id == ledger.job_id)
    was_compared = c.bc_etag.is_not(None) | c.error_code.is_not(None)  # not only coupled, by their values
    links = ledger.session.execute(select(c.id, c.bc_id, c.sales_id).where(*of_job, was_compared)).all()
    failed = ledger.session.execute(select(e.bc_id, e.sales_id).where(e.job_id == ledger.job_id)).all()
    return Handled(
        links=frozenset(row.id for row in links),
        coupled=frozenset(id for row in links for id in (row.bc_id, row.sales_id)),
        failed=frozenset(id for row in failed for id in row if id is not None),
    )


def forget_log(ledger: Ledger) -> None:
    """Empty the job's log: it begins anew. The caller commits."""
    ledger.session.execute(delete(errors).where(errors.c.job_id == ledger.job_id))
