"""Rows as shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flask_coupling.models import JobState, SynchJob
from flask_coupling.operations.show import show_job

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def job(state: JobState, done: int, total: int | None, **values: Any) -> SynchJob:
    defaults = {each.name: each.default.arg for each in SynchJob.__table__.columns if each.default is not None}
    known = {"payload": {}, "started_at": BEGAN, "created_at": BEGAN}
    return SynchJob(**{**defaults, **known, "state": state, "done": done, "total": total, **values})


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "row, rate, eta",
    [
        (job(JobState.IN_PROCESS, 50, 200), 0.5, 300),
        (job(JobState.IN_PROCESS, 50, None), 0.5, None),
        (job(JobState.IN_PROCESS, 200, 200), 2.0, 0),
        (job(JobState.IN_PROCESS, 0, 200), None, None),
        (job(JobState.IN_PROCESS, 50, 200, paused_seconds=75.0), 2.0, 75),
        (job(JobState.PAUSED, 50, 200, paused_at=after(25)), 2.0, None),
        (job(JobState.FINISHED, 50, 50, finished_at=after(10)), 5.0, None),
        (job(JobState.FINISHED, 50, 50, finished_at=BEGAN), None, None),
        (job(JobState.READY, 0, None, started_at=None), None, None),
    ],
)
def test_rate_and_remaining_time_leave_out_pauses(row: SynchJob, rate: float | None, eta: int | None) -> None:
    view = show_job(row, after(100))
    assert (view.rate, view.eta) == (rate, eta)


def test_what_ended_a_job_is_told_with_its_code() -> None:
    view = show_job(job(JobState.ERROR, 0, None, error_code="mass_change", message="Too much."), after(1))
    assert view.problem is not None and (view.problem.code, view.problem.message) == ("mass_change", "Too much.")
