"""A tiny world in dictionaries: one pair of rows, users who edit them, and a ledger that carries plans out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_coupling.core.action import Action, Couple, Delete, Insert, Modify, Skip, Uncouple
from flask_coupling.core.conflict import Policy
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan, plan, resolve
from flask_coupling.core.record import Baseline, Pair, Record, Snapshot, Value, same_value
from flask_coupling.core.reference import References
from flask_coupling.core.side import Direction, Side

BC_BLANKS: dict[str, Value] = {"blocked": False, "vip": False, "limit": 0}
"""The blanks of Business Central's properties that are not text."""

MADE_FOR = "made-for-"
WRITES = (Insert, Modify, Delete, Uncouple, Couple)


@dataclass
class Row:
    """What a service holds; the etag is the number of times the row was written."""

    id: str
    values: dict[str, Value]
    version: int = 1
    changed: int = 0

    @property
    def is_made(self) -> bool:
        """Whether a run created the row, under an id derived from its partner's."""
        return self.id.startswith(MADE_FOR)

    def seen(self) -> Record:
        return Record(self.id, str(self.version), f"2026-01-01T00:00:00.{self.changed:06}Z", dict(self.values))

    def write(self, values: dict[str, Value], now: int) -> None:
        self.values |= values
        self.version += 1
        self.changed = now


@dataclass
class World:
    """Two services with at most one row each, and what the ledger knows about the two."""

    mapping: TableMapping
    references: References
    rows: dict[Side, Row | None]
    baseline: Baseline | None = None
    source: Side | None = None
    is_coupled: bool = False
    coupled: tuple[str, ...] = ()
    """The ids the ledger knows."""
    clock: int = 0

    def observe(self) -> Pair:
        """The pair as a run sees it; a row made by a run that could not remember it is found by creating it again."""
        known = {side: row for side, row in self.rows.items() if row and (row.id in self.coupled or not row.is_made)}
        seen = {side: known[side].seen() if side in known else None for side in Side}
        return Pair(seen[Side.BC], seen[Side.SALES], self.baseline, self.source, self.is_coupled)

    def edit(self, side: Side, name: str, value: Value) -> None:
        """A user writes one property of one side."""
        row = self.rows[side]
        assert row is not None
        row.write({name: value}, self.tick())

    def tick(self) -> int:
        """The present moment; time goes on with every write."""
        self.clock += 1
        return self.clock

    def agree_now(self) -> None:
        """Take what both sides hold as the last agreement."""
        bc, sales = self.rows[Side.BC], self.rows[Side.SALES]
        assert bc is not None and sales is not None
        self.baseline = Baseline(_snapshot(bc.seen()), _snapshot(sales.seen()))
        self.is_coupled = True

    def plan(self, run: Direction | None = None, policy: Policy | None = None) -> Plan:
        """What to do with the pair now, conflicts resolved as far as the policy goes."""
        return resolve(plan(self.observe(), self.mapping, self.references, direction=run), policy or Policy())

    def carry_out(
        self, planned: Plan, *, first: int | None = None, refused: Collection[Side] = (), crash: bool = False
    ) -> None:
        """Do the first actions of a plan (None: all) and remember, unless a crash comes in between.

        A service refuses what is written to a side in `refused`, or to a row that carries another etag by now.
        """
        answers: dict[Side, Record] = {}
        done: list[Action] = []
        for action in planned.actions[:first]:
            if self._do(action, planned, answers, refused):
                done.append(action)
        if not crash:
            self._remember(planned, done, answers)

    def _do(self, action: Action, planned: Plan, answers: dict[Side, Record], refused: Collection[Side]) -> bool:
        if isinstance(action, Modify):
            row = self.rows[action.side]
            if action.side in refused or row is None or (row.id, str(row.version)) != (action.id, action.if_match):
                return False
            _check_spelling(action.side, action.values.values())
            row.write(dict(action.values), self.tick())
            answers[action.side] = row.seen()
        if isinstance(action, Insert):
            if action.side in refused:
                return False
            answers[action.side] = self._create(action, planned).seen()
        if isinstance(action, Delete):
            row = self.rows[action.side]
            if action.side in refused or row is None or (row.id, str(row.version)) != (action.id, action.if_match):
                return False
            self.rows[action.side] = None
        if isinstance(action, Uncouple):
            return not any(isinstance(each, Delete) and self.rows[each.side] for each in planned.actions)
        return not isinstance(action, Couple) or len(answers) == 1

    def _create(self, action: Insert, planned: Plan) -> Row:
        """Create under an id derived from the source's, so that a repeated create finds the row it made."""
        _check_spelling(action.side, action.values.values())
        source = planned.pair.of(action.side.other)
        assert source is not None
        row = self.rows[action.side]
        if row is not None and row.id == MADE_FOR + source.id and row.id not in self.coupled:
            return row
        assert row is None, "a duplicate was created"
        row = Row(MADE_FOR + source.id, self._blank_row(action.side) | dict(action.values))
        self.rows[action.side] = row
        return row

    def _blank_row(self, side: Side) -> dict[str, Value]:
        """What the service answers for properties nobody gave: null in Sales, a blank of the right type in BC."""
        names = [each.of(side) or "" for each, _ in self.mapping.pairs]
        return {name: None if side is Side.SALES else BC_BLANKS.get(name, "") for name in names}

    def _remember(self, planned: Plan, done: list[Action], answers: dict[Side, Record]) -> None:
        kinds = {type(action) for action in done}
        if Uncouple in kinds:
            self.baseline, self.is_coupled, self.coupled = None, False, ()
            if planned.pair.bc is None and planned.pair.sales is None:
                return
        if Skip in kinds or not planned.actions:
            return
        now = {side: answers.get(side, planned.pair.of(side)) for side in Side}
        bc, sales = now[Side.BC], now[Side.SALES]
        if bc is None or sales is None:
            return
        if inserts := [each for each in planned.actions if isinstance(each, Insert)]:
            if Couple in kinds:
                self._couple(bc, sales, inserts[0], planned.held)
            return
        failed = {
            name for each in planned.actions if isinstance(each, Modify) and each not in done for name in each.fields
        }
        self.baseline = self._merged(bc, sales, planned.held | failed)

    def _couple(self, bc: Record, sales: Record, made: Insert, held: Collection[str]) -> None:
        """Link the new row; one that an earlier run had made is compared as if both had been there before."""
        assert not held, "a pair that was just made holds nothing back"
        self.is_coupled, self.coupled = True, (bc.id, sales.id)
        answer = bc if made.side is Side.BC else sales
        if (
            all(same_value(answer.values.get(name), value) for name, value in made.values.items())
            and answer.etag == "1"
        ):
            self.baseline, self.source = Baseline(_snapshot(bc), _snapshot(sales)), None
        else:
            self.baseline, self.source = None, made.side.other if answer.etag == "1" else None

    def _merged(self, bc: Record, sales: Record, held: Collection[str]) -> Baseline:
        """The new baseline: as it is now, except for held fields, which stay as they were (or absent)."""
        old = {side: dict(self.baseline.of(side).values) if self.baseline else {} for side in Side}
        new: dict[Side, dict[str, Value]] = {side: {} for side in Side}
        for mapped, _ in self.mapping.pairs:
            for side, record in ((Side.BC, bc), (Side.SALES, sales)):
                name = mapped.of(side)
                assert name is not None
                if mapped.name not in held:
                    new[side][name] = record.values.get(name)
                elif name in old[side]:
                    new[side][name] = old[side][name]
        return Baseline(Snapshot(bc.etag, new[Side.BC]), Snapshot(sales.etag, new[Side.SALES]))


def _snapshot(record: Record) -> Snapshot:
    return Snapshot(record.etag, dict(record.values))


def _check_spelling(side: Side, values: Collection[Value]) -> None:
    """Business Central takes no nulls, Dataverse keeps no empty text."""
    wrong = None if side is Side.BC else ""
    assert not any(value is wrong or (value == "" == wrong) for value in values), f"{wrong!r} sent to {side.label}"


def writes(planned: Plan) -> list[Action]:
    """The actions that change something somewhere."""
    return [action for action in planned.actions if isinstance(action, WRITES)]
