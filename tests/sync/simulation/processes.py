"""The engine under test as processes: each claims jobs, may be killed, and leaves only what it committed."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.errors import JobRunningConflictError
from flask_coupling.jobs.context import Handler, JobContext
from flask_coupling.jobs.engine import EngineHealth
from flask_coupling.jobs.queue import enqueue, reap
from flask_coupling.jobs.runner import run_job
from flask_coupling.models import Base, Connection, JobKind, table_of
from flask_coupling.operations.runs import policy_of_job
from flask_coupling.settings import Settings as CouplingSettings
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.changes import synchronize_changes
from flask_coupling.sync.full import synchronize_fully
from flask_coupling.sync.handled import Handled, read_handled
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.run import Run
from flask_coupling.sync.selected import create_partners, synchronize_links, undo

from .script import Crash, Script
from .settings import Settings

LEASE = 60
CONNECTION = "default"


class World(Protocol):
    """Both services and their users, as a process needs to know them."""

    script: Script
    settings: Settings
    undoing: set[str]
    """The jobs that take something back."""
    asking: set[str]
    """The jobs that create partners because a person asks for them."""

    @property
    def mapping(self) -> TableMapping:
        """The mapping under test."""
        ...

    def now(self) -> datetime:
        """The time everywhere."""
        ...

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def acting(self, job_id: str) -> str:
        """From now on this job writes; returns the one that did before."""
        ...

    def endpoint(self, side: Side) -> Endpoint:
        """A service as the engine speaks to it."""
        ...


class Database:
    """One SQLite file for all simulations of this operating system process; a template is copied into it."""

    def __init__(self) -> None:
        folder = Path(mkdtemp(prefix="simulation-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        arguments = {"timeout": 0, "check_same_thread": False, "factory": self._connect}
        self.engine = sa.create_engine(f"sqlite:///{folder / 'coupling.sqlite3'}", connect_args=arguments)
        self.script: Script | None = None
        sa.event.listen(self.engine, "connect", _hurry)
        Base.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            connection.execute(sa.insert(table_of(Connection)).values(_connection_row()))
        self.template = self.backup()

    def begin(self, script: Script) -> None:
        """Start with an empty database, whose commits are points of this script."""
        self.script = None
        self.restore(self.template)
        self.script = script

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Commits inside the block are not the engine's."""
        script, self.script = self.script, None
        try:
            yield
        finally:
            self.script = script

    def backup(self) -> sqlite3.Connection:
        """A copy of what is committed."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with self._raw() as raw:
            raw.backup(copy)
        return copy

    def restore(self, copy: sqlite3.Connection) -> None:
        """Put a copy back; nobody may be in a transaction."""
        with self._raw() as raw:
            copy.backup(raw)

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        pooled = self.engine.raw_connection()
        try:
            assert isinstance(pooled.driver_connection, sqlite3.Connection)
            yield pooled.driver_connection
        finally:
            pooled.close()

    def forget_connections(self) -> None:
        """Close what a killed process had open; what it had not committed is gone."""
        self.engine.dispose()

    def _connect(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = _Connection(*arguments, **options)
        connection.database = self
        return connection


class _Connection(sqlite3.Connection):
    """A connection whose commits are points: the process may die before one, or find the database busy."""

    database: Database

    def commit(self) -> None:
        """Commit."""
        script = self.database.script
        if script is not None:
            script.point("before commit")
            if script.happens("F30 busy"):
                raise sqlite3.OperationalError("database is locked")
        super().commit()


def _hurry(connection: Any, record: object) -> None:
    for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _connection_row() -> dict[str, Any]:
    columns = table_of(Connection).columns
    texts = {each.name: "" for each in columns if isinstance(each.type, sa.String) and not each.nullable}
    return {**texts, "name": CONNECTION, "enabled": True, "disabled_reason": ""}


@cache
def database() -> Database:
    """The database of this operating system process."""
    return Database()


@dataclass(slots=True)
class Queue:
    """The job engine: delivered ids wait here until a process takes them."""

    waiting: list[tuple[str, datetime | None]] = field(default_factory=list)
    in_background: bool = True

    def bind(self, app: Flask, run: object, reap: object) -> None:
        """Nothing to remember."""

    def start(self) -> None:
        """It always runs."""

    def stop(self) -> None:
        """It always runs."""

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """Keep the id until a process takes it."""
        self.waiting.append((job_id, eta))

    def health(self) -> EngineHealth:
        """It is well."""
        return EngineHealth("simulated", True, len(self.waiting))


_SETTINGS = CouplingSettings(lease_seconds=LEASE, job_attempts=1000)
_APP = Flask("simulated")


class _Watched(Session):
    """A session whose commits are points: the process may die after one, or never hear that it succeeded."""

    def commit(self) -> None:
        """Commit."""
        super().commit()
        script: Script = self.info["script"]
        script.point("after commit")
        if script.happens("F30 dropped"):
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("connection dropped at commit"))


class Process:
    """One operating system process of the host: a session of its own, and what it has not committed dies with it."""

    def __init__(self, world: World, queue: Queue, fingerprint: str) -> None:
        self.world, self.engine, self.fingerprint = world, queue, fingerprint
        self.app, self.settings = _APP, _SETTINGS
        make = sessionmaker(database().engine, class_=_Watched, info={"script": world.script})
        self.session: scoped_session[Session] = scoped_session(make, scopefunc=lambda: id(self))
        self.handlers: Mapping[JobKind, Handler] = {JobKind.SYNCHRONIZATION: self._handle}
        self.db_engine = database().engine

    def clock(self) -> datetime:
        """The world's time."""
        return self.world.now()

    def _handle(self, context: JobContext) -> None:
        job, world = context.job, self.world
        before = world.acting(job.id)
        try:
            run = self._make_run(context)
            if "coupling_ids" in job.payload:
                synchronize_links(run, job.payload["coupling_ids"])
            elif "ids" in job.payload:
                world.asking.add(job.id)
                create_partners(run, Side(job.payload["side"]), job.payload["ids"])
            elif "undo" in job.payload:
                world.undoing.add(job.id)
                undo(run, job.payload["undo"])
            elif "full" in job.payload:
                groups = world.settings.match_first if job.payload["full"] == "find" else ()
                synchronize_fully(run, f"{self.fingerprint} {job.id}", self.fingerprint, groups=groups)
            else:
                synchronize_changes(run, self.fingerprint)
        finally:
            world.acting(before)

    def _make_run(self, context: JobContext) -> Run:
        mapping, world, job = self.world.mapping, self.world, context.job
        ledger = Ledger(context.session, CONNECTION, mapping, job.id, self.clock)
        return Run(
            services=Services(world.endpoint(Side.BC), world.endpoint(Side.SALES), mapping),
            ledger=ledger,
            direction=Direction(job.direction),
            policy=policy_of_job(mapping, job.payload),
            progress=context,
            others=world.settings.others,
            match_first=world.settings.match_first,
            brake=None if job.payload.get("confirm") else world.settings.brake,
            counters=Counter(job.counters),
            done=sum(job.counters.values()) - job.counters["coupled"],
            requests_earlier=job.requests,
            handled=read_handled(ledger) if job.done or any(job.counters.values()) else Handled(),
        )

    def request(self, payload: Mapping[str, Any], direction: Direction) -> str | None:
        """Ask for a job; None while one of the whole mapping is not over."""
        try:
            row = enqueue(
                self,
                connection=CONNECTION,
                mapping=self.world.mapping.name,
                kind=JobKind.SYNCHRONIZATION,
                direction=direction.value,
                payload=payload,
                whole_mapping=not {"coupling_ids", "ids", "undo"} & payload.keys(),
            )
        except JobRunningConflictError:
            return None
        return str(row.id)

    def run(self, job_id: str) -> None:
        """Work on a job."""
        run_job(self, job_id)

    def reap(self) -> None:
        """Deliver again what dead processes left."""
        reap(self)


@contextmanager
def process(world: World, queue: Queue, fingerprint: str) -> Iterator[Process]:
    """A process for as long as the block lasts, however it ends: killed, or failed because the database is busy."""
    living = Process(world, queue, fingerprint)
    try:
        yield living
    except Crash as crash:
        world.script.tell(f"  process dies {crash.point}")
        living.session.remove()
        database().forget_connections()
    except OperationalError as error:
        world.script.note("F30 process gave up", error.orig)
    finally:
        living.session.rollback()  # as the extension does when an app context ends
        living.session.remove()
