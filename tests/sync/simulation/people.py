"""What people do with the engine between and during its runs: decide, take back, part, rest, cancel, confirm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from flask_coupling.core.conflict import DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.side import Direction, Side
from flask_coupling.jobs.wishes import cancel, pause, resume
from flask_coupling.models import ConflictEntry, Coupling, FailedRecord, HistoryEntry, JobState, SynchJob
from flask_coupling.sync.uncoupled import leave_alone

from .invariants import Broken
from .memory_world import MemoryWorld
from .processes import Process, database
from .script import Script

Act = Callable[[], None]

_DECISIONS = tuple(each for each in DeletionConflictResolution if each is not DeletionConflictResolution.NONE)
_CHOICES = (UpdateConflictResolution.SEND_TO_SALES, UpdateConflictResolution.GET_FROM_SALES)


class Stage(Protocol):
    """The simulation in which they act."""

    script: Script
    world: MemoryWorld
    running: str | None
    carried: dict[str, int]

    def ask(self, payload: Mapping[str, object], direction: Direction) -> None:
        """Ask for a job, and work on what is due."""
        ...

    def with_process(self, do: Callable[[Process], object]) -> None:
        """Let a process of the host do something."""
        ...


class People:
    """The users of the coupling's own pages."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.script, self.world = stage, stage.script, stage.world
        self.stopped: dict[str, int] = {}

    @property
    def acts(self) -> tuple[tuple[Act, int], ...]:
        """What they do between runs, with how often."""
        return ((self.resolve, 3), (self.undo, 1), (self.part, 1), (self.go_on, 2), (self.retry, 1))

    # --- conflicts ---------------------------------------------------------------------------------------------------

    def resolve(self) -> None:
        """Somebody decides an open conflict, as it was shown."""
        entries = self._rows(sa.select(ConflictEntry).where(ConflictEntry.closed_at.is_(None)).order_by("id"))
        if not entries:
            return
        entry = self.script.random.choice(entries)
        self.script.note("a person decides a conflict", entry.kind)
        payload: dict[str, Any] = {"coupling_ids": [entry.coupling_id], "resolution": None}
        if entry.kind == "deletion":
            payload["deletion"] = self.script.random.choice(_DECISIONS).value
            self.world.decided.add((self._token(entry.coupling_id), payload["deletion"]))
        else:
            payload["choices"] = {each["field"]: self.script.random.choice(_CHOICES).value for each in entry.fields}
            payload["expected"] = {each["field"]: [each["bc"], each["sales"]] for each in entry.fields}
        self.stage.ask(payload, self.world.mapping.direction)

    def _token(self, coupling_id: int) -> str:
        """By what the record of a coupling is known."""
        row = self._rows(sa.select(Coupling).where(Coupling.id == coupling_id))[0]
        for side, id in ((Side.BC, row.bc_id), (Side.SALES, row.sales_id)):
            if values := self.world.rows(side).get(id):
                return self.world.token(side, values)
        return "?"

    # --- history -----------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Somebody takes back what a job wrote, all of it or one entry."""
        left = sa.select(HistoryEntry).where(HistoryEntry.undone_by.is_(None), HistoryEntry.action != "uncouple")
        entries = self._rows(left.order_by(HistoryEntry.id))
        if not entries:
            return
        chosen = self.script.random.choice(entries)
        of_job = [each for each in entries if each.job_id == chosen.job_id]
        asked = of_job if self.script.random.random() < 0.3 else [chosen]
        self.script.note("a person takes back", len(asked))
        self.world.undone.update(id for each in asked for id in (each.bc_id, each.sales_id) if id)
        self.stage.ask({"undo": [each.id for each in asked]}, self.world.mapping.direction)

    # --- couplings and failures --------------------------------------------------------------------------------------

    def part(self) -> None:
        """Somebody removes a coupling; both records stay."""
        rows = self._rows(sa.select(Coupling).where(Coupling.mapping == "CUSTOMER").order_by(Coupling.id))
        if not rows:
            return
        row = self.script.random.choice(rows)
        self.script.note("a person removes a coupling", row.id)
        self.world.parted |= {row.bc_id, row.sales_id, self._token(row.id)}
        with database().unwatched(), database().engine.begin() as connection, sa.orm.Session(connection) as session:
            leave_alone(session, [row.id], self.world.now())
            for model in (ConflictEntry, FailedRecord):
                session.execute(sa.delete(model).where(model.coupling_id == row.id))
            session.execute(sa.delete(Coupling).where(Coupling.id == row.id))
            session.flush()

    def retry(self) -> None:
        """Somebody lets all failed records be tried again."""
        with database().unwatched(), database().engine.begin() as connection:
            connection.execute(sa.update(FailedRecord).values(skipped=False, next_try_at=None, repeats=0, etag=""))

    # --- jobs --------------------------------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """Somebody lets the running job rest, or cancels it."""
        job = self.stage.running
        if job is None:
            return
        if self.script.random.random() < 0.6:
            self.script.note("a person pauses a job", job[:4])
            self.stage.with_process(lambda host: pause(host, job))
        else:
            self.script.note("a person cancels a job", job[:4])
            before, heard = self.stage.carried.get(job, 0), list[SynchJob]()
            self.stage.with_process(lambda host: heard.append(cancel(host, job)))
            if heard:  # a database that is locked just then lets nobody cancel
                self.stopped[job] = before

    def go_on(self) -> None:
        """Somebody lets the jobs that rest go on."""
        for row in self._rows(sa.select(SynchJob).where(SynchJob.state == JobState.PAUSED).order_by("created_at")):
            self.script.note("a person resumes a job", row.id[:4])
            self.stage.with_process(lambda host, id=row.id: resume(host, id))  # type: ignore[misc]

    def check_stopped(self, most: int) -> None:
        """14: a canceled job carries out what it is at, and no more."""
        for job, before in self.stopped.items():
            if (after := self.stage.carried.get(job, 0)) - before > most:
                raise Broken(f"14: job {job} was canceled, and went on to send {after - before} times")

    def _rows(self, query: Any) -> list[Any]:
        with database().engine.connect() as connection:
            return list(connection.execute(query).all())
