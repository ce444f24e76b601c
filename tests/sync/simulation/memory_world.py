"""A small world in memory: both services, their users, and one clock for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from flask_coupling.core.company import CompanyScope
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import EMPTY_GUID, Value
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Endpoint, Write
from flask_coupling.errors import CouplingError, ValueRefused

from .history import History
from .memory_services import START, UnreliableService
from .script import Script
from .settings import Settings

TABLES = {Side.BC: "customers", Side.SALES: "accounts"}
CURRENCIES = {Side.BC: ("currencies", "code"), Side.SALES: ("transactioncurrencies", "isocurrencycode")}
CODES = ("EUR", "USD", "SEK")
POISON = "refused"
"""A value the services do not take from us, as one that is too long for the other side."""


class MemoryWorld:
    """Both services and their users. Rows are known by the first word of their name, which nobody edits."""

    editable: tuple[str, ...] = ("displayName", "phoneNumber", "city", "website", "creditLimit", "currencyId")
    """The fields users edit, by the names the mapping gives them."""

    company: CompanyScope | None = None
    """The company that rows of Sales are given; None where they are not told apart."""

    faults: tuple[str, ...] = ()
    """Faults that only this kind of world has."""

    secrets: tuple[str, ...] = ()
    """What must not be written down anywhere."""

    @property
    def sent_in_a_wait(self) -> int:
        """Requests sent while their service had asked to be left alone; a memory endpoint has no gate to wait at."""
        return 0

    def check_history(self) -> None:
        """Compare the history with what the services have kept themselves."""
        for side in Side:
            assert self.history.rows(side) == self.rows(side)

    def connected(self) -> AbstractContextManager[object]:
        """While the block runs the engine's requests come here."""
        return nullcontext()

    def __init__(self, script: Script, settings: Settings) -> None:
        self._begin(script, settings)
        self.services = {side: self._service(side) for side in Side}
        if settings.shouts:
            self.services[Side.BC].reshape = _shout
        for side in Side:
            self.services[side].refuse = self._refusal(side)
            for code in CODES[: script.random.randrange(len(CODES) + 1)]:
                self._add_currency(side, code)

    def _begin(self, script: Script, settings: Settings) -> None:
        self.script, self.settings = script, settings
        self.history = History()
        self.is_coupled: Callable[[Side, str], bool] = lambda side, id: False
        self.never_seen: set[str] = set()
        self.renamed: set[str] = set()
        self.doubled: set[str] = set()
        self.restored = False
        self.undoing: set[str] = set()
        self.undone: set[str] = set()
        self.asking: set[str] = set()
        self.asked: dict[str, int] = {}
        self.parted: set[str] = set()
        self.decided: set[tuple[str, str]] = set()
        self._seconds = 0.0
        self._count = 0

    def _service(self, side: Side) -> UnreliableService:
        service = UnreliableService(side, self.script, self.history, TABLES[side], lambda: self._seconds)
        service.page_size = self.settings.page_size
        service.batch_limit = self.settings.bc_batch if side is Side.BC else self.settings.sales_batch
        return service

    @property
    def mapping(self) -> TableMapping:
        """The mapping under test."""
        return self.settings.mapping

    # --- clock -------------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time everywhere."""
        return START + timedelta(seconds=self._seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass; what was late happens meanwhile."""
        self._seconds += seconds
        for service in self.services.values():
            service.settle_late()

    def endpoint(self, side: Side) -> Endpoint:
        """A service as the engine speaks to it."""
        return self.services[side]

    def acting(self, job_id: str) -> str:
        """From now on this job writes; returns the one that did before."""
        before = self.services[Side.BC].acting
        for service in self.services.values():
            service.acting = job_id
        return before

    # --- users -------------------------------------------------------------------------------------------------------

    def rows(self, side: Side) -> dict[str, dict[str, Value]]:
        """The rows of the mapping's table."""
        return self.services[side].rows(TABLES[side])

    def put(self, side: Side, values: Mapping[str, Any]) -> str:
        """A user makes a row; returns its id."""
        return self.services[side].add(TABLES[side], **values)

    def change(self, side: Side, id: str, values: Mapping[str, Any]) -> None:
        """A user changes a row."""
        self.services[side].edit(TABLES[side], id, **values)

    def drop(self, side: Side, id: str) -> None:
        """A user deletes a row."""
        self.services[side].remove(TABLES[side], id)

    def expire_cursors(self) -> None:
        """The services forget where anybody had read up to."""
        for service in self.services.values():
            service.expire_cursors()

    def replay(self) -> bool:
        """Send a request again that was carried out before; False where the world has none (F9 does it here)."""
        return False

    def calm(self) -> None:
        """The services work well from now on."""

    def let_a_user_act(self) -> None:
        """Somebody, on one of the two sides, does something."""
        random = self.script.random
        side = random.choice(tuple(Side))
        acts: tuple[tuple[Callable[[Side], None], int], ...] = (
            (self.edit, 12),
            (self.take_back, 2),
            (self.create, 3),
            (self.delete, 1),
            (self.block, 1),
            (self.mint, 1),
        )
        random.choices([act for act, _ in acts], [weight for _, weight in acts])[0](side)

    def create(self, side: Side) -> str:
        """A user makes a new record."""
        self._count += 1
        title = f"{side.value[0].upper()}{self._count} new"
        values: dict[str, Any] = {self._name("displayName", side): title}
        if side is Side.BC:
            values |= {"blocked": " ", "currencyId": EMPTY_GUID, "phoneNumber": "", "city": "", "creditLimit": 0}
        values |= self._some_edits(side)
        return self.put(side, values)

    def create_twins(self) -> tuple[str, str]:
        """Users have the same firm on both sides, to be coupled by hand; returns both ids."""
        self._count += 1
        title, ids = f"T{self._count} twin", []
        for side in Side:
            values = {self._name("displayName", side): title, **({"blocked": " "} if side is Side.BC else {})}
            ids.append(self.put(side, values | self._some_edits(side)))
        return ids[0], ids[1]

    def create_double(self, side: Side) -> None:
        """A user makes a record that one of this side, whoever its partner is, has the name of."""
        if ids := self.ordered(side):
            name = self._name("displayName", side)
            title = self.rows(side)[self.script.random.choice(ids)][name]
            self.doubled.add(str(title).split()[0])
            self.script.note("F25 double")
            self.put(side, {name: title, **({"blocked": " "} if side is Side.BC else {})} | self._some_edits(side))

    def edit(self, side: Side, id: str | None = None) -> None:
        """A user edits one or two fields of a record."""
        ids = self.ordered(side)
        if ids or id:
            id = id or self.script.random.choice(ids)
            edits = self._some_edits(side, id)
            if self._name("displayName", side) in edits and not self.is_coupled(side, id):
                self.renamed.add(self.token(side, self.rows(side)[id]))
                self.script.note("renamed before its coupling was stored")
            self.change(side, id, edits)

    def take_back(self, side: Side) -> None:
        """A user gives a field the value it had before it was last written, by whomever."""
        rows, names = self.rows(side), [self._name(each, side) for each in self.editable if each != "displayName"]
        for event in reversed(self.history.events):
            moved = [name for name in event.moved if name in names] if event.kind == "updated" else []
            if event.side is side and event.id in rows and event.before and moved:
                self.script.note("taken back")
                name = self.script.random.choice(moved)
                return self.change(side, event.id, {name: event.before.get(name)})

    def delete(self, side: Side) -> None:
        """A user deletes a record."""
        if ids := self.ordered(side):
            id = self.script.random.choice(ids)
            if not self.is_coupled(side, id):
                self.never_seen.add(id)
            self.drop(side, id)

    def block(self, side: Side) -> None:
        """A user blocks a customer, or lets it take part again."""
        if ids := self.ordered(Side.BC):
            id = self.script.random.choice(ids)
            is_blocked = self.rows(Side.BC)[id].get("blocked") == "All"
            if self.mapping.match_first and not self.is_coupled(Side.BC, id):
                self.renamed.add(self.token(Side.BC, self.rows(Side.BC)[id]))  # its twin does not find it
            self.change(Side.BC, id, {"blocked": " " if is_blocked else "All"})

    def mint(self, side: Side) -> None:
        """A user adds a currency that was missing."""
        if missing := [code for code in CODES if code not in self._currencies(side)]:
            self._add_currency(side, missing[0])

    def heal(self) -> None:
        """Users mend what the services refused, and add the currencies that were missing."""
        for side in Side:
            self._mint_all(side)
            for id, values in self.rows(side).items():
                if poisoned := [name for name, value in values.items() if value == POISON]:
                    self.change(side, id, dict.fromkeys(poisoned, self._fresh()))

    def _mint_all(self, side: Side) -> None:
        for code in CODES:
            if code not in self._currencies(side):
                self._add_currency(side, code)

    def _some_edits(self, side: Side, id: str | None = None) -> dict[str, Value]:
        random = self.script.random
        names = random.sample(self.editable, random.choice((1, 1, 2)))
        edits: dict[str, Value] = {}
        for name in names:
            own = self._name(name, side)
            if name == "displayName":
                if id is not None:
                    token = str(self.rows(side)[id][own]).split()[0]
                    edits[own] = f"{token} {self._fresh()}"
            elif name == "creditLimit":
                edits[own] = random.randrange(1, 1000)
            elif name == "currencyId":
                edits[own] = self._some_currency(side)
            else:
                edits[own] = self._some_text(name, side)
        return edits

    def _some_text(self, name: str, side: Side) -> Value:
        chance = self.script.random.random()
        if chance < 0.1:
            return "" if side is Side.BC else None
        if chance < 0.13 and name == "phoneNumber":
            self.script.note("F18 poison")
            return POISON
        if chance < 0.2:
            return "Æblegade 🍎"
        return self._fresh()

    def _fresh(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _some_currency(self, side: Side) -> Value:
        ids = list(self._currencies(side).values())
        return self.script.random.choice([*ids, EMPTY_GUID if side is Side.BC else None])

    def _currencies(self, side: Side) -> dict[str, str]:
        table, column = CURRENCIES[side]
        return {str(values[column]): id for id, values in self.services[side].rows(table).items()}

    def _add_currency(self, side: Side, code: str) -> None:
        table, column = CURRENCIES[side]
        self.services[side].add(table, **{column: code})

    def _name(self, field: str, side: Side) -> str:
        name = self.mapping.field(field).of(side)
        assert name is not None
        return name

    def ordered(self, side: Side) -> list[str]:
        """The ids of the rows, in an order that does not hang on the ids."""
        return sorted(self.rows(side), key=self._order(side))

    def retitle(self, side: Side, id: str) -> None:
        """A user gives a record another name."""
        name = self._name("displayName", side)
        token = str(self.rows(side)[id][name]).split()[0]
        self.change(side, id, {name: f"{token} {self._fresh()}"})

    def _order(self, side: Side) -> Callable[[str], tuple[str, str]]:
        rows, name = self.rows(side), self._name("displayName", side)
        return lambda id: (str(rows[id].get(name)), id)

    # --- what is equal -----------------------------------------------------------------------------------------------

    def token(self, side: Side, values: Mapping[str, Any]) -> str:
        """By what a record is known on both sides."""
        return str(values.get(self._name("displayName", side)) or "?").split()[0]

    def plain(self, field: str, side: Side, value: Value) -> object:
        """A value as both sides would say it; blanks are alike, and so are the cases of a city that is shouted."""
        if field == "currencyId":
            codes = {id: code for code, id in self._currencies(side).items()}
            return codes.get(str(value), "")
        if value in (None, "", " ", 0, EMPTY_GUID):
            return ""
        return str(value).upper() if field == "city" else value

    def _refusal(self, side: Side) -> Callable[[Write], CouplingError | None]:
        def refuse(write: Write) -> CouplingError | None:
            if POISON not in write.values.values():
                return None
            return ValueRefused(service=side.label, record=str(write.id), detail="too long")

        return refuse


def _shout(table: str, values: dict[str, Value]) -> dict[str, Value]:
    city = values.get("city")
    return {**values, "city": city.upper()} if isinstance(city, str) else values


class CompanyWorld(MemoryWorld):
    """The same where several companies share Sales: what is coupled is given ours, and loses it with its coupling."""

    company = CompanyScope("bcbi_companyid", "0a1b2c3d-0000-4000-8000-0000000000aa", "Ours")
