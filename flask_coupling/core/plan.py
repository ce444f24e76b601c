"""Decide what to do with one pair of records; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .action import Action, Couple, Delete, Insert, Modify, Skip, Unchanged, Uncouple
from .change import Change, changes
from .conflict import Conflict, ConflictKind, ConflictScope, DeletionConflictResolution, Policy, Write
from .field_plan import FieldPlan, in_conflict, plan_field
from .fill import insert_values
from .mapping import FieldMapping, TableMapping
from .record import Pair, Record, Value
from .reference import References, UnplannableError
from .side import Direction, Side, direction_from
from .stamp import is_foreign, released, skip_foreign, with_stamp


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with one pair, and why.

    `changes` is what moved on either side. `conflict` is what a policy or a person has to decide; it stays visible
    after `resolve`. `held` names the fields whose baseline must stay as it is, because something of them is not
    carried: a conflict, an edit against the direction of the run, or a pair that is skipped. A plan without actions
    concerns a record that does not take part, or a deletion that nobody decided about.
    """

    pair: Pair
    actions: tuple[Action, ...] = ()
    changes: tuple[Change, ...] = ()
    conflict: Conflict | None = None
    held: frozenset[str] = frozenset()

    @property
    def is_settled(self) -> bool:
        """Whether nothing remains to be decided or carried once the actions have succeeded."""
        if self.conflict is not None and not self.actions:
            return False
        return not self.held and not any(isinstance(each, Skip) for each in self.actions)


def plan(pair: Pair, mapping: TableMapping, references: References, *, direction: Direction | None = None) -> Plan:
    """Return what to do with a pair (the tables of "which rows exist" and "field by field" in docs/architecture.md).

    `direction` narrows a run to one way; None takes the mapping's own. Nothing is raised for a pair that cannot be
    handled: the plan then holds a Skip which says why.
    """
    run = mapping.direction if direction is None else direction
    if pair.bc is not None and pair.sales is not None:
        return _plan_both(pair, mapping, references, run)
    record = pair.bc or pair.sales
    if record is None:
        return Plan(pair, (Uncouple("both_deleted"),) if pair.is_coupled else ())
    if pair.is_coupled:
        return _plan_survivor(pair, mapping, references, run)
    return _plan_new(pair, record, mapping, references, run)


def _plan_new(pair: Pair, record: Record, mapping: TableMapping, references: References, run: Direction) -> Plan:
    """A record without a partner: create one where mapping, run and filter allow it, else let it be."""
    source = Side.BC if pair.bc is not None else Side.SALES
    allowed = run.allows(source) and mapping.direction.allows(source)
    if not allowed or mapping.only_coupled or not mapping.creates or not mapping.admits_new(source, record):
        return Plan(pair)
    return plan_create(pair, source, mapping, references)


def plan_create(pair: Pair, source: Side, mapping: TableMapping, references: References) -> Plan:
    """Create the partner of the record on side `source`, whatever `only_coupled` says, and couple the two."""
    record = pair.of(source)
    assert record is not None
    made = skip_foreign(record, source, mapping) or _insert(pair, source, mapping, references)
    if isinstance(made, Skip):
        return Plan(pair, (made,))
    return Plan(pair, (*with_stamp((), pair, mapping), made, _couple(pair)))


def _couple(pair: Pair) -> Couple:
    return Couple(pair.bc.id if pair.bc else None, pair.sales.id if pair.sales else None)


def _insert(pair: Pair, source: Side, mapping: TableMapping, references: References) -> Insert | Skip:
    record = pair.of(source)
    assert record is not None
    if not mapping.creates:
        return Skip(
            "partner_not_creatable", (("mapping", mapping.caption or mapping.name), ("service", source.other.label))
        )
    if not mapping.direction.allows(source):
        facts = {"mapping": mapping.name, "direction": direction_from(source).value, "allowed": mapping.direction.value}
        return Skip("direction_not_allowed", tuple(facts.items()))
    try:
        return Insert(source.other, insert_values(record, source, mapping, references))
    except UnplannableError as error:
        return Skip(error.code, error.facts)


def _plan_survivor(pair: Pair, mapping: TableMapping, references: References, run: Direction) -> Plan:
    """One record of a coupled pair is gone: never a silent delete of the other."""
    missing = Side.SALES if pair.sales is None else Side.BC
    source = missing.other
    record = pair.of(source)
    foreign = skip_foreign(record, source, mapping) if record is not None else None
    restore = foreign or (_insert(pair, source, mapping, references) if run.allows(source) else None)
    edited = tuple(changes(pair, mapping))
    goes_on = run.allows(missing) and mapping.direction.allows(missing)
    may_follow = goes_on and pair.baseline is not None and not edited and foreign is None
    conflict = Conflict(
        ConflictKind.DELETION, missing=missing, restore=restore, may_follow=may_follow, release=released(pair, mapping)
    )
    return Plan(pair, (), edited, conflict, mapping.names)


def _plan_both(pair: Pair, mapping: TableMapping, references: References, run: Direction) -> Plan:
    if skip := _outside(pair, mapping):
        return _skipped(pair, mapping, skip)
    touched = _touched(pair, mapping)
    if not touched:
        return Plan(pair, with_stamp(_NOTHING, pair, mapping))
    try:
        planned = [plan_field(field, flow, pair, references, run) for field, flow in touched]
        fields = [each for each in planned if each is not None]
        if mapping.conflict_scope is ConflictScope.RECORD:
            fields = _as_a_whole(fields, pair, references, run)
    except UnplannableError as error:
        return _skipped(pair, mapping, Skip(error.code, error.facts))
    return _compose(pair, mapping, fields)


_NOTHING = (Unchanged(),)


def _skipped(pair: Pair, mapping: TableMapping, skip: Skip) -> Plan:
    return Plan(pair, (skip,), tuple(changes(pair, mapping)), None, mapping.names)


def _outside(pair: Pair, mapping: TableMapping) -> Skip | None:
    for side in Side:
        record, table_filter = pair.of(side), mapping.filter(side)
        if record is None:
            continue
        if mapping.scope is not None and (foreign := skip_foreign(record, side, mapping)):
            return foreign
        if condition := table_filter.failing(record):
            return Skip("outside_filter", _facts(record, side, mapping, str(condition)))
    return None


def _facts(record: Record, side: Side, mapping: TableMapping, detail: str) -> tuple[tuple[str, Value], ...]:
    title = record.values.get(mapping.table(side).title) or record.id
    return (("record", title), ("side", side.value), ("mapping", mapping.name), ("detail", detail))


def _touched(pair: Pair, mapping: TableMapping) -> Sequence[tuple[FieldMapping, Direction]]:
    """The fields worth a look: all but those that plainly are as they were, which is most fields of most runs."""
    if pair.baseline is None or pair.bc is None or pair.sales is None:
        return mapping.pairs
    read_bc, read_sales = mapping.readers
    try:
        bc = read_bc(pair.bc.values), read_bc(pair.baseline.bc.values)
        sales = read_sales(pair.sales.values), read_sales(pair.baseline.sales.values)
    except KeyError:  # a field without a base, or one the service left out
        return mapping.pairs
    if bc[0] == bc[1] and sales[0] == sales[1]:
        return ()
    both = zip(mapping.pairs, *bc, *sales, strict=True)
    return [each for each, bc_now, bc_then, now, then in both if bc_now != bc_then or now != then]


def _as_a_whole(fields: list[FieldPlan], pair: Pair, references: References, run: Direction) -> list[FieldPlan]:
    """Business Central's rule: edits on both sides of a record are one conflict, even in different fields."""
    moved = {change.side for each in fields if each.is_open for change in each.changes}
    if len(moved) < len(Side) and not any(each.conflict for each in fields):
        return fields
    return [in_conflict(each, pair, references, run) if each.is_open else each for each in fields]


def _compose(pair: Pair, mapping: TableMapping, fields: list[FieldPlan]) -> Plan:
    """Put the decisions about the fields together into at most one write for each side."""
    conflicts = tuple(each.conflict for each in fields if each.conflict is not None)
    moved = tuple(change for each in fields for change in each.changes)
    held = frozenset(each.field.name for each in fields if each.is_held)
    actions = _modifies(pair, [(each.field.name, each.to, each.send) for each in fields])
    whole = mapping.conflict_scope is ConflictScope.RECORD
    conflict = Conflict(ConflictKind.UPDATE, conflicts, whole=whole) if conflicts else None
    return Plan(pair, with_stamp(actions or _NOTHING, pair, mapping), moved, conflict, held)


def _modifies(pair: Pair, sends: Iterable[tuple[str, Side, Write | None]]) -> tuple[Action, ...]:
    actions: list[Action] = []
    gathered = [(name, to, send) for name, to, send in sends if send is not None]
    for side in (Side.SALES, Side.BC):
        mine = [(name, send) for name, to, send in gathered if to is side]
        record = pair.of(side)
        if not mine or record is None:
            continue
        values = {send.property: send.value for _, send in mine}
        actions.append(Modify(side, record.id, values, record.etag, tuple(name for name, _ in mine)))
    return tuple(actions)


def resolve(plan: Plan, policy: Policy) -> Plan:
    """Second pass: let the policy decide what it can; the plan still shows the conflict.

    Fields it decides are no longer held; without a rule for any of them the plan comes back as it was.
    """
    if plan.conflict is None:
        return plan
    if plan.conflict.kind is ConflictKind.DELETION:
        return _resolve_deletion(plan, plan.conflict, policy)
    return _resolve_update(plan, plan.conflict, policy)


def _resolve_deletion(plan: Plan, conflict: Conflict, policy: Policy) -> Plan:
    match policy.deletion:
        case DeletionConflictResolution.REMOVE_COUPLING:
            return replace(plan, actions=(*conflict.release, Uncouple("deleted")), held=_NONE)
        case DeletionConflictResolution.RESTORE_RECORD if isinstance(conflict.restore, Skip):
            return replace(plan, actions=(conflict.restore,))
        case DeletionConflictResolution.RESTORE_RECORD if conflict.restore is not None:
            return replace(plan, actions=(conflict.restore, _couple(plan.pair)), held=_NONE)
        case DeletionConflictResolution.DELETE_RECORD if is_foreign(conflict.restore):
            return replace(plan, actions=(conflict.restore,))
        case DeletionConflictResolution.DELETE_RECORD if policy.by_person or conflict.may_follow:
            return replace(plan, actions=(_delete_survivor(plan.pair), Uncouple("deleted")), held=_NONE)
    return plan


_NONE: frozenset[str] = frozenset()


def _delete_survivor(pair: Pair) -> Delete:
    side = Side.BC if pair.bc is not None else Side.SALES
    record = pair.of(side)
    assert record is not None
    return Delete(side, record.id, record.etag)


def _resolve_update(plan: Plan, conflict: Conflict, policy: Policy) -> Plan:
    sends: list[tuple[str, Side, Write | None]] = []
    for each in conflict.fields:
        winner = policy.winner(each, plan.pair)
        if winner is not None and (send := each.sent_from(winner)):
            sends.append((each.field, winner.other, send))
    if not sends or (conflict.whole and len(sends) < len(conflict.fields)):
        return plan
    earlier = [action for action in plan.actions if isinstance(action, Modify)]
    actions = _merged(plan.pair, earlier, _modifies(plan.pair, sends))
    return replace(plan, actions=actions, held=plan.held - {name for name, _, _ in sends})


def _merged(pair: Pair, earlier: list[Modify], later: tuple[Action, ...]) -> tuple[Action, ...]:
    by_side = {action.side: action for action in earlier}
    for action in later:
        assert isinstance(action, Modify)
        known = by_side.get(action.side)
        if known is not None:
            values, names = {**known.values, **action.values}, known.fields + action.fields
            action = replace(known, values=values, fields=names)
        by_side[action.side] = action
    return tuple(by_side[side] for side in (Side.SALES, Side.BC) if side in by_side)


def is_resolved(plan: Plan) -> bool:
    """Whether a plan's conflict, if it has one, is decided and nothing of it waits for a person."""
    if plan.conflict is None:
        return True
    if plan.conflict.kind is ConflictKind.DELETION:
        return bool(plan.actions) and not isinstance(plan.actions[0], Skip)
    return not any(each.field in plan.held for each in plan.conflict.fields)


def newer_side(pair: Pair, moved: Iterable[Change]) -> Side | None:
    """The side a person should probably take the data from: the only one that moved, or None."""
    sides = {change.side for change in moved}
    return sides.pop() if len(sides) == 1 else None


def suggested_direction(mapping: TableMapping, plan: Plan) -> Direction:
    """The direction to preselect: that of the mapping, or from the one side that moved."""
    if mapping.direction is not Direction.BIDIRECTIONAL:
        return mapping.direction
    newer = newer_side(plan.pair, plan.changes)
    return Direction.BIDIRECTIONAL if newer is None else direction_from(newer)
