"""What carries a job's id to where it is worked on, whichever queue does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from flask import Flask

Run = Callable[[str], None]
"""Works on the job of that id, in an app context of its own; never raises for what goes wrong in the job."""

Reap = Callable[[], int]
"""Delivers jobs again whose worker fell silent; returns how many."""


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """Whether jobs are being worked on. `waiting` counts ids not taken yet, None where the engine cannot tell."""

    name: str
    is_running: bool
    waiting: int | None = None
    detail: str = ""


@runtime_checkable
class JobEngine(Protocol):
    """Delivers job ids, at least once; what a job is and where it stands is in its row, not here."""

    in_background: bool
    """Whether jobs run elsewhere while the deliverer goes on; only then a job can wait, or be delivered again."""

    def bind(self, app: Flask, run: Run, reap: Reap) -> None:
        """Remember what a delivered id is given to; called once, by `init_app`."""
        ...

    def start(self) -> None:
        """Begin to work on jobs in this process; does nothing when that is under way already."""
        ...

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """Hand over a job's id, to be run soon and not before `eta`."""
        ...

    def stop(self) -> None:
        """Take no further job in this process, and wait for the present ones."""
        ...

    def health(self) -> EngineHealth:
        """Tell how the engine is doing."""
        ...
