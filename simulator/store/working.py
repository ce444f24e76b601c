"""A transaction as a piece of work: what is held back, what is taken back, what waits; and the options of choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from simulator.odata.edm import Option, Type
from simulator.odata.values import ticks_of, utc_text
from simulator.store.reader import Reader
from simulator.store.state import ServiceState, StoredRows
from simulator.store.work import Collided, LaterRow, Savepoint, Statement, Work

Result = TypeVar("Result")


class Working(Reader):
    """A reader that sees what its own transaction has done, and can undo it."""

    def __init__(self, store: StoredRows, state: ServiceState, scope: str, author: str) -> None:
        super().__init__(store, state, scope, author)
        self._share(Work(store))

    def _share(self, work: Work) -> None:
        """Do a part of this work; `log` is what was written so far, in the order of its versions."""
        self._work = work
        self.log = work.log

    def _read_clock(self) -> None:
        super()._read_clock()
        self.ticks, self.stamp = ticks_of(self.now), utc_text(self.now, self.service.style.millisecond)

    @property
    def lets_wait(self) -> bool:
        """Whether writes were put off, as nobody listened to them."""
        return bool(self._work.lets_wait)

    @property
    def is_holding(self) -> bool:
        """Whether new rows are held back, to be stored together."""
        return self._work.is_holding

    def hold(self, table: str, statement: Statement) -> None:
        """Hold a new row back."""
        self._work.hold(table, statement)

    @property
    def later(self) -> list[tuple[str, LaterRow]]:
        """The rows, each with its company, that are not to be stored yet; who takes them leaves none."""
        self._work.later, later = [], self._work.later
        return later

    def settle_own(self) -> None:
        """Store what waits of this transaction itself."""
        raise NotImplementedError

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows a statement finds, those that are held back among them."""
        work = self._work
        if work.held and work.concerns(sql):
            work.flush()
        if work.later and work.awaits(sql):
            self.settle_own()
        return self.store.query(sql, parameters)

    def recall(self, name: str, sets: tuple[str, ...], find: Callable[[], Any]) -> Any:
        """Return what `find` finds in these sets; what this transaction has written there is not for others to know."""
        if any(row.entity_set in sets for row in self.log):
            return find()
        return super().recall(name, sets, find)

    def new_id(self) -> str:
        """Return an id for a new row."""
        return self.store.new_id()

    def savepoint(self) -> Savepoint:
        """Undo what rows were written inside when an exception passes."""
        return Savepoint(self._work, self.state)

    def together(self, write: Callable[[], Result]) -> Result:
        """Run something that inserts many rows, which go to the database together.

        It is run again, row by row, when two rows do not go together; so it must start from the beginning each time.
        """
        if self._work.is_holding or self.state.guard is not None:  # who is told of a row must not be told twice
            return write()
        series = dict(self.state.series)
        try:
            with self.savepoint():
                return self._holding(write)
        except Collided:
            self.state.series.clear()
            self.state.series.update(series)
        return write()

    def _holding(self, write: Callable[[], Result]) -> Result:
        self._work.is_holding = True
        try:
            result = write()
            self._work.flush()
            return result
        finally:
            self._work.is_holding = False

    # options of choices

    def options_of(self, entity: str, column: str) -> tuple[Option, ...] | None:
        """Return the options of a choice of an entity, unpublished ones too; None when it is no choice."""
        declared = self.service.model.by_entity(entity)
        prop = declared.property(column) if declared else None
        if declared is None or prop is None or prop.type is not Type.CHOICE or prop.kind:
            return None
        return self.state.options.latest(self.state.declared, (declared.name, column))

    def columns_of(self, option_set: str) -> tuple[tuple[str, str], ...]:
        """Return the choices, as (entity, column), that have the options of a global option set."""
        return tuple(
            (entity.entity, prop.name)
            for entity in self.service.model.entity_sets
            for prop in entity.properties
            if prop.option_set and prop.option_set == option_set
        )

    def change_options(self, entity: str, column: str, options: tuple[Option, ...]) -> None:
        """Give a choice of an entity other options, which are seen once they are published."""
        declared = self.service.model.by_entity(entity)
        assert declared is not None
        self._note_options()
        self.state.options.drafts[declared.name, column] = options
        self.store.remember_options(self.state)

    def publish_options(self) -> None:
        """Let everyone see the options that were changed."""
        self._note_options()
        for entity_set, _ in self.state.options.publish():
            self.state.set_versions[entity_set] += 1  # pages kept with their labels are stale
        self.state.use_options(self.state.options)
        self.store.remember_options(self.state)

    def _note_options(self) -> None:
        self._work.changes_options = True
        if self._work.depth:
            self._work.statements.append(self.store.restoring_options(self.state))
