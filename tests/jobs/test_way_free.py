"""Putting a job in while the one in its way ends: the way is free, and nobody sees the database's own error."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction

from flask_coupling.errors import JobRunningConflictError
from flask_coupling.models import JobState, SynchJob
from flask_coupling.state import CouplingState

from .conftest import add_job, job_row


def end_job_at_rollback(host: CouplingState, job_id: str, number: int) -> None:
    """Let the job end between the n-th refusal of the database and the question who is in the way."""
    seen = 0

    def end(session: Session, transaction: SessionTransaction) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            over = sa.update(SynchJob).where(SynchJob.id == job_id).values(state=JobState.FINISHED, running_key=None)
            with host.db_engine.begin() as connection:
                connection.execute(over)

    sa.event.listen(host.session(), "after_soft_rollback", end)


@pytest.mark.parametrize("number", [1, 3])
def test_a_job_that_ends_while_another_is_put_in_is_not_in_the_way(host: CouplingState, number: int) -> None:
    first = add_job(host, lambda context: None, whole=True)
    end_job_at_rollback(host, first, number)
    second = add_job(host, whole=True)
    assert job_row(host, second).state == JobState.READY


def test_a_job_that_goes_on_stays_in_the_way(host: CouplingState) -> None:
    add_job(host, lambda context: None, whole=True)
    with pytest.raises(JobRunningConflictError):
        add_job(host, whole=True)
