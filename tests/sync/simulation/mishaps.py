"""What happens to a host besides crashes: its database comes from a backup, and what was done is delivered again."""

from __future__ import annotations

import sqlite3
from typing import Any, Protocol

import sqlalchemy as sa

from flask_coupling.models import Coupling, CreateIntent, JobState, SynchJob, WriteIntent

from .evidence import everything_stored
from .history import Event
from .invariants import Broken
from .memory_world import MemoryWorld
from .people import Act
from .processes import database
from .script import Script


class Stage(Protocol):
    """The simulation in which it happens."""

    script: Script
    world: MemoryWorld

    def run_delivered(self, job_id: str) -> None:
        """Let a process take a delivered id."""
        ...

    def run_whole_quietly(self) -> None:
        """A run of everything, in which nobody interferes and nothing goes wrong."""
        ...


class Mishaps:
    """Restored databases, and jobs and requests that come twice."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.script, self.world = stage, stage.script, stage.world
        self._backup: sqlite3.Connection | None = None
        self._coupled: set[tuple[str, str, bool]] = set()
        self._since = 0

    @property
    def acts(self) -> tuple[tuple[Act, int], ...]:
        """What may happen between runs, with how often."""
        return ((self.replay_job, 1), (self.replay_request, 1), (self.back_up, 1), (self.restore, 1))

    def replay_job(self) -> None:
        """10 and F32: the id of a job that is over is delivered again, as any knock may be; nothing happens."""
        with database().engine.connect() as connection:
            over = sa.select(SynchJob.id).where(SynchJob.finished_at.is_not(None)).order_by(SynchJob.created_at, "id")
            ids = list(connection.scalars(over))
            before = everything_stored(connection)
        if not ids:
            return
        self.script.note("F32 delivered again")
        events = self.world.history.now
        self.stage.run_delivered(self.script.random.choice(ids))
        with database().engine.connect() as connection:
            if everything_stored(connection) != before or self.world.history.now != events:
                raise Broken("10: a job that was over did something when it was delivered again")

    def replay_request(self) -> None:
        """10: a request that was carried out comes again; the services keep it from having an effect.

        No service can tell a create from a new one once its row was deleted: the user has to delete it again.
        """
        since = self.world.history.now
        if not self.world.replay():
            return
        for event in self.world.history.ours(since):
            if event.kind != "created" or not self._was_deleted(event, since):
                raise Broken(f"10: a repeated request wrote {event}")
            self.world.drop(event.side, event.id)

    def _was_deleted(self, event: Event, before: int) -> bool:
        earlier = [each for each in self.world.history.of(event.side, event.id) if each.number < before]
        return bool(earlier) and earlier[-1].kind == "deleted"

    def back_up(self) -> None:
        """A backup is made, at a moment when nothing is under way."""
        with database().engine.connect() as connection:
            models: tuple[Any, ...] = (CreateIntent, WriteIntent)
            if any(connection.scalar(sa.select(sa.func.count()).select_from(each)) for each in models):
                return
            open_jobs = sa.select(SynchJob.id).where(SynchJob.state.in_((JobState.READY, JobState.IN_PROCESS)))
            if connection.scalar(open_jobs) is not None:
                return
            self._coupled = self._couplings(connection)
        self._backup, self._since = database().backup(), self.world.history.now

    def restore(self) -> None:
        """F31: the database is as it was at the backup, and a run follows before anybody works on.

        Only where nothing was created, coupled, parted or synchronized for the first time since: what a backup does
        not know cannot be known from it.
        """
        if self._backup is None or any(each.kind == "created" for each in self.world.history.ours(self._since)):
            return
        with database().engine.connect() as connection:
            if self._couplings(connection) != self._coupled:
                return
        self.script.note("F31 restored from a backup")
        self.world.restored = True
        database().forget_connections()
        database().restore(self._backup)
        self._backup = None
        self.stage.run_whole_quietly()

    def _couplings(self, connection: sa.Connection) -> set[tuple[str, str, bool]]:
        agreed = Coupling.bc_etag.is_not(None)
        query = sa.select(Coupling.bc_id, Coupling.sales_id, agreed).where(Coupling.mapping == "CUSTOMER")
        return {(row[0], row[1], bool(row[2])) for row in connection.execute(query)}
