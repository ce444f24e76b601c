"""Play one simulation: a seed, a world, a number of things that happen, peace, and the judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa

from flask_coupling.core.side import Direction, Side
from flask_coupling.models import (
    Base,
    ConflictEntry,
    Connection,
    Coupling,
    CreateIntent,
    FailedRecord,
    JobState,
    SynchJob,
    table_of,
)

from . import invariants, writes
from .evidence import check_counters
from .history import Event
from .invariants import Broken
from .memory_world import CompanyWorld, MemoryWorld
from .mishaps import Mishaps
from .people import People
from .processes import CONNECTION, LEASE, Process, Queue, database, process
from .remote_world import RemoteWorld
from .script import Script
from .seams import engine_seams
from .settings import FAULTS, draw_settings

CYCLES = 3
"""Runs after which all has to be quiet once nothing goes wrong any more."""

MOST_BATCHES = 4
"""Times a canceled run may send something after that: the batch it is at, looked at again at most three times."""

ECHOES = 0.2
"""Share of the simulations that end with one further edit, to see that it does not echo."""

LOST = ("F28", "F30", "F2 ", "F3", "F4", "F5", "F6", "F7")
"""How the names of faults begin after which nobody knows what was carried out."""

A_NIGHT = 8 * 3600.0


@dataclass(frozen=True, slots=True)
class Report:
    """What happened in one simulation."""

    seed: int
    fired: Counter[str]
    runs: int
    trace: list[str]


class Play:
    """One simulation in the making."""

    def __init__(self, seed: int, make_world: type[MemoryWorld]) -> None:
        self.script = Script(seed)
        self.random: Random = self.script.random
        self.settings = draw_settings(self.random, FAULTS + make_world.faults, make_world.editable, make_world.company)
        self.queue = Queue()
        self.fingerprint = 0
        self.runs = 0
        self.depth = 0
        self.running: str | None = None
        self.carried: dict[str, int] = {}
        self.begun: dict[str, int] = {}
        self.shared: set[str] = set()
        database().begin(self.script)
        self.world = make_world(self.script, self.settings)
        self.script.tell(f"mapping {self.settings.mapping}")
        self.world.is_coupled = self._is_coupled
        self.people, self.mishaps = People(self), Mishaps(self)
        self.script.tell(f"settings {self.settings.rates} batch={self.settings.batch} pages={self.settings.page_size}")

    # --- the story ---------------------------------------------------------------------------------------------------

    def play(self) -> Report:
        """Let everything happen, then peace, then judge; raises Broken."""
        with engine_seams(self.random, self.settings.batch, self._count_batch), self.world.connected():
            for side in Side:
                for _ in range(self.random.randrange(4)):
                    self.world.create(side)
            self.script.enable(self.settings.rates)
            self.script.meanwhile = self._interfere
            for _ in range(self.settings.steps):
                self._step()
            self._make_peace()
            self._judge()
        return Report(self.script.seed, self.script.fired, self.runs, self.script.trace)

    def _step(self) -> None:
        acts: tuple[tuple[Callable[[], None], int], ...] = (
            (self.world.let_a_user_act, 10),
            (self._run_whole, 6),
            (self._run_full, 1),
            (self._run_single, 2),
            (self._create_partner, 1),
            (self._couple_twins, 2 if self.settings.mapping.only_coupled else 0),
            (self._make_twins, 3 if self.settings.mapping.match_first else 0),
            (self._make_double, 1 if self.settings.mapping.match_first else 0),
            (self._wait, 3),
            (self._change_fingerprint, 1),
            (self._expire, 1),
            *self.people.acts,
            *self.mishaps.acts,
        )
        act = self.random.choices([each for each, _ in acts], [weight for _, weight in acts])[0]
        self.script.tell(act.__name__)
        act()

    def _wait(self) -> None:
        self.world.advance(self.random.choice((1, 30, 90, 700, 4000)))
        self.with_process(lambda living: living.reap())
        self._work_off()

    def with_process(self, do: Callable[[Process], object]) -> None:
        """Let a process of the host do something."""
        with process(self.world, self.queue, str(self.fingerprint)) as living:
            do(living)

    def _count_batch(self) -> None:
        """The running job sends a batch."""
        if self.running is not None:
            self.carried[self.running] = self.carried.get(self.running, 0) + 1

    def _change_fingerprint(self) -> None:
        self.fingerprint += 1

    def _expire(self) -> None:
        self.script.note("F21 cursors expire")
        self.world.expire_cursors()

    # --- the engine --------------------------------------------------------------------------------------------------

    def _direction(self) -> Direction:
        whole = self.settings.mapping.direction
        narrow = [each for each in Direction if each.within(whole) is each]
        return self.random.choice((whole, whole, *narrow))

    def _run_whole(self) -> None:
        confirmed = {"confirm": True} if self.random.random() < 0.5 else {}
        self.ask(confirmed, self._direction())

    def _run_full(self) -> None:
        """Everything is looked at; twins are found in the same reading, unless a person parted some that are equal."""
        find = "find" if not self.world.parted else "compare"
        self.script.note("a full synchronization")
        self.ask({"full": find, "confirm": True}, self.settings.mapping.direction)

    def run_whole_quietly(self) -> None:
        """A run of everything, in which nobody interferes and nothing goes wrong."""
        with self.script.quiet():
            self.world.advance(A_NIGHT)
            self.with_process(lambda living: living.reap())
            self._work_off()
            self.ask({"confirm": True}, self.settings.mapping.direction)

    def _run_single(self) -> None:
        if ids := self._coupling_ids():
            self.ask({"coupling_ids": [self.random.choice(ids)]}, self._direction())

    def _create_partner(self) -> None:
        side = self.random.choice([each for each in Side if self.settings.mapping.direction.allows(each)])
        if rows := self.world.ordered(side):
            id = self.random.choice(rows)
            token = self.world.token(side, self.world.rows(side)[id])
            self.world.asked[token] = self.world.history.now
            self.world.doubled |= {token} if self.settings.mapping.match_first else set()
            self.ask({"side": side.value, "ids": [id]}, self.settings.mapping.direction)

    def _couple_twins(self) -> None:
        bc, sales = self.world.create_twins()
        source = self.random.choice((None, *Side))
        with database().engine.connect() as connection:
            row = {"connection": CONNECTION, "mapping": self.settings.mapping.name, "bc_id": bc, "sales_id": sales}
            values = {**row, "source": source, "created_at": self.world.now()}
            connection.execute(sa.insert(Coupling).values(values))
            with database().unwatched():
                connection.commit()

    def _make_twins(self) -> None:
        self.script.note("F25 twins")
        self.world.create_twins()

    def _make_double(self) -> None:
        self.world.create_double(self.random.choice(tuple(Side)))

    def ask(self, payload: Mapping[str, object], direction: Direction) -> None:
        """Ask for a job, and perhaps kill whoever works on it; users like to take things back just then."""
        before = self._lost()
        if self.random.random() < 0.3:
            self.script.arm_crash(self.random.randrange(1, 40))
        with process(self.world, self.queue, str(self.fingerprint)) as living:
            living.request(payload, direction)
        self._work_off()
        self.script.arm_crash(None)
        if self._lost() > before and self.random.random() < 0.5:
            self.world.take_back(self.random.choice(tuple(Side)))

    def _lost(self) -> int:
        """How often the end of what was sent was lost: with its answer, or with whoever waited for it."""
        return sum(times for what, times in self.script.fired.items() if what.startswith(LOST))

    def _work_off(self) -> None:
        """Work on what is delivered and due."""
        for job_id in self._due():
            self.run_delivered(job_id)
            self._tell_job(job_id)

    def run_delivered(self, job_id: str) -> None:
        """Let a process take a delivered id."""
        self.runs += 1
        before, self.running = self.running, job_id
        taken_over = job_id == before  # from a worker whose lease ran out, and who may still have a batch under way
        since = self.world.history.now
        self.begun.setdefault(job_id, since)
        self.with_process(lambda living: living.run(job_id))
        self.running = before
        self.shared |= {job_id} if taken_over else set()
        if job_id not in self.shared:
            self._check_brake(job_id, since)

    def _check_brake(self, job_id: str, since: int) -> None:
        """A run that the brake stopped has changed nothing that agreed before."""
        with database().engine.connect() as connection:
            code = connection.scalar(sa.select(SynchJob.error_code).where(SynchJob.id == job_id))
        ours = [each for each in self.world.history.ours(since) if each.author == job_id]
        wrote = [each for each in ours if each.kind != "created" and not self._is_matched(each, since)]
        if (scope := self.settings.mapping.scope) is not None:  # given to rows whose partner is then created
            wrote = [each for each in wrote if each.moved != [scope.column]]
        if code == "mass_change":
            self.script.note("the brake stopped a run")
            if wrote:
                raise Broken(f"the brake stopped job {job_id}, which had written {wrote}")

    def _is_freed(self, event: Event) -> bool:
        """Whether a row lost the company because its partner was found to be gone."""
        scope = self.settings.mapping.scope
        return scope is not None and event.moved == [scope.column] and (event.after or {}).get(scope.column) is None

    def _is_matched(self, event: Event, since: int) -> bool:
        """Whether a twin was found in this run: it had not been synchronized before."""
        token = self.world.token(event.side, event.after or event.before or {})
        earlier = [each for each in self.world.history.ours() if each.number < since]
        is_known = any(self.world.token(each.side, each.after or each.before or {}) == token for each in earlier)
        return self.settings.mapping.match_first and token.startswith("T") and not is_known

    def _due(self) -> list[str]:
        now = self.world.now()
        due = [id for id, eta in self.queue.waiting if eta is None or eta <= now]
        self.queue.waiting = [(id, eta) for id, eta in self.queue.waiting if eta is not None and eta > now]
        return due

    def _tell_job(self, job_id: str) -> None:
        with database().engine.connect() as connection:
            job = connection.execute(sa.select(SynchJob).where(SynchJob.id == job_id)).first()
        if job is None:  # of a time the restored database does not know
            return
        self.script.tell(f"  job {job_id[:4]} {job.state} {job.direction} {job.error_code} {job.message or ''}")
        if job.error_code == "unexpected":
            raise Broken(f"job {job_id} failed unexpectedly: {job.message}")

    def _coupling_ids(self) -> list[int]:
        with database().engine.connect() as connection:
            query = sa.select(Coupling.id).where(Coupling.mapping == "CUSTOMER").order_by(Coupling.id)
            return list(connection.scalars(query))

    def _is_coupled(self, side: Side, id: str) -> bool:
        """Whether a record's coupling is stored: only then can its deletion be noticed."""
        column = Coupling.bc_id if side is Side.BC else Coupling.sales_id
        with database().engine.connect() as connection:
            return connection.scalar(sa.select(Coupling.id).where(column == id)) is not None

    def _written_down(self) -> list[str]:
        """Every row of every table but that of the connection, whose secret is encrypted."""
        with database().engine.connect() as connection:
            tables = [table for table in Base.metadata.sorted_tables if table is not table_of(Connection)]
            return [str(row) for table in tables for row in connection.execute(sa.select(table))]

    def describe_rows(self) -> list[str]:
        """The engine's own rows, for whoever looks into a failure."""
        lines = []
        with database().engine.connect() as connection:
            for model in (Coupling, CreateIntent, FailedRecord, ConflictEntry):
                for row in connection.execute(sa.select(table_of(model))):
                    told = {name: value for name, value in row._mapping.items() if value not in (None, "", "default")}
                    lines.append(f"{model.__name__} {told}")
        return lines

    # --- meanwhile ---------------------------------------------------------------------------------------------------

    def _interfere(self, point: str) -> None:
        """Others act at a point of a run: users, a second process, or time that passes too quickly."""
        if self.depth or self.random.random() >= self.settings.interference:
            return
        self.depth += 1
        try:
            chance = self.random.random()
            self.script.tell(f"  meanwhile, {point}:")
            if chance < 0.1:
                self.people.interrupt()
            elif chance < 0.7:
                self.script.note("F15 edited meanwhile")
                self.world.let_a_user_act()
            elif chance < 0.85:
                self.script.note("F29 second run")
                self._interleave(single=True)
            else:
                self.script.note("F29 lease runs out")
                self.world.advance(LEASE + 1)
                with process(self.world, self.queue, str(self.fingerprint)) as living:
                    living.reap()
                self._interleave(single=False)
        finally:
            self.depth -= 1

    def _interleave(self, *, single: bool) -> None:
        """Let another process work to its end, while this one stands still."""
        if single and (ids := self._coupling_ids()):
            with process(self.world, self.queue, str(self.fingerprint)) as living:
                living.request({"coupling_ids": [self.random.choice(ids)]}, self._direction())
        self._work_off()

    # --- peace -------------------------------------------------------------------------------------------------------

    def _make_peace(self) -> None:
        """Faults off, users mend what they can, everything that was late happens."""
        self.script.calm()
        self.world.calm()
        self.world.heal()
        self.world.advance(A_NIGHT)
        for _ in range(2):  # a job whose worker died may come to rest only when it is found
            self.people.go_on()
            self.with_process(lambda living: living.reap())
            self._work_off()
        for _ in range(CYCLES - 1):
            self._cycle()
        # deletions in Business Central show in a complete comparison only; it must find nothing else
        self.fingerprint += 1
        missed = [each for each in self._cycle() if each.kind == "updated" and not self._is_freed(each)]
        if missed:
            raise Broken(f"8: a full compare finds what the feeds missed: {missed}")
        if self.settings.mapping.match_first:
            self._cycle()  # what a deletion noticed just now set free is found by its twin

    def _cycle(self) -> list[Event]:
        """One run of everything; a person has asked for what failed to be tried again. Returns who wrote."""
        with database().engine.begin() as connection:
            connection.execute(sa.update(FailedRecord).values(skipped=False, next_try_at=None, repeats=1))
        self.world.advance(700)
        since = self.world.history.now
        asked: list[str | None] = []
        direction = self.settings.mapping.direction
        self.with_process(lambda living: asked.append(living.request({"confirm": True}, direction)))
        self._work_off()
        with database().engine.connect() as connection:
            for job in (each for each in asked if each is not None):
                check_counters(connection, job, [each for each in self.world.history.ours(since) if each.author == job])
            states = connection.execute(sa.select(SynchJob.state, SynchJob.message)).all()
        if stuck := [each for each in states if not JobState(each.state).is_over]:
            raise Broken(f"14: jobs that are not over: {stuck}")
        return self.world.history.ours(since)

    # --- judgement ---------------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        if written := self._cycle():
            raise Broken(f"1: not quiet after {CYCLES} cycles: {written}")
        with sa.orm.Session(database().engine) as session:
            invariants.check_converged(self.world, session)
            writes.check_writes(self.world, session)
        invariants.check_one_partner(self.world)
        invariants.check_matched(self.world, self.begun)
        invariants.check_deletions(self.world)
        invariants.check_patience(self.world)
        invariants.check_secrets(self._written_down(), self.world.secrets)
        self.people.check_stopped(MOST_BATCHES)
        self.world.check_history()
        if self.random.random() < ECHOES:
            self._check_echo()

    def _check_echo(self) -> None:
        """9: one user's edit crosses over by exactly one write, and does not come back."""
        with sa.orm.Session(database().engine) as session:
            settled = session.scalars(
                sa.select(Coupling).where(Coupling.mapping == "CUSTOMER", ~Coupling.unsettled).order_by(Coupling.id)
            ).first()
        sides = [each for each in Side if self.settings.mapping.direction.allows(each)]
        if settled is None or self.world.rows(Side.BC)[settled.bc_id].get("blocked") == "All":
            return
        side = self.random.choice(sides)
        id = settled.bc_id if side is Side.BC else settled.sales_id
        if self.world.token(side, self.world.rows(side)[id]) in self.world.doubled:
            return  # another name lets its doubles have partners of their own
        self.script.tell(f"echo {side} {id}")
        self.world.retitle(side, id)
        written = self._cycle()
        if len(written) != 1 or self._cycle():
            raise Broken(f"9: one edit on {side} {id} made {len(written)} writes: {written}")


class Failed(AssertionError):
    """A simulation that broke an invariant, or the engine itself: the seed, and how to see it again."""


_WORLDS: dict[str, type[MemoryWorld]] = {"memory": MemoryWorld, "remote": RemoteWorld, "company": CompanyWorld}


def make(kind: str, seed: int) -> Play:
    """Prepare one simulation: on services in `memory`, or `remote` on the simulator behind the real transport.

    `company` is in memory, too: rows of Sales are given the company they become ours for.
    """
    return Play(seed, _WORLDS[kind])


def play(kind: str, seed: int) -> Report:
    """Play one seed; raises Failed."""
    try:
        return make(kind, seed).play()
    except Exception as error:
        replay = f"python -m tests.sync.simulation {kind} {seed}"
        raise Failed(f"seed {seed}: {type(error).__name__}: {error}\nreplay: {replay}") from error
