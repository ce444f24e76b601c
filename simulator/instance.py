"""One simulator: its clock, its state, its journal and the other users of its two worlds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import make_url

from simulator.auth import Authority
from simulator.business_central.service import business_central_service
from simulator.clock import Clock
from simulator.config import BC_HOST, LOGIN_HOST, SimulatorConfig
from simulator.editors import Editors
from simulator.faults import Faults
from simulator.http import Notifier
from simulator.journal import Journal
from simulator.limits import Limits
from simulator.odata.service import Service
from simulator.people import User
from simulator.sales.service import sales_service
from simulator.seed import Progress, WorldSeed, fill_store
from simulator.seed.cache import SeedCache, copy_world
from simulator.store import Store

_SEED_STATE = "seed"
_LARGE = 20_000  # customers from which on a world lives in a file
_WORTH_KEEPING = 2_000  # customers from which on copying a world is quicker than making it


class Simulator:
    """The handle of one simulator; several may live in one process and share nothing.

    ``bc`` and ``sales`` act as another user of the two services, ``store`` holds the rows and the change log, ``clock``
    can be frozen and moved, ``requests`` is the journal of every HTTP request, ``faults`` are the fault
    rules in force, ``limits`` the service protection limits (off until switched on), ``notifier`` sends webhooks,
    ``editors`` are users who keep editing.
    """

    app: Flask

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.clock = Clock()
        self.authority = Authority(config, self.clock.now)
        self.requests = Journal()
        self.faults = Faults()
        self.limits = Limits(self.clock.now)
        self.services = _services()
        self._scratch = _scratch_folder(config)
        self._cache = SeedCache(config.cache) if config.cache else None
        self.store = Store(self.services.values(), clock=self.clock, url=self._open_state(), id_seed=_id_seed(config))
        self.notifier = Notifier(self.store, self.faults, host=urlsplit(config.org_url).netloc)
        person = self.authority.person.object_id
        self.bc = User(self.store, "bc", config.company.id, person)
        self.sales = User(self.store, "sales", "", person)
        self.editors = Editors({"bc": self.bc, "sales": self.sales}, config.seed)

    @property
    def bc_url(self) -> str:
        """The root of Business Central's API at its real host, with tenant and environment."""
        return f"{BC_HOST}/v2.0/{self.config.tenant}/{self.config.environment}/api/v2.0"

    @property
    def sales_url(self) -> str:
        """The root of the Dataverse Web API at the organization's address."""
        return f"{self.config.org_url}/api/data/v9.2"

    @property
    def token_url(self) -> str:
        """Where tokens are got, at the real host."""
        return f"{LOGIN_HOST}/{self.config.tenant}/oauth2/v2.0/token"

    @property
    def is_seeded(self) -> bool:
        """Whether the state has been filled before, in this run or, when it is a file, in an earlier one."""
        return self.store.get_state(_SEED_STATE) is not None

    def prepare(self, progress: Progress | None = None) -> None:
        """Fill the state as configured, unless it is filled already; a kept world of these parameters is copied."""
        if self.is_seeded:
            return
        kept = self._cache.find(self._worlds()) if self._cache else None
        if kept is not None:
            self.store.adopt(str(kept))
            return
        self._fill(self.config.customers, self.config.seed, progress)
        if self._cache is not None and self.config.customers >= _WORTH_KEEPING:
            self._cache.keep(self._worlds(), self.store)

    def seed(self, customers: int, seed: int = 1, progress: Progress | None = None) -> None:
        """Replace everything by new worlds of this size and seed."""
        self.store.reset()
        self._fill(customers, seed, progress)

    def reset(self, progress: Progress | None = None) -> None:
        """Go back to the worlds as configured, to the real time without faults or limits, and forget the journal."""
        self.seed(self.config.customers, self.config.seed, progress)
        self.clock.reset()
        self.faults.clear()
        self.limits.switch(is_on=False)
        self.requests.clear()

    def close(self) -> None:
        """Stop the simulated users and close the state; what is not in a file is gone."""
        self.editors.stop()
        self.notifier.stop()
        self.store.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def _fill(self, customers: int, seed: int, progress: Progress | None) -> None:
        with self.store.filling():
            for world in self._worlds(customers, seed):
                fill_store(self.store, world, progress)
        self.store.put_state(_SEED_STATE, {"customers": customers, "seed": seed})

    def _worlds(self, customers: int | None = None, seed: int | None = None) -> list[WorldSeed]:
        """Return what the state is filled with, as configured unless said otherwise: one world for each company."""
        config = self.config
        return [
            WorldSeed(
                seed=config.seed if seed is None else seed,
                customers=config.customers if customers is None else customers,
                people=config.people,
                items=config.items,
                orders=config.orders,
                invoices=config.invoices,
                company=company.id,
                company_name=company.name,
                company_display_name=company.display_name,
                caller=self.authority.application.object_id,
                person=self.authority.person.object_id,
                client_id=config.client_id,
                with_sales=company == config.company,
            )
            for company in config.companies
        ]

    def _open_state(self) -> str:
        """Return the database's URL; where there is no file yet, a kept world is copied into place first."""
        database = self.config.database
        if self._scratch is not None:
            database = f"sqlite:///{Path(self._scratch.name) / 'world.sqlite3'}"
        path = make_url(database).database
        kept = self._cache.find(self._worlds()) if self._cache else None
        if kept is not None and path and path != ":memory:" and not Path(path).exists():
            copy_world(kept, Path(path))
        return database


def _is_memory(config: SimulatorConfig) -> bool:
    return make_url(config.database).database in (None, "", ":memory:")


def _id_seed(config: SimulatorConfig) -> int | None:
    """Return what makes new ids repeatable; nothing when the state outlives us, as they would then come twice."""
    return config.seed if _is_memory(config) else None


def _scratch_folder(config: SimulatorConfig) -> TemporaryDirectory[str] | None:
    """Return a folder for a large world that nobody wants to keep: a file takes less memory than memory does."""
    return TemporaryDirectory(prefix="simulator-") if _is_memory(config) and config.customers >= _LARGE else None


@cache
def _services() -> Mapping[str, Service]:
    """Return both services' compiled models: constants, which all simulators of a process share."""
    return MappingProxyType({"bc": business_central_service(), "sales": sales_service()})


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator behind a Flask app made by create_simulator."""
    simulator: Simulator = app.extensions["simulator"]
    return simulator
