"""Open, fill, read and restore the state of one simulator."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import orjson

from simulator.odata.edm import AlternateKey
from simulator.odata.rules import Row
from simulator.odata.service import Options, Service, Shape
from simulator.store.block import WritingBlock
from simulator.store.bulk import store_rows
from simulator.store.changes import Change, LogRow
from simulator.store.database import Database
from simulator.store.ids import Ids
from simulator.store.later import Later
from simulator.store.log import read_log, write_log
from simulator.store.options import OptionSets
from simulator.store.reader import Reader
from simulator.store.state import ServiceState, TellsTime
from simulator.store.statements import Listener, Statements, Wants
from simulator.store.tables import declare
from simulator.store.transaction import Transaction


class Store(Statements):
    """All rows of both services, in one SQLite database (private memory unless a URL names a file).

    Usage::

        store = Store([business_central(...), sales(...)], url="sqlite:///world.db", clock=clock, id_seed=1)
        store.load("bc", "customers", rows, scope=company_id)           # the seed: bulk, checked, not logged
        with store.writing("bc", company_id, author="USER") as world:   # as the other user would; logged
            row = world.create("customers", {"displayName": "Adatum"})
            world.update("customers", row["id"], {"city": "Atlanta"})
        with store.reading("sales") as world:
            world.find("accounts", name="Adatum")
        store.changes("bc")                                             # the log: who wrote what, when

    One writer at a time; a failed write leaves nothing behind. `id_seed` makes generated GUIDs repeatable.
    """

    def __init__(
        self, services: Iterable[Service], *, clock: TellsTime, url: str = "sqlite://", id_seed: int | None = None
    ) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.new_id = Ids(id_seed).new
        self._services = {service.name: service for service in services}
        schema = declare(self._services.values())
        self._database = Database(url, schema)
        self._later = Later(self)
        self.epoch = 0
        self._listeners: list[tuple[Listener, Wants]] = []
        self._states = {
            name: ServiceState(service, {one.name: schema.tables[name, one.name] for one in service.model.entity_sets})
            for name, service in self._services.items()
        }
        self._scopes: dict[str, int] = {"": 0}
        self._seen: list[int] = []
        self._values: dict[str, bytes | None] = {}  # the small state as last read or written
        self._recall()

    # transactions

    def reading(self, service: str, scope: str = "", author: str = "") -> AbstractContextManager[Reader]:
        """Read one service; nothing is written."""
        return nullcontext(self.reader(service, scope, author))

    def reader(self, service: str, scope: str = "", author: str = "") -> Reader:
        """Return what reads one service from now on; there is nothing to close."""
        return Reader(self, self._states[service], scope, author)

    def writing(self, service: str, scope: str = "", author: str = "") -> WritingBlock:
        """Write to one service: committed at the end, undone when an exception passes."""
        return WritingBlock(self, self._states[service], scope, author)

    def begin(self) -> None:
        """Begin a write."""
        self._database.begin()

    def commit(self, transaction: Transaction) -> None:
        """Make what a transaction wrote last, with its log; what stands in the way undoes it."""
        state, log = transaction.state, transaction.log
        try:
            if not log:
                transaction.settle_own()
            later = transaction.later
            if later:
                self._later.keep(state, log, later)
            write_log(self.execute_many, state.service.name, log)
        except BaseException:
            self.undo()
            raise
        self._database.commit()
        state.committed = state.version
        self._later.last(state, later)
        for entity_set in {*[row.entity_set for row in log], *[row.entity_set for _, row in later]}:
            state.set_versions[entity_set] += 1

    def undo(self) -> None:
        """Undo what was written since the beginning; versions that were used are gone: none is given out twice."""
        self._database.rollback()
        self._values.clear()
        self._later.undone()
        for state in self._states.values():
            self.recall_options(state)

    def tell(self, transaction: Transaction) -> None:
        """Tell those who listen what a transaction wrote."""
        if transaction.lets_wait:  # nobody listened
            return
        service, listeners = transaction.service.name, self.listening(transaction.state)
        changes = self._changes(service, transaction.log) if listeners else []
        for listener in listeners:
            listener(service, changes)

    def _changes(self, service: str, log: Iterable[LogRow]) -> list[Change]:
        scopes = {number: text for text, number in self._scopes.items()}
        return [Change.of(service, row, scopes.get(row.scope, "")) for row in log]

    # bulk

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Make room for very many loads into empty tables; rows can be found again when the block has ended."""
        with self.lock, self._database.filling():
            yield

    def load(
        self,
        service: str,
        entity_set: str,
        rows: Iterable[Mapping[str, Any]],
        scope: str = "",
        *,
        trusted: bool = False,
    ) -> int:
        """Insert many complete rows at once, as the seed does, and return how many.

        Values are by wire name and must be valid as the service writes them; each is normalized all the same unless
        the rows are `trusted` to be normal already. What is left out gets its default; a Guid key left out is made.
        Rules do not run, nothing is logged: server-set properties (times, users, totals) are taken as given. Delta
        tokens handed out before are no longer valid.
        """
        state = self._states[service]
        shape = state.service.shapes[entity_set]
        with self.lock:
            self._database.begin()
            try:
                transaction = Transaction(self, state, scope, "")
                count = store_rows(transaction, shape, self._complete_rows(state.service, shape, rows, trusted))
                state.oldest_token = state.committed = state.version
                self._remember_state(state)
            except BaseException:
                self.undo()
                raise
            self._database.commit()
            state.set_versions[entity_set] += 1
        return count

    def _complete_rows(
        self, service: Service, shape: Shape, rows: Iterable[Mapping[str, Any]], trusted: bool
    ) -> Iterator[Row]:
        for values in rows:
            row: Row = {**shape.template, **(values if trusted else shape.accept(values, service.words))}
            if shape.has_guid_key and shape.key not in values:
                row[shape.key] = self.new_id()
            yield row

    def reset(self) -> None:
        """Delete every row, log entry, subscription and number; versions go on rising."""
        with self.lock:
            self._database.delete_everything()
            for state in self._states.values():
                state.oldest_token = state.committed = state.next_version()
                state.series.clear()
                state.keys.clear()
            self._scopes = {"": 0}
            self.epoch += 1
            self._recall()
            for state in self._states.values():
                self._remember_state(state)

    def snapshot(self, name: str) -> None:
        """Keep a copy of everything under a name; an older one of that name is replaced."""
        with self.lock:
            for state in self._states.values():
                self._remember_state(state)
            self._database.copy_to(name)

    def restore(self, name: str) -> None:
        """Go back to a named copy; KeyError when there is none. Versions do not go back, old tokens expire."""
        with self.lock:
            versions = {key: state.version for key, state in self._states.items()}
            self._database.copy_from(name)
            self._scopes = {"": 0}
            self._recall()
            self.epoch += 1
            for key, state in self._states.items():
                state.version = max(state.version, versions[key]) + 1
                state.oldest_token = state.committed = state.version
                state.series.clear()
                self._remember_state(state)

    def export(self, path: str) -> None:
        """Write everything to a database file of its own, which a store can be opened on later."""
        with self.lock:
            for state in self._states.values():
                self._remember_state(state)
            self._database.export(path)

    def adopt(self, path: str) -> None:
        """Replace everything by what an exported file holds; old tokens expire."""
        with self.lock:
            self._database.adopt(path)
            self._recall()
            self.epoch += 1

    def snapshots(self) -> list[str]:
        """Return the names of the kept copies, sorted."""
        return self._database.copies()

    def seed_ids(self, seed: int | str) -> None:
        """Make the GUIDs of new rows by this seed from now on; it must not be one that made rows which are still here.

        After `restore`, the same requests in the same order then make the same rows.
        """
        self.new_id = Ids(seed).new

    def close(self) -> None:
        """Close the database; an in-memory one is gone."""
        for state in self._states.values():
            self._remember_state(state)
        self._database.close()

    # the log

    def changes(self, service: str, since: int = 0, entity_set: str = "", key: str = "") -> list[Change]:
        """Return the log after a version, oldest first; of one set and of one row when asked."""
        with self.lock:  # nothing is written between reading the log and the rows
            log = read_log(self.query, self._states[service], since, entity_set, key)
        return self._changes(service, log)

    def version(self, service: str) -> int:
        """Return the version number of a service's latest committed write."""
        return self._states[service].committed

    # scopes and keys

    def scope_number(self, state: ServiceState, scope: str) -> int:
        """Return the number that stands for a company in the tables."""
        number = self._scopes.get(scope)
        if number is None:
            with self.lock:
                number = self._scopes.setdefault(scope, len(self._scopes))
                self.put_state("scopes", self._scopes)
        return number

    def has_set(self, service: str, entity_set: str) -> bool:
        """Whether a service is here and has this set."""
        return service in self._services and entity_set in self._services[service].shapes

    def state_of(self, service: str) -> ServiceState:
        """Return what the store keeps for a service."""
        return self._states[service]

    def set_alternate_keys(self, service: str, entity_set: str, keys: Sequence[AlternateKey]) -> None:
        """Say which alternate keys of a set are enforced from now on; kept with the state."""
        self._states[service].keys[entity_set] = list(keys)
        self._remember_state(self._states[service])

    def set_options(self, service: str, options: Mapping[tuple[str, str], Options]) -> None:
        """Give choices, by entity set and name, other options, for everyone to see at once; kept with the state."""
        state = self._states[service]
        state.use_options(OptionSets({**state.options.published, **options}, state.options.drafts))
        self.remember_options(state)

    def remember_options(self, state: ServiceState) -> None:
        """Keep the options of a service's choices with the state."""
        self.put_state(f"options:{state.service.name}", state.options.as_json())

    def restoring_options(self, state: ServiceState) -> tuple[str, Sequence[Any]]:
        """Return the statement that keeps the options of a service's choices as they are now."""
        name, kept = f"options:{state.service.name}", orjson.dumps(state.options.as_json())
        return "INSERT OR REPLACE INTO _state VALUES (?, ?)", (name, kept)

    def recall_options(self, state: ServiceState) -> None:
        """Take the options of a service's choices as they are kept: what was changed since is undone."""
        self._values.pop(f"options:{state.service.name}", None)
        kept = self.get_state(f"options:{state.service.name}", [])
        if kept != state.options.as_json() and (kept or state.options != OptionSets()):
            state.use_options(OptionSets.of(kept))

    def _remember_state(self, state: ServiceState) -> None:
        keys = {name: [[key.name, list(key.properties)] for key in keys] for name, keys in state.keys.items()}
        facts = {"version": state.version, "oldest_token": state.oldest_token, "keys": keys}
        self.put_state(f"service:{state.service.name}", facts)

    def _recall(self) -> None:
        self._values.clear()
        self._scopes = self.get_state("scopes", {"": 0})
        self._later.recall(self._states)
        for name, state in self._states.items():
            facts = self.get_state(f"service:{name}", {})
            latest = self.query(f'SELECT max(version) FROM "{name}__changes"', ())[0][0] or 0
            state.version = max(facts.get("version", 0), latest, state.version)
            state.committed = state.version
            state.oldest_token = max(facts.get("oldest_token", 0), state.oldest_token)
            state.keys = {
                one.name: [key for key in one.alternate_keys if key.active]
                for one in state.service.model.entity_sets
                if one.alternate_keys
            }
            self.recall_options(state)
            for entity_set, keys in facts.get("keys", {}).items():
                state.keys[entity_set] = [AlternateKey(key, tuple(names)) for key, names in keys]
