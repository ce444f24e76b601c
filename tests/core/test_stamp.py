"""Rows of Sales get the company they become ours for, and lose it with their coupling."""

from __future__ import annotations

from typing import Any

import pytest

from flask_coupling.core.action import Couple, Insert, Modify, Skip, Unchanged, Uncouple
from flask_coupling.core.company import CompanyScope
from flask_coupling.core.conflict import DeletionConflictResolution, Policy
from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.plan import plan, plan_create, resolve
from flask_coupling.core.record import Baseline, Pair, Record, Snapshot
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import where

OURS, THEIRS = "0a1b2c3d-0000-4000-8000-00000000000a", "0a1b2c3d-0000-4000-8000-00000000000b"
MAPPING = TableMapping(
    name="THINGS",
    bc=Table(name="items", key="id", modified_on="", title="name"),
    sales=Table(name="things", key="thingid", modified_on="", title="title"),
    fields=(FieldMapping(bc="name", sales="title"),),
    only_coupled=False,
    company=CompanyScope("companyid", OURS, "Ours"),
)
MULTI = MAPPING.replaced(multi_company=True)
EXACT = MULTI.replaced(one_company=True)
BC = Record("b", "1", "", {"name": "A"})


def thing(company: str | None, **values: Any) -> Record:
    """A row of Sales."""
    return Record("s", "1", "", {"title": "A", "companyid": company, **values})


def coupled(sales: Record | None, bc: Record | None = BC) -> Pair:
    """A pair that agreed before, and did not move since."""
    then = sales or thing(OURS)
    return Pair(bc, sales, Baseline(Snapshot("1", BC.values), Snapshot("1", then.values)), is_coupled=True)


STAMP = Modify(Side.SALES, "s", {"companyid": OURS}, "1", ())


@pytest.mark.parametrize(
    ("mapping", "company", "expected"),
    [
        (MAPPING, None, STAMP),
        (MAPPING, OURS, Unchanged()),
        (MAPPING, OURS.upper(), Unchanged()),
        (MULTI, None, Unchanged()),
        (MULTI, THEIRS, Unchanged()),
        (EXACT, OURS, Unchanged()),
        (MAPPING.replaced(stampable=where("state", "eq", 0)), None, Unchanged()),
        (MAPPING.replaced(company=None), THEIRS, Unchanged()),
    ],
)
def test_a_coupled_row_without_a_company_gets_ours(mapping: TableMapping, company: str | None, expected: Any) -> None:
    assert plan(coupled(thing(company, state=1)), mapping, {}).actions == (expected,)


@pytest.mark.parametrize("mapping", [MAPPING, EXACT])
def test_a_row_of_another_company_is_set_aside(mapping: TableMapping) -> None:
    (skip,) = plan(coupled(thing(THEIRS)), mapping, {}).actions
    assert isinstance(skip, Skip) and skip.reason == "other_company"
    assert (dict(skip.facts)["company"], dict(skip.facts)["other"]) == ("Ours", THEIRS)
    alone = Pair(None, thing(THEIRS))
    assert plan(alone, mapping, {}).actions == ()
    assert isinstance(plan_create(alone, Side.SALES, mapping, {}).actions[0], Skip)


def test_a_stamp_travels_with_what_else_is_written() -> None:
    pair = coupled(thing(None), Record("b", "2", "", {"name": "B"}))
    assert plan(pair, MAPPING, {}).actions == (
        Modify(Side.SALES, "s", {"title": "B", "companyid": OURS}, "1", ("name",)),
    )


def test_a_new_row_carries_the_company_and_one_that_gets_a_partner_is_taken_first() -> None:
    insert, _ = plan(Pair(BC, None), MAPPING, {}).actions
    assert insert == Insert(Side.SALES, {"title": "A", "companyid": OURS})
    assert plan(Pair(BC, None), MULTI, {}).actions[0] == Insert(Side.SALES, {"title": "A"})
    actions = plan(Pair(None, thing(None)), MAPPING, {}).actions
    assert actions == (STAMP, Insert(Side.BC, {"name": "A"}), Couple(None, "s"))


def test_a_row_whose_coupling_is_removed_because_its_partner_is_gone_is_nobodys() -> None:
    rule = Policy(deletion=DeletionConflictResolution.REMOVE_COUPLING)
    told = resolve(plan(coupled(thing(OURS), None), MAPPING, {}), rule)
    assert told.actions == (Modify(Side.SALES, "s", {"companyid": None}, "1", ()), Uncouple("deleted"))
    told = resolve(plan(coupled(thing(THEIRS), None), MAPPING, {}), rule)
    assert told.actions == (Uncouple("deleted"),)


@pytest.mark.parametrize("rule", ["restore_record", "delete_record"])
@pytest.mark.parametrize("by_person", [False, True])
def test_a_row_of_another_company_is_neither_deleted_nor_brought_back_to_ours(rule: str, by_person: bool) -> None:
    policy = Policy(deletion=DeletionConflictResolution(rule), by_person=by_person)
    (skip,) = resolve(plan(coupled(thing(THEIRS), None), MAPPING, {}), policy).actions
    assert isinstance(skip, Skip) and skip.reason == "other_company"


@pytest.mark.parametrize(
    ("mapping", "company", "takes_part"),
    [
        (MAPPING, None, True),
        (MAPPING, OURS, True),
        (MAPPING, THEIRS, False),
        (MULTI, THEIRS, True),
        (EXACT, OURS, True),
        (EXACT, None, False),
        (EXACT, THEIRS, False),
    ],
)
def test_whose_rows_take_part(mapping: TableMapping, company: str | None, takes_part: bool) -> None:
    assert mapping.filter(Side.SALES).admits(thing(company)) is takes_part
