"""An administrator edits a table mapping: what is saved, what is refused, what a run makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from flask_coupling import FlaskCoupling
from flask_coupling.core.side import Direction
from flask_coupling.endpoints.endpoint import Count
from flask_coupling.errors import (
    InputInvalid,
    MappingEditedConflictError,
    MappingInvalid,
    MappingNotFound,
    MappingNotInUse,
    MappingRefused,
)
from flask_coupling.globals import current_coupling
from flask_coupling.models import IntegrationTableMapping
from flask_coupling.operations import couplings, jobs, mapping_files, mappings, schedules, synchronization
from flask_coupling.operations.full_synchronization import start_full_synchronization
from flask_coupling.operations.mapping_changes import list_mapping_changes
from flask_coupling.operations.mapping_editor import (
    check_settings,
    get_settings,
    list_columns,
    restore_all,
    restore_default,
    save_settings,
)
from flask_coupling.operations.mapping_trial import try_settings
from flask_coupling.operations.setting import find_connection, find_mapping
from simulator.instance import Simulator

C, M = "default", "CUSTOMER"

pytestmark = pytest.mark.usefixtures("connected", "app_context")


def save(changes: dict[str, Any], mapping: str = M, version: int | None = None) -> Any:
    """Save settings over the version that is there."""
    present = get_settings(C, mapping).version
    return save_settings(C, mapping, changes, version=present if version is None else version)


def refused(changes: dict[str, Any], mapping: str = M) -> dict[str, Any]:
    """The errors by place of settings that cannot be saved."""
    before = get_settings(C, mapping)
    with pytest.raises(MappingRefused) as caught:
        save(changes, mapping)
    assert get_settings(C, mapping) == before
    errors: dict[str, Any] = caught.value.facts["errors"]
    return errors


def test_a_mapping_that_nobody_edited_is_the_shipped_one() -> None:
    view = get_settings(C, M)
    assert (view.version, view.differences, view.edited_at) == (0, (), None)
    assert view.settings["sales_filter"] == "statecode eq 0 and customertypecode eq 3"
    assert "displayName" in view.shipped


def test_what_is_saved_counts_from_then_on_and_the_rest_stays() -> None:
    saved = save(
        {
            "direction": "to_sales",
            "only_coupled": False,
            "bc_filter": "blocked eq ' ' and city eq 'Ry'",
            "update_conflict": "send_to_sales",
            "deletion_conflict": "restore_record",
            "conflict_scope": "record",
            "fields": [{"name": "website", "enabled": False}, {"name": "city", "resolution": "newest"}],
        }
    )
    mapping = find_mapping(C, M)
    assert mapping.direction is Direction.TO_SALES and not mapping.only_coupled
    assert mapping.bc_filter.render() == "blocked eq ' ' and city eq 'Ry'"
    assert not mapping.field("website").enabled and mapping.field("city").resolution == "newest"
    assert mapping.field("email").enabled and mapping.match_on == ("displayName", "postalCode")
    assert saved.settings.version == 1
    assert {each.path for each in saved.settings.differences} == {
        "direction",
        "only_coupled",
        "bc_filter",
        "update_conflict",
        "deletion_conflict",
        "conflict_scope",
        "fields.website.enabled",
        "fields.city.resolution",
    }
    assert mappings.get_mapping(C, M).direction == "to_sales"


def test_saving_tells_how_many_records_the_filters_select(simulator: Simulator) -> None:
    for city in ("Ry", "Ry", "Vejle"):
        simulator.bc.create("customers", {"displayName": city, "city": city})
    simulator.sales.create("accounts", {"name": "A", "customertypecode": 3})
    changes = {"bc_filter": "city eq 'Ry'"}
    checked = check_settings(C, M, changes)
    assert (checked.is_ok, checked.bc_count, checked.sales_count) == (True, Count(2), Count(1))
    assert get_settings(C, M).version == 0
    saved = save(changes)
    assert (saved.bc_count, saved.sales_count) == (Count(2), Count(1))


def test_lines_are_read_with_their_document_only_and_so_not_counted() -> None:
    saved = save({"fields": [{"name": "description", "cut": True}]}, "SOLINE-ORDERDETAIL")
    assert saved.bc_count is None and saved.settings.version == 1


REFUSED = (
    ({"bc_filter": "city like 'Ry'"}, "bc_filter", "after city comes one of eq, ne"),
    ({"bc_filter": "shoeSize eq 4"}, "bc_filter", "Business Central has no property shoeSize in customers."),
    (
        {"sales_filter": "shoesize eq 4 and customertypecode eq 3"},
        "sales_filter",
        "has no property shoesize in accounts",
    ),
    ({"sales_filter": "customertypecode eq 99"}, "sales_filter", "has no option 99"),
    ({"sales_filter": "statecode eq 0"}, "sales_filter", "VENDOR selects records of the same table"),
    ({"depends_on": ["CURRENCY", "SALESPEOPLE", "CONTACT"]}, "depends_on", "go in a circle: "),
    ({"fields": [{"bc": "note", "sales": "description"}]}, "fields.note.bc", "has no property note"),
    ({"fields": [{"bc": "taxLiable", "sales": "description"}]}, "fields.taxLiable.transformation", "yes or no"),
    (
        {"fields": [{"bc": "balanceDue", "sales": "creditonhold", "direction": "from_sales"}]},
        "fields.balanceDue.bc",
        "Business Central does not let balanceDue be written",
    ),
    (
        {"fields": [{"bc": "taxRegistrationNumber", "sales": "description"}]},
        "fields.taxRegistrationNumber.bc",
        "let it be cut",
    ),
    ({"fields": [{"name": "city", "transformation": "shout"}]}, "fields.city.transformation", "named shout"),
    ({"direction": "sideways"}, "direction", "sideways is not one of bidirectional"),
    ({"only_coupled": "yes"}, "only_coupled", "This is not true or false."),
    ({"shoes": 1}, "shoes", "There is no setting named shoes."),
    ({"fields": [{"name": "city", "size": 1}]}, "fields.0.size", "There is no setting named size."),
    ({"templates": [{"name": "T", "values": {"shoes": 1}}]}, "templates.0.values.shoes", "has no property shoes"),
)


@pytest.mark.parametrize(
    "changes, place, told", REFUSED, ids=[each[1] + " " + str(n) for n, each in enumerate(REFUSED)]
)
def test_a_mistake_is_refused_at_its_place_and_nothing_is_saved(changes: dict[str, Any], place: str, told: str) -> None:
    errors = refused(changes)
    assert any(told in message for message in errors[place]), errors
    assert not check_settings(C, M, changes).is_ok


def test_a_mapping_there_is_not_is_told() -> None:
    with pytest.raises(MappingNotFound):
        get_settings(C, "SHOES")


def test_two_administrators_at_the_same_mapping_lose_nothing() -> None:
    first = second = get_settings(C, M).version
    save({"direction": "to_sales"}, version=first)
    with pytest.raises(MappingEditedConflictError, match=r"Customers was changed meanwhile by .* \(direction\)"):
        save({"only_coupled": False}, version=second)
    assert find_mapping(C, M).only_coupled
    save({"only_coupled": False})
    mapping = find_mapping(C, M)
    assert not mapping.only_coupled and mapping.direction is Direction.TO_SALES


def test_one_who_is_faster_by_a_moment_wins_and_the_other_is_told(app: Flask) -> None:
    """The other one's edit comes between our look at the version and our write."""
    engine = current_coupling.db_engine
    done: list[bool] = []

    def edit(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE coupling_table_mapping") and not done:
            done.append(True)
            cursor.execute("UPDATE coupling_table_mapping SET version = version + 1 WHERE name = 'CUSTOMER'")

    event.listen(engine, "before_cursor_execute", edit)
    try:
        with pytest.raises(MappingEditedConflictError):
            save({"direction": "to_sales"})
    finally:
        event.remove(engine, "before_cursor_execute", edit)
    assert done and find_mapping(C, M).direction is Direction.BIDIRECTIONAL


def test_saving_what_is_there_already_changes_and_logs_nothing() -> None:
    assert save({"direction": "bidirectional"}).settings.version == 0
    assert list_mapping_changes(C).rows == ()


@pytest.mark.settings(COUPLING_PRINCIPAL=lambda: "Ann")
def test_every_change_is_kept_with_who_when_before_and_after(app: Flask) -> None:
    with app.test_request_context():
        save({"direction": "to_sales", "fields": [{"name": "city", "enabled": False}]})
        save({"direction": "bidirectional"})
        restore_default(C, M)
    edits = list_mapping_changes(C, M).rows
    assert [(each.action, each.version, each.requested_by) for each in edits] == [
        ("restore", 3, "Ann"),
        ("edit", 2, "Ann"),
        ("edit", 1, "Ann"),
    ]
    assert [(each.path, each.before, each.after) for each in edits[2].changes] == [
        ("direction", "bidirectional", "to_sales"),
        ("fields.city.enabled", True, False),
    ]
    assert edits[0].at.tzinfo is not None
    page = list_mapping_changes(C, limit=2)
    assert [each.version for each in list_mapping_changes(C, cursor=page.cursor).rows] == [1]


def test_restoring_one_leaves_the_others_and_restoring_all_leaves_none() -> None:
    for name in (M, "VENDOR"):
        save({"only_coupled": False}, name)
    assert restore_default(C, M).differences == ()
    assert not find_mapping(C, "VENDOR").only_coupled
    assert restore_all(C) == ["VENDOR"]
    assert get_settings(C, "VENDOR").differences == ()


def test_a_default_that_overlaps_with_what_was_set_of_another_is_refused() -> None:
    save({"sales_filter": "customertypecode eq 4"})
    save({"sales_filter": "customertypecode eq 3"}, "VENDOR")
    with pytest.raises(MappingRefused, match="VENDOR selects records of the same table"):
        restore_default(C, M)


def test_settings_that_a_new_version_made_impossible_are_told_and_can_be_mended(coupling: FlaskCoupling) -> None:
    save({"direction": "from_sales", "fields": [{"name": "creditLimit", "enabled": False}, *_constants_off()]})
    declared = coupling._state.mappings[M]
    changed = [each if each.name != "city" else _one_way(each) for each in declared.fields]
    coupling.add_mapping(declared.replaced(fields=tuple(changed)), replace=True)
    view = get_settings(C, M)
    assert view.problem is not None and "only goes from_sales" in view.problem.message
    with pytest.raises(MappingInvalid, match="CUSTOMER is not valid"):
        find_mapping(C, M)
    restore_default(C, M)
    assert find_mapping(C, M).direction is Direction.BIDIRECTIONAL


def _constants_off() -> list[dict[str, Any]]:
    return [{"name": "customertypecode", "enabled": False}]


def _one_way(field: Any) -> Any:
    return type(field)(bc=field.bc, sales=field.sales, direction=Direction.TO_SALES, caption=field.caption)


def test_what_both_services_say_of_their_properties_can_be_looked_up() -> None:
    found = list_columns(C, M)
    assert found["bc"].table == "customers" and "displayName" in {each.name for each in found["bc"].columns}
    assert found["sales"].is_known and "telephone1" in {each.name for each in found["sales"].columns}


# --- what runs make of it ---------------------------------------------------------------------------------------------


def pair(simulator: Simulator, **values: Any) -> Any:
    """A coupled customer and account that agree."""
    bc = simulator.bc.create("customers", {"displayName": "Adatum", **values})["id"]
    sales = simulator.sales.create("accounts", {"name": "Adatum", "customertypecode": 3})["accountid"]
    made = couplings.couple(C, M, str(bc), str(sales), synchronize="bc").coupling
    assert synchronization.synchronize(C, M, wait=True).state == "finished"
    return made


def cursors() -> tuple[str | None, str | None]:
    row = current_coupling.session.get(IntegrationTableMapping, (C, M))
    assert row is not None
    return row.bc_cursor, row.sales_cursor


@pytest.mark.parametrize(
    "changes",
    [
        {"bc_filter": "blocked eq ' ' and displayName ne 'x'"},
        {"fields": [{"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}]},
    ],
    ids=["filter", "field"],
)
def test_an_edit_makes_the_next_run_compare_everything_and_the_one_after_it_only_changes(
    simulator: Simulator, changes: dict[str, Any]
) -> None:
    pair(simulator, taxRegistrationNumber="777")
    runs = [synchronization.synchronize(C, M, wait=True) for _ in range(2)]
    assert runs[1].counters["unchanged"] == 0  # a feed of changes tells nothing of the others
    save(changes)
    compared = synchronization.synchronize(C, M, wait=True)
    assert compared.counters["unchanged"] + compared.counters["modified"] == 1
    again = synchronization.synchronize(C, M, wait=True)
    assert again.counters["unchanged"] == again.counters["modified"] == 0


def test_a_new_field_reaches_the_records_that_agreed_before(simulator: Simulator) -> None:
    made = pair(simulator, taxRegistrationNumber="777")
    save({"fields": [{"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}]})
    assert synchronization.synchronize(C, M, wait=True).counters["modified"] == 1
    account = simulator.sales.get("accounts", made.sales_id)
    assert account is not None and account["description"] == "777"


def test_an_edit_while_a_run_is_under_way_does_not_confuse_it(simulator: Simulator, app: Flask) -> None:
    """The run ends by the rules it began with; the next one compares everything by the new ones."""
    made = pair(simulator, taxRegistrationNumber="777")
    simulator.bc.update("customers", made.bc_id, phoneNumber="42")
    field = {"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}
    edited: list[bool] = []
    ask = current_coupling.endpoints(_row())[1].batch

    def batch(writes: Any) -> Any:
        if not edited:
            edited.append(True)
            with app.app_context():
                save({"fields": [field]})
        return ask(writes)

    current_coupling.endpoints(_row())[1].batch = batch  # type: ignore[method-assign]
    assert synchronization.synchronize(C, M, wait=True).counters["modified"] == 1
    account = simulator.sales.get("accounts", made.sales_id)
    assert edited and account is not None and account["telephone1"] == "42" and not account.get("description")
    assert synchronization.synchronize(C, M, wait=True).counters["modified"] == 1
    account = simulator.sales.get("accounts", made.sales_id)
    assert account is not None and account["description"] == "777"


def _row() -> Any:
    return find_connection(C)


def test_templates_give_new_records_their_values(simulator: Simulator) -> None:
    simulator.bc.create("customers", {"displayName": "Adatum", "city": "Ry"})
    usual = {"name": "ALL", "side": "sales", "priority": 2, "values": {"description": "New"}}
    of_ry = {**usual, "name": "RY", "priority": 1, "filter": "city eq 'Ry'", "values": {"description": "Ry"}}
    save({"only_coupled": False, "templates": [usual, of_ry]})
    assert synchronization.synchronize(C, M, wait=True).counters["inserted"] == 1
    (made,) = couplings.list_couplings(C, M).rows
    account = simulator.sales.get("accounts", made.sales_id)
    assert account is not None and account["description"] == "Ry" and account["customertypecode"] == 3


# --- try it -----------------------------------------------------------------------------------------------------------


def states(view: Any) -> dict[str, str]:
    return {each.name: each.state for each in view.fields}


def test_trying_shows_what_an_edited_field_would_write_and_writes_nothing(simulator: Simulator) -> None:
    made = pair(simulator, taxRegistrationNumber="777")
    field = {"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}
    view = try_settings(C, M, {"fields": [field]}, "bc", made.bc_id)
    tried = next(each for each in view.fields if each.name == "taxRegistrationNumber")
    assert (tried.to, tried.value, tried.state) == ("sales", "777", "written")
    assert states(view)["displayName"] == "alike" and view.happens_by_itself and view.reason is None
    assert get_settings(C, M).version == 0
    account = simulator.sales.get("accounts", made.sales_id)
    assert account is not None and not account.get("description")
    assert len(jobs.list_jobs(C).rows) <= 2


def test_trying_a_record_without_a_partner_shows_what_would_be_created_with_its_template(simulator: Simulator) -> None:
    id = str(simulator.bc.create("customers", {"displayName": "Adatum"})["id"])
    template = {"name": "NEW", "side": "sales", "values": {"description": "New", "name": "No name"}}
    view = try_settings(C, M, {"templates": [template]}, "bc", id)
    assert view.template == "NEW" and not view.happens_by_itself
    assert states(view) | {} == {**states(view), "description": "template", "displayName": "written", "city": "blank"}
    assert simulator.sales.count("accounts") == 0
    assert try_settings(C, M, {"only_coupled": False}, "bc", id).happens_by_itself


def test_trying_says_why_something_is_held(simulator: Simulator) -> None:
    made = pair(simulator)
    simulator.bc.update("customers", made.bc_id, city="Ry")
    simulator.sales.update("accounts", made.sales_id, address1_city="Vejle", telephone1="1")
    held = states(try_settings(C, M, {}, "sales", made.sales_id))
    assert (held["city"], held["phoneNumber"]) == ("held_conflict", "written")
    decided = states(
        try_settings(C, M, {"fields": [{"name": "city", "resolution": "send_to_sales"}]}, "bc", made.bc_id)
    )
    assert decided["city"] == "written"
    outside = try_settings(C, M, {"bc_filter": "city eq 'Odense'"}, "bc", made.bc_id)
    assert set(states(outside).values()) == {"held_record"}
    assert outside.reason is not None and "city eq 'Odense'" in outside.reason.message and not outside.happens_by_itself


def test_trying_settings_that_cannot_be_saved_is_refused_like_saving() -> None:
    with pytest.raises(MappingRefused):
        try_settings(C, M, {"bc_filter": "x"}, "bc", "0a1b2c3d-0000-4000-8000-000000000001")
    with pytest.raises(InputInvalid):
        try_settings(C, M, {}, "up", "x")


GROUPS, PRICES, LISTS, LINES = "CUSTPRCGRP-PRICE", "SALESPRC-PRODPRICE", "PLHEADER-PRICE", "PLLINE-PRODPRICE"


def test_of_two_that_make_the_same_records_only_one_is_in_use() -> None:
    assert refused({"in_use": True}, GROUPS) == {
        "in_use": ["PLHEADER-PRICE makes the same records and is in use: take it out of use first."]
    }
    save({"in_use": False}, LISTS)
    save({"in_use": True}, GROUPS)
    assert list(refused({"in_use": True}, LISTS)) == ["in_use"]
    with pytest.raises(MappingRefused, match="CUSTPRCGRP-PRICE makes the same records"):
        restore_default(C, LISTS)
    restore_all(C)
    assert get_settings(C, LISTS).settings["in_use"] and not get_settings(C, GROUPS).settings["in_use"]


def test_the_pricing_is_changed_at_once_by_a_file() -> None:
    wanted = {name: {"in_use": name in (GROUPS, PRICES)} for name in (GROUPS, PRICES, LISTS, LINES)}
    content = {**mapping_files.export_setup(C), "mappings": wanted}
    assert set(mapping_files.import_setup(C, content).changed) == set(wanted)
    assert {GROUPS, PRICES} < mappings.names_in_use(C) and not {LISTS, LINES} & mappings.names_in_use(C)


def test_nothing_happens_by_a_mapping_that_is_not_in_use(simulator: Simulator) -> None:
    group = simulator.bc.create("customerPriceGroups", {"code": "X", "displayName": "X"})["id"]
    for attempt in (
        lambda: synchronization.synchronize(C, GROUPS),
        lambda: couplings.create_partner(C, GROUPS, "bc", group),
        lambda: schedules.set_schedule(C, GROUPS, enabled=True),
        lambda: start_full_synchronization(C, {GROUPS: "full"}),
    ):
        with pytest.raises(MappingNotInUse, match="Customer Price Groups is not in use"):
            attempt()
    assert GROUPS not in {each.mapping for each in schedules.list_schedules(C)}
