"""The same small world behind the real endpoints and transport: the in-process simulator at the end of a bad line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from werkzeug.test import Client

from flask_coupling.core.record import Value
from flask_coupling.core.side import Side
from flask_coupling.endpoints.clock import Clock
from flask_coupling.endpoints.connect import Account, Surroundings, make_endpoints
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.endpoints.settings import TransportSettings
from simulator.app import create_simulator
from simulator.config import LOGIN_HOST
from simulator.faults import FaultRule
from simulator.instance import Simulator, simulator_of
from simulator.store import Change

from .history import NOBODY, USER
from .line import Answer, Line
from .memory_services import START
from .memory_world import POISON, TABLES, MemoryWorld
from .script import Script
from .settings import Settings

EMPTY = "empty"
WORKERS = 8
"""More than there ever are at once, one interfering with the other."""

# effects of the simulator's own fault rules, by the name under which they are counted
RULES: dict[str, dict[str, Any]] = {
    "F11 part throttled": {"effect": "throttle", "parts": True, "parameters": {"retry_after": 5}},
    "F14 record forbidden": {"effect": "status", "parts": True, "parameters": {"status": 403}},
    "F14 table forbidden": {"effect": "status", "method": "GET", "parameters": {"status": 403}, "times": 3},
    "F16 duplicate key": {"effect": "duplicate", "parts": True, "method": "POST"},
    "F15 etag changed": {"effect": "stale_etag", "parts": True, "method": "PATCH", "times": 2, "probability": 1.0},
    "F17 vanished": {"effect": "vanish", "parts": True, "method": "PATCH", "times": 2, "probability": 0.5},
    "F18 part refused": {"effect": "poison", "parts": True},
    "F19 part missing": {"effect": "drop_parts", "entity": "$batch"},
    "F19 answers in another order": {"effect": "shuffle_parts", "entity": "$batch"},
    "F20 row moved": {"effect": "move_row", "method": "GET"},
    "F21 link loops": {"effect": "looping_link", "method": "GET", "times": 3},
    "F23 skewed clock": {"effect": "skew", "parameters": {"seconds": -600.0}},
    "F23 visible late": {"effect": "late_visible", "parameters": {"seconds": 240.0}},
    "F27 property missing": {"effect": "missing_property", "method": "GET", "parameters": {"name": "phoneNumber"}},
}


class _Simulated:
    """One simulator for all simulations of an operating system process."""

    def __init__(self) -> None:
        self.simulator: Simulator = simulator_of(create_simulator(customers=0, seed=1))
        self.client = Client(self.simulator.app)
        self.simulator.store.snapshot(EMPTY)
        self.simulator.store.listen(self._hear)
        self.world: RemoteWorld | None = None

    def _hear(self, service: str, changes: Sequence[Change]) -> None:
        if self.world is not None:
            self.world.hear(Side(service), changes)

    def begin(self, world: RemoteWorld) -> Simulator:
        """Empty the simulator for this world."""
        self.world = None
        self.simulator.store.restore(EMPTY)
        self.simulator.store.seed_ids(f"simulation {world.script.seed}")
        self.simulator.faults.clear()
        self.simulator.requests.clear()
        self.simulator.clock.freeze(START)
        self.world = world
        return self.simulator


@cache
def simulated() -> _Simulated:
    """The simulator of this operating system process."""
    return _Simulated()


class RemoteWorld(MemoryWorld):
    """Both services are the simulator's, reached over a line that fails; its change log is the history."""

    editable = ("displayName", "phoneNumber", "city", "website", "creditLimit")
    faults = (*RULES, "F8 TLS", "F13 no tokens")

    @property
    def secrets(self) -> tuple[str, ...]:  # type: ignore[override]
        """What must not be written down anywhere."""
        return (self.sim.config.client_secret, "Bearer", *self.line.tokens)

    @property
    def sent_in_a_wait(self) -> int:
        """Requests sent while their service had asked to be left alone."""
        return self.line.sent_in_a_wait

    def check_history(self) -> None:
        """Compare the history with the simulator's own change log."""
        logged = [(change.key, change.kind) for change in self.log()]
        heard = [(event.id, event.kind) for side in Side for event in self.history.events if event.side is side]
        assert heard == logged

    def connected(self) -> AbstractContextManager[object]:
        """While the block runs the engine's requests come here."""

        def send(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
            return self.line.send(request, **options)

        return patch.object(HTTPAdapter, "send", send)

    def __init__(self, script: Script, settings: Settings) -> None:
        self._begin(script, settings)
        self._acting = NOBODY
        self._author = USER
        self.sim = simulated().begin(self)
        self._people = {Side.BC: self.sim.bc, Side.SALES: self.sim.sales}
        config = self.sim.config
        self.line = Line(self, simulated().client, urlsplit(LOGIN_HOST).netloc, urlsplit(config.org_url).netloc)
        self._endpoints = self._connect()
        self._since = {side: self.sim.store.version(side.value) for side in Side}
        for name in settings.rates.keys() & RULES.keys():
            rule = {"name": name, "probability": settings.rates[name], "seed": script.seed, "times": 12, **RULES[name]}
            self.sim.faults.add(FaultRule(**rule))

    def _connect(self) -> dict[Side, Endpoint]:
        config = self.sim.config
        account = Account(tenant=config.tenant, client_id=config.client_id, client_secret=config.client_secret)
        clock = Clock(self.seconds, lambda: self.now().timestamp(), self.advance)
        limits = TransportSettings(parallel=1, retries=self.script.random.choice((0, 1, 4)))
        bc, sales = make_endpoints(
            account,
            environment=config.environment,
            company=config.company.id,
            org_url=config.org_url,
            around=Surroundings(settings=limits, clock=clock),
        )
        bc.batch_limit, sales.batch_limit = self.settings.bc_batch, self.settings.sales_batch
        for each in (bc, sales):
            # two workers are two processes, each with its own; here both speak through one endpoint, in one thread
            each._slots = BoundedSemaphore(WORKERS)
        type(bc).page_size = type(sales).page_size = self.settings.page_size
        return {Side.BC: bc, Side.SALES: sales}

    # --- clock -------------------------------------------------------------------------------------------------------

    def seconds(self) -> float:
        """The time, in seconds since the beginning."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass; what was late happens meanwhile."""
        self._seconds += seconds
        self.sim.clock.set(START + timedelta(seconds=self._seconds))
        self.line.settle_late()

    # --- who writes --------------------------------------------------------------------------------------------------

    def endpoint(self, side: Side) -> Endpoint:
        """A service as the engine speaks to it."""
        return self._endpoints[side]

    def acting(self, job_id: str) -> str:
        """From now on this job writes; returns the one that did before."""
        before, self._acting = self._acting, job_id
        return before

    def deliver(self, side: Side, call: Callable[[], Answer]) -> Answer:
        """Hand a request to the simulator; what our application writes meanwhile is the acting job's."""
        self._author = self._acting
        try:
            return call()
        finally:
            self._author = USER

    def hear(self, side: Side, changes: Sequence[Change]) -> None:
        """Note what the simulator committed, in its own words."""
        application = self.sim.authority.application.object_id
        for change in changes:
            if change.entity_set == TABLES[side]:
                author = self._author if change.author == application else USER
                before, after = self._shown(side, change.before), self._shown(side, change.after)
                self.history.add(side, change.key, author, before, after)
                self.script.tell(f"    {side} {change.key[:8]} by {author}: {before} -> {after}")

    def _shown(self, side: Side, row: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if row is None:
            return None
        names = [name for each in self.mapping.enabled_fields if (name := each.of(side))]
        shown = {name: row.get(name) for name in names}
        return shown | {"blocked": _plain(row.get("blocked"))} if side is Side.BC else shown

    # --- users -------------------------------------------------------------------------------------------------------

    def rows(self, side: Side) -> dict[str, dict[str, Value]]:
        """The rows of the mapping's table."""
        key = self.mapping.table(side).key
        return {str(row[key]): self._shown(side, row) or {} for row in self._people[side].list(TABLES[side])}

    def put(self, side: Side, values: Mapping[str, Any]) -> str:
        """A user makes a row; returns its id."""
        values = {name: value for name, value in values.items() if name not in ("blocked", "currencyId")}
        return str(self._people[side].create(TABLES[side], values)[self.mapping.table(side).key])

    def change(self, side: Side, id: str, values: Mapping[str, Any]) -> None:
        """A user changes a row."""
        self._people[side].update(TABLES[side], id, **values)

    def drop(self, side: Side, id: str) -> None:
        """A user deletes a row."""
        self._people[side].delete(TABLES[side], id)

    def mint(self, side: Side) -> None:
        """The currencies are those of the simulator."""

    def _mint_all(self, side: Side) -> None:
        """The currencies are those of the simulator."""

    def replay(self) -> bool:
        """Send a request again that was carried out before; False before there is one."""
        return self.line.replay()

    def expire_cursors(self) -> None:
        """The simulator has no such switch at any moment: an expired token is one of its fault rules."""

    def calm(self) -> None:
        """No rule is in force any more; what each did is counted."""
        for rule, _, fired in self.sim.faults.rules():
            self.script.fired[rule.name] += fired
        self.sim.faults.clear()

    def _currencies(self, side: Side) -> dict[str, str]:
        return {}

    def _some_text(self, name: str, side: Side) -> Value:
        value = super()._some_text(name, side)
        return self._fresh() if value == POISON else value

    def log(self) -> Sequence[Change]:
        """The simulator's own change log of the mapping's tables since the world began."""
        return [change for side in Side for change in self._people[side].changes(TABLES[side], since=self._since[side])]


def _plain(blocked: Any) -> str:
    return " " if blocked in ("_x0020_", " ", None, "") else str(blocked)
