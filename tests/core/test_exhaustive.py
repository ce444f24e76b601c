"""Every case of up to two fields with three values: each side created, edited, deleted; by direction and policy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from flask_coupling.core.action import Couple, Delete, Insert, Modify, Skip, Uncouple
from flask_coupling.core.conflict import (
    ConflictKind,
    ConflictScope,
    DeletionConflictResolution,
    Policy,
    UpdateConflictResolution,
)
from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.plan import plan, resolve
from flask_coupling.core.record import Baseline, Pair, Record, Snapshot
from flask_coupling.core.side import Direction, Side

BIDIRECTIONAL, TO_SALES, FROM_SALES = Direction
NONE, SEND, GET, NEWEST = UpdateConflictResolution
WINNERS = {SEND: "to_sales", GET: "to_bc", NEWEST: "to_sales"}
EARLIER, LATER = "2026-01-01T08:00:00Z", "2026-01-01T08:00:00.001Z"
VALUES = ("a", "b", "c")
BASES = (None, ("a", "a"), ("a", "b"))
BC = Table(name="customers", key="id", modified_on="changed", title="f0")
SALES = Table(name="accounts", key="accountid", modified_on="changed", title="g0")


def decision(flow: Direction, run: Direction, base: tuple[str, str] | None, bc: str, sales: str) -> str:
    """What the tables say of one field: nothing, to_sales, to_bc, held or conflict."""
    if bc == sales:
        return "nothing"
    bc_moved, sales_moved = (bc != base[0], sales != base[1]) if base else (True, True)
    wanted = {
        (TO_SALES, True): "to_sales",
        (FROM_SALES, True): "to_bc",
        (BIDIRECTIONAL, True): _two_way(base, run, bc_moved, sales_moved),
    }.get((flow, _speaks(flow, bc_moved, sales_moved)), "nothing")
    against = {"to_sales": FROM_SALES, "to_bc": TO_SALES}
    return "held" if against.get(wanted) is run else wanted


def _speaks(flow: Direction, bc_moved: bool, sales_moved: bool) -> bool:
    return (flow is not FROM_SALES and bc_moved) or (flow is not TO_SALES and sales_moved)


def _two_way(base: tuple[str, str] | None, run: Direction, bc_moved: bool, sales_moved: bool) -> str:
    if base is None and run is not BIDIRECTIONAL:
        return "to_sales" if run is TO_SALES else "to_bc"
    if bc_moved and sales_moved:
        return "conflict"
    return "to_sales" if bc_moved else "to_bc"


def as_a_whole(decisions: list[str], flows: tuple[Direction, ...], moved: set[Side]) -> list[str]:
    """Business Central's rule: once both sides moved in two-way fields, all that is open there is one conflict."""
    if "conflict" not in decisions and len(moved) < 2:
        return decisions
    return [
        "conflict" if flow is BIDIRECTIONAL and each != "nothing" else each
        for each, flow in zip(decisions, flows, strict=True)
    ]


def resolved(decisions: list[str], rule: UpdateConflictResolution, run: Direction) -> list[str]:
    won = WINNERS.get(rule)
    open_to = {"to_sales": run is not FROM_SALES, "to_bc": run is not TO_SALES, None: False}
    return [won if each == "conflict" and won and open_to[won] else each for each in decisions]


def mapping_of(flows: tuple[Direction, ...], scope: ConflictScope) -> TableMapping:
    fields = tuple(FieldMapping(bc=f"f{n}", sales=f"g{n}", direction=flow) for n, flow in enumerate(flows))
    return TableMapping(name="T", bc=BC, sales=SALES, fields=fields, only_coupled=False, conflict_scope=scope)


def named(letter: str, values: tuple[str, ...]) -> dict[str, str]:
    return {f"{letter}{n}": value for n, value in enumerate(values)}


def pairs(fields: int) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, str] | None, Pair]]:
    """Every pair of which both records exist, with every baseline."""
    for base in BASES:
        baseline = base and Baseline(
            Snapshot("1", named("f", (base[0],) * fields)), Snapshot("1", named("g", (base[1],) * fields))
        )
        for bc, sales in product(product(VALUES, repeat=fields), repeat=2):
            records = Record("b", "2", LATER, named("f", bc)), Record("s", "2", EARLIER, named("g", sales))
            yield bc, sales, base, Pair(*records, baseline, is_coupled=True)


def written(actions: tuple[object, ...]) -> dict[tuple[str, str], str]:
    return {
        ("to_sales" if each.side is Side.SALES else "to_bc", name): value
        for each in actions
        if isinstance(each, Modify)
        for name, value in each.values.items()
    }


def expected_writes(decisions: list[str], bc: tuple[str, ...], sales: tuple[str, ...]) -> dict[tuple[str, str], str]:
    sent = {"to_sales": ("g", bc), "to_bc": ("f", sales)}
    return {(each, f"{sent[each][0]}{n}"): sent[each][1][n] for n, each in enumerate(decisions) if each in sent}


def moved_sides(
    flows: tuple[Direction, ...], base: tuple[str, str] | None, bc: tuple[str, ...], sales: tuple[str, ...]
):
    two_way = [n for n, flow in enumerate(flows) if flow is BIDIRECTIONAL and bc[n] != sales[n] and base]
    in_bc = {Side.BC for n in two_way if bc[n] != base[0]}
    return in_bc | {Side.SALES for n in two_way if sales[n] != base[1]}


@pytest.mark.parametrize("run", Direction)
@pytest.mark.parametrize("scope", ConflictScope)
@pytest.mark.parametrize("fields", [1, 2])
def test_every_pair_of_records_is_planned_as_the_tables_say(fields, scope, run):
    for flows in product(Direction, repeat=fields):
        mapping = mapping_of(flows, scope)
        for bc, sales, base, pair in pairs(fields):
            decisions = [decision(flow, run, base, bc[n], sales[n]) for n, flow in enumerate(flows)]
            if scope is ConflictScope.RECORD:
                decisions = as_a_whole(decisions, flows, moved_sides(flows, base, bc, sales))
            planned = plan(pair, mapping, {}, direction=run)
            check_plan(planned, decisions, bc, sales)
            if planned.conflict:
                for rule in UpdateConflictResolution:
                    after = resolved(decisions, rule, run)
                    check_plan(resolve(planned, Policy(rule)), after, bc, sales, conflict=True)


def check_plan(planned, decisions, bc, sales, conflict=None):
    case = (decisions, bc, sales, planned)
    assert written(planned.actions) == expected_writes(decisions, bc, sales), case
    assert planned.held == {f"f{n}" for n, each in enumerate(decisions) if each in ("held", "conflict")}, case
    assert bool(planned.conflict) is (("conflict" in decisions) if conflict is None else conflict), case
    assert all(each.if_match == "2" for each in planned.actions if isinstance(each, Modify)), case


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("flow", Direction)
@pytest.mark.parametrize("run", Direction)
@pytest.mark.parametrize("rule", DeletionConflictResolution)
def test_every_pair_of_which_a_record_is_gone_waits_for_its_rule(rule, run, flow, side):
    for base, only_coupled, value in product(BASES, (True, False), VALUES):
        mapping = mapping_of((BIDIRECTIONAL,), ConflictScope.FIELD)
        mapping = (
            mapping.replaced(direction=flow, only_coupled=only_coupled) if flow is BIDIRECTIONAL else one_way(flow)
        )
        baseline = base and Baseline(Snapshot("1", {"f0": base[0]}), Snapshot("1", {"g0": base[1]}))
        left = Record("left", "2", "", {"f0" if side is Side.BC else "g0": value})
        pair = Pair(left if side is Side.BC else None, left if side is Side.SALES else None, baseline, is_coupled=True)
        planned = resolve(plan(pair, mapping, {}, direction=run), Policy(deletion=rule))
        assert planned.conflict.kind is ConflictKind.DELETION and planned.conflict.missing is side.other
        edited = base is None or value != base[0 if side is Side.BC else 1]
        assert {type(each) for each in planned.actions} == expected_of_deletion(rule, run, flow, side, edited)


def one_way(flow: Direction) -> TableMapping:
    return mapping_of((flow,), ConflictScope.FIELD).replaced(direction=flow)


def expected_of_deletion(rule, run, flow, survivor, edited):
    if rule is DeletionConflictResolution.REMOVE_COUPLING:
        return {Uncouple}
    if rule is DeletionConflictResolution.DELETE_RECORD:
        may_follow = run.allows(survivor.other) and flow.allows(survivor.other) and not edited
        return {Delete, Uncouple} if may_follow else set()
    if rule is DeletionConflictResolution.NONE or not run.allows(survivor):
        return set()
    return {Insert, Couple} if flow.allows(survivor) else {Skip}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("flow", Direction)
@pytest.mark.parametrize("run", Direction)
@pytest.mark.parametrize("only_coupled", [True, False])
def test_every_record_without_a_partner_is_created_only_where_all_allow_it(only_coupled, run, flow, side):
    mapping = mapping_of((flow,), ConflictScope.FIELD).replaced(direction=flow, only_coupled=only_coupled)
    for value in VALUES:
        record = Record("new", "1", "", {"f0" if side is Side.BC else "g0": value})
        pair = Pair(record if side is Side.BC else None, record if side is Side.SALES else None)
        planned = plan(pair, mapping, {}, direction=run)
        if only_coupled or not flow.allows(side) or not run.allows(side):
            assert planned.actions == ()
        else:
            insert, couple = planned.actions
            assert insert == Insert(side.other, {"g0" if side is Side.BC else "f0": value})
            assert couple == (Couple("new", None) if side is Side.BC else Couple(None, "new"))
