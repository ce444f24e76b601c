"""A host killed with SIGKILL at random moments, again and again: nothing is lost and nothing is doubled."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from examples.stack import serving
from flask_coupling.core.side import Side
from flask_coupling.globals import current_coupling
from flask_coupling.models import CreateIntent, JobState, SynchJob
from flask_coupling.operations import connections
from tests.conftest import SECRET_KEY
from tests.sync.simulation import invariants, writes

from .host import Life, live, make_host, settle
from .world import World

KILLS = 30
"""Processes killed on each database."""

LONGEST_LIFE = 0.9
"""Seconds a process lives at most after it told that it is up; most are killed in the middle of a run."""

BETWEEN_LIVES = timedelta(seconds=61)
"""By as much the next process's clock is ahead: the lease of a dead one has run out then."""

A_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def context() -> multiprocessing.context.ForkServerContext:
    """Processes that have imported everything before they are born: they come to the point at once."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.processes.host"])
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with our tables and nothing in them."""
    if request.param == "postgresql":
        yield request.getfixturevalue("migrated_postgres")
        return
    path = tmp_path / "killed.sqlite3"
    shutil.copy(request.getfixturevalue("migrated_file"), path)
    yield f"sqlite:///{path}"


class Story:
    """One database, one simulator, one life after the other."""

    def __init__(self, context: Any, folder: Path, database: str, seed: int) -> None:
        self.context, self.folder, self.database = context, folder, database
        self.random = Random(seed)
        self.world = World(self.random)
        self.ahead = timedelta()
        self.killed_at_work = 0

    def next_life(self) -> Life:
        """What the next process gets to know."""
        self.ahead += BETWEEN_LIVES
        return Life(self.folder, self.database, SECRET_KEY, self.ahead, self.random.randrange(1_000_000))

    def connect(self, address: str) -> None:
        """Save and enable the connection to the simulator."""
        config = self.world.sim.config
        app, _ = make_host(self.next_life())
        values = config.credentials() | {"bc_url": address, "sales_url": address, "token_url": address}
        with app.app_context():
            connections.save_connection("default", values)
            connections.enable_connection("default")
            current_coupling.session.remove()
            current_coupling.db_engine.dispose()

    def live_and_die(self) -> None:
        """Start a process, let users act while it works, and kill it at some moment."""
        here, there = self.context.Pipe()
        process: ForkServerProcess = self.context.Process(target=live, args=(self.next_life(), there))
        process.start()
        assert here.poll(60), "the process did not come up"
        for _ in range(self.random.randrange(1, 7)):
            self.world.edit()
        self.world.create(self.random.choice(tuple(Side)))
        process.join(self.random.uniform(0, LONGEST_LIFE))
        assert process.exitcode is None, "the process ended by itself"
        process.kill()
        process.join()
        with sa.create_engine(self.database, poolclass=sa.NullPool).connect() as connection:
            at_work = sa.select(sa.func.count()).where(SynchJob.state == JobState.IN_PROCESS)
            self.killed_at_work += connection.scalar(at_work) > 0

    def settle(self) -> list[dict[str, Any]]:
        """Let a last process work in peace; returns how its runs ended."""
        self.ahead += A_DAY
        here, there = self.context.Pipe()
        process = self.context.Process(target=settle, args=(self.next_life(), there))
        process.start()
        assert here.poll(120), "the last process did not settle"
        endings: list[dict[str, Any]] = here.recv()
        process.join(60)
        assert process.exitcode == 0
        return endings


def test_a_host_that_is_killed_again_and_again_loses_and_doubles_nothing(
    context: Any, database: str, tmp_path: Path
) -> None:
    seed = SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    story = Story(context, tmp_path, database, seed)
    for side in Side:
        for _ in range(12):
            story.world.create(side)
    with serving(story.world.app) as address:
        story.connect(address)
        for _ in range(KILLS):
            story.live_and_die()
        endings = story.settle()
    assert [each["state"] for each in endings[-2:]] == [JobState.FINISHED] * 2, endings
    assert not {"inserted", "modified", "coupled"} & {name for name, count in endings[-1].items() if count}, endings
    judge(story)
    assert story.killed_at_work >= KILLS // 4, "hardly any process was killed in the middle of its work"


def judge(story: Story) -> None:
    world = story.world
    with Session(sa.create_engine(story.database, poolclass=sa.NullPool)) as session:
        invariants.check_converged(world, session)
        writes.check_writes(world, session)
        assert session.scalars(sa.select(CreateIntent)).all() == []
        unfinished = [job for job in session.scalars(sa.select(SynchJob)) if not JobState(job.state).is_over]
        assert unfinished == []
    invariants.check_one_partner(world)
    invariants.check_deletions(world)
    assert len(world.rows(Side.BC)) == len(world.rows(Side.SALES))
