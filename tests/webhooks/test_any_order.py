"""Notifications that are lost, doubled, forged, disordered or in bursts, subscriptions that end: no edit is lost."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from flask_coupling.globals import current_coupling
from flask_coupling.jobs.runner import run_job
from flask_coupling.operations import schedules, subscriptions, synchronization
from flask_coupling.operations.mapping_settings import change_settings
from flask_coupling.state import CouplingState
from simulator.faults import FaultRule
from simulator.instance import Simulator
from simulator.people import User
from simulator.store import Change
from tests.jobs.conftest import Clock, NotingEngine

from .conftest import Line

pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.simulator(customers=3)]

FAULTS = ("lost_notice", "repeated_notice", "reordered_notices", "forged_notice", "expired_subscription")
STEPS = 60
FIELDS = {"bc": ("displayName", "city", "phoneNumber"), "sales": ("name", "address1_city", "telephone1")}
TABLES = {"bc": "customers", "sales": "accounts"}


class Days:
    """A host and both services, as days go by: users edit, the services tell of it badly, and runs are started."""

    def __init__(self, seed: int, simulator: Simulator, noting: NotingEngine, clock: Clock, line: Line) -> None:
        self.random, self.simulator, self.noting, self.clock, self.line = Random(seed), simulator, noting, clock, line
        self.users = {"bc": simulator.bc, "sales": simulator.sales}
        self.state: CouplingState = current_coupling._get_current_object()  # type: ignore[attr-defined]
        self.count = 0

    def begin(self) -> None:
        change_settings("default", "CUSTOMER", {"only_coupled": False, "update_conflict": "newest"})
        current_coupling.session.commit()
        for mapping in ("CURRENCY", "CUSTOMER"):
            synchronization.synchronize("default", mapping)
            self.work_off()
        self.subscribe()
        schedules.set_schedule("default", "CUSTOMER", minutes=60, enabled=True)

    def misbehave(self) -> None:
        for effect in FAULTS:
            self.simulator.faults.add(FaultRule(effect, probability=0.3, seed=self.random.randrange(1000)))

    def step(self) -> None:
        acts = (self.edit, self.edit, self.burst, self.new, self.tell, self.tell, self.tick, self.rest, self.subscribe)
        self.random.choice(acts)()

    def edit(self) -> None:
        side = self.random.choice(("bc", "sales"))
        row = self.random.choice(list(self.rows(side)))
        self.count += 1
        self.users[side].update(TABLES[side], row, **{self.random.choice(FIELDS[side]): f"v{self.count}"})

    def burst(self) -> None:
        """Every record changes, and what is told of it comes again and again."""
        for _ in range(len(self.rows("bc"))):
            self.edit()
        self.line.repeats = 30
        self.tell()
        self.line.repeats = 1

    def new(self) -> None:
        self.count += 1
        self.simulator.bc.create("customers", {"displayName": f"New {self.count}"})

    def tell(self) -> None:
        self.simulator.notifier.deliver(now=True)
        self.work_off()

    def subscribe(self) -> None:
        """An administrator asks for notifications again: those that ended early are missed half a day later only."""
        subscriptions.subscribe_webhooks("default", "CUSTOMER")

    def tick(self) -> None:
        schedules.tick()
        subscriptions.renew_webhooks()
        self.work_off()

    def rest(self) -> None:
        self.pass_time(self.random.choice((5, 60, 4000, 100_000)))

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.simulator.clock.advance(timedelta(seconds=seconds))

    def work_off(self) -> None:
        """Workers take what was delivered, and time goes on while they do."""
        ids, self.noting.delivered = self.noting.ids, []
        for id in ids:
            run_job(self.state, id)
            self.pass_time(1)

    def rows(self, side: str) -> dict[str, dict[str, object]]:
        user: User = self.users[side]
        key = "id" if side == "bc" else "accountid"
        return {str(row[key]): row for row in user.list(TABLES[side])}

    def written(self, since: dict[str, int]) -> list[Change]:
        """What was written to the tables since then, by nobody of this test."""
        told = [each for side in TABLES for each in self.users[side].changes(TABLES[side], since=since[side])]
        return [each for each in told if each.author != self.users[each.service].author]

    def seen(self, side: str) -> set[tuple[object, ...]]:
        return {tuple(row.get(name) or "" for name in FIELDS[side]) for row in self.rows(side).values()}

    def now(self) -> dict[str, int]:
        return {side: self.simulator.store.version(side) for side in TABLES}

    def poll(self) -> None:
        """The scheduled run, which asks both services itself."""
        self.pass_time(4000)
        schedules.tick()
        self.work_off()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_becomes_of_notifications_every_edit_arrives_once(
    seed: int, simulator: Simulator, noting: NotingEngine, clock: Clock, line: Line
) -> None:
    days = Days(seed, simulator, noting, clock, line)
    days.begin()
    days.misbehave()
    for _ in range(STEPS):
        days.step()
    fired = [effect for effect in FAULTS if simulator.faults.fired(effect)]
    simulator.faults.clear()
    assert len(fired) >= 3, f"seed {seed}: {fired}"
    days.poll()
    days.poll()  # a run that was under way at the first may have been too early for the last edit
    assert days.seen("bc") == days.seen("sales")
    assert len(days.seen("bc")) == len(days.rows("bc")) == len(days.rows("sales"))
    since = days.now()
    days.edit()
    days.poll()
    assert len(days.written(since)) == 1
    days.poll()
    assert len(days.written(since)) == 1, f"seed {seed}: an echo"
