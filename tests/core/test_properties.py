"""What must hold of every plan, on random pairs: quiet, symmetric, no lost edit, deterministic, safe to stop."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from flask_coupling.core.action import Couple, Delete, Insert, Modify, Skip, Uncouple
from flask_coupling.core.change import Change
from flask_coupling.core.conflict import Conflict, Policy, UpdateConflictResolution
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.plan import Plan, is_resolved, plan, resolve
from flask_coupling.core.record import Baseline, Pair, Record, Snapshot, Value, is_blank
from flask_coupling.core.reference import agree
from flask_coupling.core.side import Direction, Side

from .cases import COLUMNS, DIRECTIONS, REFERENCES, columns_of, each_case, edit, some_policy, some_world
from .world import World, writes

CASES = 4_000
"""Of each of the five properties."""

OWN_MIRRORS = tuple(column.without_null_numbers() for column in COLUMNS if column.is_its_own_mirror)
SWAPPED = {
    UpdateConflictResolution.NONE: UpdateConflictResolution.NONE,
    UpdateConflictResolution.SEND_TO_SALES: UpdateConflictResolution.GET_FROM_SALES,
    UpdateConflictResolution.GET_FROM_SALES: UpdateConflictResolution.SEND_TO_SALES,
    UpdateConflictResolution.NEWEST: UpdateConflictResolution.NEWEST,
}


def settle(world: World, run: Direction | None, policy: Policy) -> Plan:
    """Run until nothing is left to write; a removed coupling may be followed by one new creation."""
    for _ in range(4):
        planned = world.plan(run, policy)
        if not writes(planned):
            return planned
        world.carry_out(planned)
    raise AssertionError(f"still writing: {writes(planned)}")


def test_a_plan_carried_out_leaves_nothing_to_do():
    def check(random: Random) -> None:
        world, run, policy = some_world(random), random.choice((None, *DIRECTIONS)), some_policy(random)
        first = world.plan(run, policy)
        world.carry_out(first)
        second = world.plan(run, policy)
        if any(isinstance(action, Uncouple) for action in first.actions):
            world.carry_out(second)
            second = world.plan(run, policy)
        assert not writes(second)
        assert is_resolved(second) or second.conflict == world.plan(run, policy).conflict

    each_case("a_plan_carried_out_leaves_nothing_to_do", CASES, check)


def test_what_is_settled_agrees_on_both_sides():
    def check(random: Random) -> None:
        world, policy = some_world(random), some_policy(random)
        last = settle(world, None, policy)
        if world.baseline is not None and not any(isinstance(action, Skip) for action in last.actions):
            assert not disagreeing(world, last.held)

    each_case("what_is_settled_agrees_on_both_sides", CASES, check)


def disagreeing(world: World, held: frozenset[str]) -> list[str]:
    """The two-way fields whose sides say different things although nothing holds them back."""
    bc, sales = world.rows[Side.BC], world.rows[Side.SALES]
    if bc is None or sales is None:
        return []
    return [
        field.name
        for field, flow in world.mapping.pairs
        if flow is Direction.BIDIRECTIONAL and field.name not in held
        if not agree(field, bc.values[field.bc], sales.values.get(field.sales), REFERENCES)
    ]


def test_swapping_the_sides_mirrors_the_plan():
    def check(random: Random) -> None:
        world, run, policy = some_world(random, OWN_MIRRORS), random.choice(DIRECTIONS), some_policy(random)
        pair, other = world.observe(), mirrored_mapping(world.mapping)
        ours = resolve(plan(pair, world.mapping, {}, direction=run), policy)
        theirs = resolve(plan(mirrored_pair(pair), other, {}, direction=run.mirrored), mirrored_policy(policy))
        assert described(theirs, swap=True) == described(ours)

    each_case("swapping_the_sides_mirrors_the_plan", CASES, check)


def mirrored_mapping(mapping: TableMapping) -> TableMapping:
    fields = tuple(
        replace(each, bc=each.sales, sales=each.bc, direction=each.direction.mirrored) for each in mapping.fields
    )
    return mapping.replaced(fields=fields, direction=mapping.direction.mirrored)


def mirrored_pair(pair: Pair) -> Pair:
    baseline = Baseline(pair.baseline.sales, pair.baseline.bc) if pair.baseline else None
    return Pair(pair.sales, pair.bc, baseline, pair.source.other if pair.source else None, pair.is_coupled)


def mirrored_policy(policy: Policy) -> Policy:
    named = {column.bc: column.sales for column in COLUMNS}
    return Policy(SWAPPED[policy.update], policy.deletion, {named[k]: SWAPPED[v] for k, v in policy.fields.items()})


def described(planned: Plan, *, swap: bool = False) -> Any:
    """A plan as comparable data; with `swap` as it reads from the other side, all blanks alike."""
    named = {column.sales: column.bc for column in COLUMNS} if swap else {}

    def seen(side: Side) -> Side:
        return side.other if swap else side

    def plain(values: Any) -> list[tuple[str, Value]]:
        return sorted((name, None if is_blank(value) else value) for name, value in values)

    def action(each: Any) -> Any:
        match each:
            case Insert():
                return ("insert", seen(each.side), plain(each.values.items()))
            case Modify():
                fields = sorted(named.get(name, name) for name in each.fields)
                return ("modify", seen(each.side), each.id, each.if_match, plain(each.values.items()), fields)
            case Delete():
                return ("delete", seen(each.side), each.id, each.if_match)
            case Couple():
                return ("couple", *((each.sales_id, each.bc_id) if swap else (each.bc_id, each.sales_id)))
            case Skip():
                return ("skip", each.reason)
            case _:
                return (each.counter,)

    def conflict(each: Conflict | None) -> Any:
        if each is None:
            return None
        fields = sorted(named.get(one.field, one.field) for one in each.fields)
        restore = action(each.restore) if each.restore else None
        return (each.kind, fields, seen(each.missing) if each.missing else None, restore, each.may_follow)

    changes = sorted((named.get(each.field, each.field), seen(each.side)) for each in planned.changes)
    held = sorted(named.get(name, name) for name in planned.held)
    return (sorted(map(action, planned.actions), key=repr), changes, conflict(planned.conflict), held)


def test_an_edit_made_on_one_side_only_survives():
    def check(random: Random) -> None:
        world, run, policy = some_world(random), random.choice((None, *DIRECTIONS)), some_policy(random)
        planned = world.plan(run, policy)
        before = {side: dict(row.values) if row else {} for side, row in world.rows.items()}
        world.carry_out(planned)
        for change in planned.changes:
            if is_lone(change, planned, world.mapping):
                name = world.mapping.field(change.field).of(change.side)
                row = world.rows[change.side]
                assert row is not None and row.values[name] == before[change.side][name], change

    each_case("an_edit_made_on_one_side_only_survives", CASES, check)


def is_lone(change: Change, planned: Plan, mapping: TableMapping) -> bool:
    """Whether only this side moved, and no conflict was decided about the field."""
    sides = {each.side for each in planned.changes if each.field == change.field}
    in_conflict = planned.conflict and change.field in {each.field for each in planned.conflict.fields}
    return len(sides) == 1 and not in_conflict


def test_without_a_policy_no_write_replaces_an_edit():
    def check(random: Random) -> None:
        world, run = some_world(random), random.choice((None, *DIRECTIONS))
        planned = world.plan(run)
        moved = {(change.side, change.field) for change in planned.changes}
        for action in planned.actions:
            for name in action.fields if isinstance(action, Modify) else ():
                takes_anything = is_one_way(world.mapping.field(name), world.mapping)
                assert (action.side, name) not in moved or takes_anything
            assert not isinstance(action, Delete)

    each_case("without_a_policy_no_write_replaces_an_edit", CASES, check)


def is_one_way(field: FieldMapping, mapping: TableMapping) -> bool:
    return field.direction.within(mapping.direction) is not Direction.BIDIRECTIONAL


def test_a_run_writes_only_the_way_it_goes():
    def check(random: Random) -> None:
        world, run, policy = some_world(random), random.choice(DIRECTIONS), some_policy(random)
        for action in world.plan(run, policy).actions:
            if isinstance(action, Modify | Insert | Delete):
                assert run.allows(action.side.other) and world.mapping.direction.allows(action.side.other)

    each_case("a_run_writes_only_the_way_it_goes", CASES, check)


def test_the_order_of_fields_and_values_does_not_matter():
    def check(random: Random) -> None:
        world, run, policy = some_world(random), random.choice(DIRECTIONS), some_policy(random)
        pair = world.observe()
        shuffled = world.mapping.replaced(fields=tuple(random.sample(world.mapping.fields, len(world.mapping.fields))))
        references = dict(random.sample(list(REFERENCES.items()), len(REFERENCES)))
        ours = resolve(plan(pair, world.mapping, REFERENCES, direction=run), policy)
        theirs = resolve(plan(rearranged(pair, random), shuffled, references, direction=run), policy)
        if not any(isinstance(action, Skip) for action in ours.actions):
            assert described(theirs) == described(ours)
        assert resolve(plan(pair, world.mapping, REFERENCES, direction=run), policy) == ours

    each_case("the_order_of_fields_and_values_does_not_matter", CASES, check)


def rearranged(pair: Pair, random: Random) -> Pair:
    """The same pair, its values in another order and with properties that no field mapping knows."""

    def mixed(values: Any) -> dict[str, Value]:
        items = [*values.items(), ("unmapped", random.random())]
        return dict(random.sample(items, len(items)))

    def record(each: Record | None) -> Record | None:
        return replace(each, values=mixed(each.values)) if each else None

    def snapshot(each: Snapshot) -> Snapshot:
        return replace(each, values=mixed(each.values))

    baseline = Baseline(snapshot(pair.baseline.bc), snapshot(pair.baseline.sales)) if pair.baseline else None
    return replace(pair, bc=record(pair.bc), sales=record(pair.sales), baseline=baseline)


def test_a_run_may_stop_anywhere_and_the_next_one_gets_to_the_same_place():
    def check(random: Random) -> None:
        seed, policy = random.random(), some_policy(random)
        straight, stopped = some_world(Random(seed)), some_world(Random(seed))
        settle(straight, None, policy)
        planned = stopped.plan(None, policy)
        first, refused = random.randint(0, len(planned.actions)), random.choice(((), (Side.BC,), (Side.SALES,)))
        stopped.carry_out(planned, first=first, refused=refused, crash=random.random() < 0.5)
        settle(stopped, None, policy)
        assert contents(stopped) == contents(straight)

    each_case("a_run_may_stop_anywhere_and_the_next_one_gets_to_the_same_place", CASES, check)


def contents(world: World) -> dict[Side, Any]:
    return {side: row.values if row else None for side, row in world.rows.items()} | {"coupled": world.is_coupled}


def test_a_long_walk_of_edits_runs_refusals_and_crashes_ends_in_agreement():
    def check(random: Random) -> None:
        world = some_world(random)
        for _ in range(8):
            stroll(world, random)
        last = settle(world, None, Policy(UpdateConflictResolution.SEND_TO_SALES))
        if not any(isinstance(action, Skip) for action in last.actions):
            assert not disagreeing(world, last.held)
        assert is_resolved(last) or last.conflict.missing

    each_case("a_long_walk_of_edits_runs_refusals_and_crashes_ends_in_agreement", CASES // 4, check)


def stroll(world: World, random: Random) -> None:
    """One run in which a user may edit between the look and the write, a service may refuse, and we may crash."""
    columns = columns_of(world.mapping)
    if random.random() < 0.05:
        world.rows[random.choice(tuple(Side))] = None
    edit(world, random.choice(tuple(Side)), random.choice(columns), random)
    planned = world.plan(random.choice((None, *DIRECTIONS)), some_policy(random) if random.random() < 0.3 else None)
    lone = {(each.side, each.field): each.after for each in planned.changes if is_lone(each, planned, world.mapping)}
    if random.random() < 0.3:
        late = random.choice(columns)
        side = random.choice(tuple(Side))
        edit(world, side, late, random)
        lone.pop((side, late.bc), None)
    refused = random.choice(((), (), (Side.BC,), (Side.SALES,)))
    world.carry_out(planned, refused=refused, crash=random.random() < 0.2)
    for (side, name), value in lone.items():
        row = world.rows[side]
        assert row is None or row.values[world.mapping.field(name).of(side)] == value, (side, name)
