"""A simulator on a socket with users who keep editing, and what it remembers: who wrote what, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from threading import Lock
from types import MappingProxyType
from typing import Any

from flask import Flask

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Value, is_blank
from flask_coupling.core.side import Side
from simulator.app import create_simulator
from simulator.instance import simulator_of
from simulator.store import Change
from tests.sync.simulation.history import USER, History

from .host import MAPPING

TABLES = {Side.BC: "customers", Side.SALES: "accounts"}
FIELDS = ("displayName", "phoneNumber", "city", "email")


class World:
    """The simulator's side of the story; records are known by the first word of their name, which nobody edits."""

    never_seen: frozenset[str] = frozenset()
    renamed: frozenset[str] = frozenset()
    # nobody decides, parts, undoes or asks for partners here: users edit, and processes die
    undoing = undone = parted = asking = decided = doubled = frozenset[str]()
    asked: Mapping[str, int] = MappingProxyType({})
    sent_in_a_wait = 0
    restored = False

    def __init__(self, random: Random) -> None:
        self.app: Flask = create_simulator(customers=0, seed=random.randrange(1_000_000))
        self.sim = simulator_of(self.app)
        self.history = History()
        self._people = {Side.BC: self.sim.bc, Side.SALES: self.sim.sales}
        self._random = random
        self._count = 0
        self._lock = Lock()
        self.sim.store.listen(self._hear)

    @property
    def mapping(self) -> TableMapping:
        """The mapping under test."""
        return MAPPING

    def _hear(self, service: str, changes: Sequence[Change]) -> None:
        side, ours = Side(service), self.sim.authority.application.object_id
        with self._lock:
            for change in changes:
                if change.entity_set == TABLES[side]:
                    author = "engine" if change.author == ours else USER
                    self.history.add(side, change.key, author, change.before, change.after)

    # --- users -------------------------------------------------------------------------------------------------------

    def create(self, side: Side) -> None:
        """A user makes a record."""
        self._count += 1
        kind = {"customertypecode": 3} if side is Side.SALES else {}
        title = f"{side.value}{self._count} new"
        self._people[side].create(TABLES[side], {self._name("displayName", side): title, **kind, **self._edit(side)})

    def edit(self) -> None:
        """A user edits a record."""
        side = self._random.choice(tuple(Side))
        id = self._random.choice(sorted(self.rows(side)))
        self._people[side].update(TABLES[side], id, **self._edit(side))

    def _edit(self, side: Side) -> dict[str, str]:
        self._count += 1
        name = self._random.choice(FIELDS[1:])
        value = f"user{self._count}@example.com" if name == "email" else f"v{self._count}"
        return {self._name(name, side): value}

    # --- what a judge asks -------------------------------------------------------------------------------------------

    def rows(self, side: Side) -> Mapping[str, Mapping[str, Any]]:
        """The rows of the mapping's table."""
        key = MAPPING.table(side).key
        return {str(row[key]): row for row in self._people[side].list(TABLES[side])}

    def token(self, side: Side, values: Mapping[str, Any]) -> str:
        """By what a record is known on both sides."""
        return str(values[self._name("displayName", side)]).split()[0]

    def plain(self, field: str, side: Side, value: Value) -> object:
        """A value as both sides would say it."""
        return "" if is_blank(value) else value

    def _name(self, field: str, side: Side) -> str:
        return MAPPING.field(field).of(side) or ""
