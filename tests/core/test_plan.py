"""The two decision tables: which rows exist, and field by field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flask_coupling.core.action import Couple, Delete, Insert, Modify, Skip, Unchanged, Uncouple
from flask_coupling.core.conflict import (
    ConflictKind,
    ConflictScope,
    DeletionConflictResolution,
    Policy,
    UpdateConflictResolution,
)
from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.plan import is_resolved, newer_side, plan, plan_create, resolve, suggested_direction
from flask_coupling.core.record import Baseline, Pair, Record, Snapshot
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.core.transformation import _REGISTRY, transformation

BIDIRECTIONAL, TO_SALES, FROM_SALES = Direction
BC = Table(name="customers", key="id", modified_on="changed", title="displayName")
SALES = Table(name="accounts", key="accountid", modified_on="changed", title="name")
NAME = FieldMapping(bc="displayName", sales="name")
PHONE = FieldMapping(bc="phoneNumber", sales="telephone1")


def mapping(*fields: FieldMapping, only_coupled: bool = False, **settings: object) -> TableMapping:
    settings = {"name": "CUSTOMER", "bc": BC, "sales": SALES, "only_coupled": only_coupled, **settings}
    return TableMapping(fields=fields or (NAME, PHONE), **settings)


def bc(name: str | None = "Adatum", phone: str | None = "1", **more: object) -> Record:
    return Record("b", "b2", "", {"displayName": name, "phoneNumber": phone, **more})


def sales(name: str | None = "Adatum", phone: str | None = "1", **more: object) -> Record:
    return Record("s", "s2", "", {"name": name, "telephone1": phone, **more})


BASE = Baseline(Snapshot("b1", bc().values), Snapshot("s1", sales().values))


def coupled(in_bc: Record | None, in_sales: Record | None, baseline: Baseline | None = BASE, **more: object) -> Pair:
    return Pair(in_bc, in_sales, baseline, is_coupled=True, **more)


NEW_IN_SALES = (Insert(Side.SALES, {"name": "Adatum", "telephone1": "1"}), Couple("b", None))
NEW_IN_BC = (Insert(Side.BC, {"displayName": "Adatum", "phoneNumber": "1"}), Couple(None, "s"))

ROWS = (
    ("new in BC", Pair(bc(), None), NEW_IN_SALES, None),
    ("new in Sales", Pair(None, sales()), NEW_IN_BC, None),
    ("never synchronized, alike", coupled(bc(), sales(), None), (Unchanged(),), None),
    ("never synchronized, different", coupled(bc("A"), sales("B"), None), (Unchanged(),), ConflictKind.UPDATE),
    (
        "never synchronized, data from BC",
        coupled(bc("A"), sales("B"), None, source=Side.BC),
        (Modify(Side.SALES, "s", {"name": "A"}, "s2", ("displayName",)),),
        None,
    ),
    (
        "never synchronized, data from Sales",
        coupled(bc("A"), sales("B"), None, source=Side.SALES),
        (Modify(Side.BC, "b", {"displayName": "B"}, "b2", ("displayName",)),),
        None,
    ),
    ("the ordinary case", coupled(bc(), sales()), (Unchanged(),), None),
    ("deleted in BC", coupled(None, sales()), (), ConflictKind.DELETION),
    ("deleted in Sales", coupled(bc(), None), (), ConflictKind.DELETION),
    ("both gone", coupled(None, None), (Uncouple("both_deleted"),), None),
    ("nothing there and nothing coupled", Pair(None, None), (), None),
)


@pytest.mark.parametrize("pair, actions, conflict", [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_which_rows_exist_decides_the_kind_of_plan(pair, actions, conflict):
    planned = plan(pair, mapping(), {})
    assert planned.actions == actions
    assert (planned.conflict.kind if planned.conflict else None) is conflict


SEND_A = (Modify(Side.SALES, "s", {"name": "A"}, "s2", ("displayName",)),)
SEND_B = (Modify(Side.BC, "b", {"displayName": "B"}, "b2", ("displayName",)),)
QUIET = (Unchanged(),)

FIELDS = (
    # flow of the field, name in BC, name in Sales: actions, is in conflict, is held
    (BIDIRECTIONAL, "Adatum", "Adatum", QUIET, False, False),
    (BIDIRECTIONAL, "A", "Adatum", SEND_A, False, False),
    (BIDIRECTIONAL, "Adatum", "B", SEND_B, False, False),
    (BIDIRECTIONAL, "C", "C", QUIET, False, False),
    (BIDIRECTIONAL, "A", "B", QUIET, True, True),
    (TO_SALES, "A", "Adatum", SEND_A, False, False),
    (TO_SALES, "Adatum", "B", QUIET, False, False),
    (TO_SALES, "A", "B", SEND_A, False, False),
    (FROM_SALES, "A", "Adatum", QUIET, False, False),
    (FROM_SALES, "Adatum", "B", SEND_B, False, False),
    (FROM_SALES, "A", "B", SEND_B, False, False),
)


@pytest.mark.parametrize("flow, in_bc, in_sales, actions, conflict, held", FIELDS)
def test_field_by_field(flow, in_bc, in_sales, actions, conflict, held):
    one = mapping(FieldMapping(bc="displayName", sales="name", direction=flow))
    planned = plan(coupled(bc(in_bc), sales(in_sales)), one, {})
    assert (planned.actions, bool(planned.conflict), bool(planned.held)) == (actions, conflict, held)
    assert planned.is_settled is not conflict


RUNS = (
    # way of the run, name in BC, name in Sales: actions, is held
    (TO_SALES, "A", "Adatum", SEND_A, False),
    (TO_SALES, "Adatum", "B", QUIET, True),
    (FROM_SALES, "A", "Adatum", QUIET, True),
    (FROM_SALES, "Adatum", "B", SEND_B, False),
    (TO_SALES, "A", "B", QUIET, True),
)


@pytest.mark.parametrize("run, in_bc, in_sales, actions, held", RUNS)
def test_an_edit_against_the_run_is_left_for_another_one(run, in_bc, in_sales, actions, held):
    planned = plan(coupled(bc(in_bc), sales(in_sales)), mapping(), {}, direction=run)
    assert (planned.actions, planned.held) == (actions, frozenset({"displayName"} if held else ()))


@pytest.mark.parametrize("run, actions", [(TO_SALES, SEND_A), (FROM_SALES, SEND_B)])
def test_a_first_synchronization_one_way_takes_the_data_of_its_giver(run, actions):
    assert plan(coupled(bc("A"), sales("B"), None), mapping(), {}, direction=run).actions == actions


def test_edits_to_different_fields_cross_without_a_conflict():
    planned = plan(coupled(bc("A"), sales(phone="2")), mapping(), {})
    assert planned.actions == (
        Modify(Side.SALES, "s", {"name": "A"}, "s2", ("displayName",)),
        Modify(Side.BC, "b", {"phoneNumber": "2"}, "b2", ("phoneNumber",)),
    )
    assert planned.conflict is None


def test_by_the_rule_of_records_edits_to_different_fields_are_one_conflict():
    planned = plan(coupled(bc("A"), sales(phone="2")), mapping(conflict_scope=ConflictScope.RECORD), {})
    assert planned.actions == QUIET
    assert [each.field for each in planned.conflict.fields] == ["displayName", "phoneNumber"]
    resolved = resolve(planned, Policy(UpdateConflictResolution.SEND_TO_SALES))
    assert resolved.actions == (
        Modify(Side.SALES, "s", {"name": "A", "telephone1": "1"}, "s2", ("displayName", "phoneNumber")),
    )
    partly = Policy(fields={"displayName": UpdateConflictResolution.SEND_TO_SALES})
    assert resolve(planned, partly) == planned


def test_by_the_rule_of_records_edits_on_one_side_are_sent():
    planned = plan(coupled(bc("A", "2"), sales()), mapping(conflict_scope=ConflictScope.RECORD), {})
    assert planned.conflict is None
    assert planned.actions[0].values == {"name": "A", "telephone1": "2"}


NEWCOMERS = (
    ("only coupled records", {"only_coupled": True}, None, ()),
    ("the mapping goes the other way", {"direction": FROM_SALES}, None, ()),
    ("the run goes the other way", {}, FROM_SALES, ()),
    ("outside the filter", {"bc_filter": where("displayName", "ne", "Adatum")}, None, ()),
    ("inside the filter", {"bc_filter": where("displayName", "eq", "Adatum")}, None, NEW_IN_SALES),
)


@pytest.mark.parametrize("settings, run, actions", [row[1:] for row in NEWCOMERS], ids=[row[0] for row in NEWCOMERS])
def test_a_new_record_crosses_only_where_all_allow_it(settings, run, actions):
    assert plan(Pair(bc(), None), mapping(**settings), {}, direction=run).actions == actions


def test_a_person_may_create_the_partner_although_only_coupled_records_are_synchronized():
    assert plan_create(Pair(bc(), None), Side.BC, mapping(only_coupled=True), {}).actions == NEW_IN_SALES


def test_nobody_creates_a_partner_against_the_mapping():
    planned = plan_create(Pair(bc(), None), Side.BC, mapping(direction=FROM_SALES), {})
    facts = (("mapping", "CUSTOMER"), ("direction", "to_sales"), ("allowed", "from_sales"))
    assert planned.actions == (Skip("direction_not_allowed", facts),)


def test_a_new_record_starts_with_constants_and_without_blanks():
    constant = FieldMapping(sales="customertypecode", constant=3, direction=TO_SALES)
    back = FieldMapping(bc="city", sales="address1_city", direction=FROM_SALES)
    planned = plan(Pair(bc(phone="", city="Ry"), None), mapping(NAME, PHONE, constant, back), {})
    assert planned.actions[0] == Insert(Side.SALES, {"name": "Adatum", "customertypecode": 3})


def test_a_pair_of_which_one_side_left_the_filter_is_set_aside():
    planned = plan(coupled(bc("A"), sales(statecode=1)), mapping(sales_filter=where("statecode", "eq", 0)), {})
    facts = (("record", "Adatum"), ("side", "sales"), ("mapping", "CUSTOMER"), ("detail", "statecode eq 0"))
    assert planned.actions == (Skip("outside_filter", facts),)
    assert planned.held == {"displayName", "phoneNumber"} and [each.field for each in planned.changes] == [
        "displayName"
    ]


CURRENCY = FieldMapping(bc="currencyCode", sales="transactioncurrencyid", reference=Reference("CURRENCY", "code"))


def test_a_missing_reference_sets_the_record_aside_and_names_it():
    referring = mapping(NAME, CURRENCY)
    facts = (("field", "currencyCode"), ("value", "EUR"), ("mapping", "CURRENCY"), ("side", "bc"))
    for pair in (
        Pair(bc(currencyCode="EUR"), None),
        coupled(bc(currencyCode="EUR"), sales(transactioncurrencyid=None), None),
    ):
        assert plan(pair, referring, {}, direction=TO_SALES).actions == (Skip("reference_missing", facts),)


def test_a_value_its_transformation_does_not_take_sets_the_record_aside():
    @transformation("counts", examples=((1, 1),))
    class Counts:
        """A host's function that knows numbers only."""

        to_sales = to_bc = staticmethod(lambda value: int(value))

    try:
        counting = mapping(FieldMapping(bc="displayName", sales="name", transformation="counts"))
        (skip,) = plan(Pair(bc("many"), None), counting, {}).actions
    finally:
        del _REGISTRY["counts"]
    assert skip.reason == "value_untranslatable"
    assert dict(skip.facts)["value"] == "many" and "ValueError" in dict(skip.facts)["detail"]


BLANKS = (("Adatum", ""), (True, False), (5, 0), (7.5, 0))


@pytest.mark.parametrize("present, blank", BLANKS)
def test_clearing_a_value_in_sales_writes_business_central_s_own_blank(present, blank):
    base = Baseline(Snapshot("b1", bc(present).values), Snapshot("s1", sales(present).values))
    planned = plan(coupled(bc(present), sales(None), base), mapping(NAME), {})
    assert planned.actions == (Modify(Side.BC, "b", {"displayName": blank}, "b2", ("displayName",)),)


def test_clearing_a_text_in_business_central_writes_null():
    planned = plan(coupled(bc(""), sales()), mapping(NAME), {})
    assert planned.actions[0].values == {"name": None}


def test_an_edit_that_makes_no_difference_after_transformation_is_not_sent():
    lower = mapping(FieldMapping(bc="displayName", sales="name", transformation="lowercase"))
    base = Baseline(Snapshot("b1", bc("A@x").values), Snapshot("s1", sales("a@x").values))
    planned = plan(coupled(bc("a@X"), sales("a@x"), base), lower, {})
    assert planned.actions == QUIET and not planned.held and len(planned.changes) == 1


def resolution(update=UpdateConflictResolution.NONE, deletion=DeletionConflictResolution.NONE, **fields):
    return Policy(update, deletion, fields)


UPDATES = (
    (resolution(), QUIET, {"displayName"}),
    (resolution(UpdateConflictResolution.SEND_TO_SALES), SEND_A, set()),
    (resolution(UpdateConflictResolution.GET_FROM_SALES), SEND_B, set()),
    (resolution(displayName=UpdateConflictResolution.GET_FROM_SALES), SEND_B, set()),
    (
        resolution(UpdateConflictResolution.SEND_TO_SALES, displayName=UpdateConflictResolution.NONE),
        QUIET,
        {"displayName"},
    ),
)


@pytest.mark.parametrize("policy, actions, held", UPDATES)
def test_a_policy_decides_an_update_conflict_and_the_plan_still_shows_it(policy, actions, held):
    planned = resolve(plan(coupled(bc("A"), sales("B")), mapping(), {}), policy)
    assert (planned.actions, planned.held) == (actions, held)
    assert planned.conflict is not None and is_resolved(planned) is planned.is_settled is not bool(held)


def test_a_policy_does_not_write_against_the_run():
    planned = plan(coupled(bc("A"), sales("B")), mapping(), {}, direction=TO_SALES)
    assert resolve(planned, resolution(UpdateConflictResolution.GET_FROM_SALES)) == planned
    assert resolve(planned, resolution(UpdateConflictResolution.SEND_TO_SALES)).actions == SEND_A


def test_a_decided_conflict_travels_in_the_same_write_as_the_other_edits():
    planned = resolve(
        plan(coupled(bc("A", "2"), sales("B")), mapping(), {}), resolution(UpdateConflictResolution.SEND_TO_SALES)
    )
    (action,) = planned.actions
    assert action.values == {"name": "A", "telephone1": "2"} and set(action.fields) == {"displayName", "phoneNumber"}


DELETIONS = (
    (DeletionConflictResolution.NONE, (), False),
    (DeletionConflictResolution.RESTORE_RECORD, NEW_IN_SALES, True),
    (DeletionConflictResolution.REMOVE_COUPLING, (Uncouple("deleted"),), True),
    (DeletionConflictResolution.DELETE_RECORD, (Delete(Side.BC, "b", "b2"), Uncouple("deleted")), True),
)


@pytest.mark.parametrize("only_coupled", [True, False])
@pytest.mark.parametrize("rule, actions, decided", DELETIONS)
def test_a_policy_decides_a_deletion_conflict(rule, actions, decided, only_coupled):
    planned = resolve(plan(coupled(bc(), None), mapping(only_coupled=only_coupled), {}), resolution(deletion=rule))
    assert planned.actions == actions and is_resolved(planned) is planned.is_settled is decided
    assert planned.held == (frozenset() if decided else {"displayName", "phoneNumber"})


def test_no_rule_deletes_a_record_somebody_edited_or_that_never_agreed():
    rule = DeletionConflictResolution.DELETE_RECORD
    for pair in (coupled(bc("A"), None), coupled(bc(), None, None)):
        planned = plan(pair, mapping(), {})
        assert resolve(planned, resolution(deletion=rule)) == planned
        assert resolve(planned, Policy(deletion=rule, by_person=True)).actions[0] == Delete(Side.BC, "b", "b2")


def test_the_newest_wins_and_at_the_same_moment_a_person_is_asked():
    newest = resolution(UpdateConflictResolution.NEWEST)
    moments = ("2026-01-01T08:00:00Z", "2026-01-01T09:00:00.5+01:00", "2026-01-01T08:00:00.0Z", "")
    for in_sales, actions in zip(moments, (QUIET, SEND_B, QUIET, QUIET), strict=True):
        pair = coupled(replace(bc("A"), modified_on=moments[0]), replace(sales("B"), modified_on=in_sales))
        assert resolve(plan(pair, mapping(), {}), newest).actions == actions


def test_a_person_s_choice_holds_only_for_the_values_that_were_shown():
    planned = plan(coupled(bc("A"), sales("B")), mapping(), {})
    send = UpdateConflictResolution.SEND_TO_SALES
    shown, other = ({"displayName": ("A", "B")}, {"displayName": ("A", "C")})
    assert resolve(planned, Policy(send, expected=shown)).actions == SEND_A
    assert resolve(planned, Policy(send, expected=other)) == planned


RESTORING = resolution(deletion=DeletionConflictResolution.RESTORE_RECORD)


def test_a_record_that_cannot_be_restored_is_set_aside_with_the_reason():
    planned = resolve(plan(coupled(bc(currencyCode="EUR"), None), mapping(NAME, CURRENCY), {}), RESTORING)
    assert [each.reason for each in planned.actions] == ["reference_missing"] and not is_resolved(planned)


def test_a_source_of_a_one_way_mapping_is_not_restored_from_its_copy():
    planned = resolve(plan(coupled(None, sales()), mapping(direction=TO_SALES), {}, direction=TO_SALES), RESTORING)
    assert planned.actions == () and not is_resolved(planned)
    both_ways = resolve(
        plan(coupled(None, sales()), mapping(direction=TO_SALES), {}, direction=BIDIRECTIONAL), RESTORING
    )
    assert [each.reason for each in both_ways.actions] == ["direction_not_allowed"]


def test_a_plan_without_a_conflict_needs_no_policy():
    planned = plan(coupled(bc("A"), sales()), mapping(), {})
    assert is_resolved(planned) and resolve(planned, RESTORING) is planned


SUGGESTIONS = (
    (BIDIRECTIONAL, "A", "Adatum", TO_SALES),
    (BIDIRECTIONAL, "Adatum", "B", FROM_SALES),
    (BIDIRECTIONAL, "A", "B", BIDIRECTIONAL),
    (BIDIRECTIONAL, "Adatum", "Adatum", BIDIRECTIONAL),
    (FROM_SALES, "A", "Adatum", FROM_SALES),
)


@pytest.mark.parametrize("flow, in_bc, in_sales, suggested", SUGGESTIONS)
def test_the_direction_to_preselect_is_away_from_the_only_side_that_moved(flow, in_bc, in_sales, suggested):
    one = mapping(direction=flow)
    planned = plan(coupled(bc(in_bc), sales(in_sales)), one, {})
    assert suggested_direction(one, planned) is suggested
    assert newer_side(planned.pair, ()) is None
