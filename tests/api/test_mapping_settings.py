"""Table mappings edited over REST."""

from __future__ import annotations

from copy import deepcopy

import pytest

from .conftest import SYNCHRONIZE, expect_problem

HOME = "/connections/default"
MAPPING = f"{HOME}/table-mappings/CUSTOMER"
SETTINGS, SETUP = f"{MAPPING}/settings", f"{HOME}/synchronization-setup"
TAX = {"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}

pytestmark = pytest.mark.usefixtures("world")


def save(api, **settings):
    version = api.get(SETTINGS).json["version"]
    return api.put(SETTINGS, {"version": version, "settings": settings})


def test_settings_are_read_changed_and_read_again(api):
    before = api.get(SETTINGS).json
    saved = save(
        api, only_coupled=False, bc_filter="city eq 'Ry'", fields=[TAX, {"name": "city", "enabled": False}]
    ).json

    assert (before["version"], before["differences"], before["problem"]) == (0, [], None)
    assert (saved["bc_count"], saved["sales_count"]["is_exact"]) == ({"number": 0, "is_exact": True}, True)
    after = api.get(SETTINGS).json
    assert after == saved["settings"] and after["version"] == 1
    assert {each["path"] for each in after["differences"]} == {
        "only_coupled",
        "bc_filter",
        "fields.city.enabled",
        "fields.taxRegistrationNumber",
    }
    shown = api.get(MAPPING).json
    assert shown["bc_filter"] == "city eq 'Ry'" and shown["is_changed"]


def test_what_was_read_can_be_sent_back_as_it_is(api):
    save(api, fields=[TAX], templates=[{"name": "T", "side": "sales", "values": {"description": "x"}}])
    before = api.get(SETTINGS).json

    answer = api.put(SETTINGS, {"version": before["version"], "settings": before["settings"]})

    assert answer.status_code == 200 and answer.json["settings"] == before


def test_a_mistake_is_told_by_setting(api):
    answer = save(api, bc_filter="shoeSize eq 4", sales_filter="statecode eq 0 xor x eq 1")
    problem = expect_problem(answer, 422, "mapping_refused")

    assert problem["errors"]["sales_filter"] == ["At character 16: conditions are joined by and or or, not by xor."]
    checked = api.post(f"{SETTINGS}/check", {"settings": {"bc_filter": "shoeSize eq 4"}}).json
    assert (checked["is_ok"], checked["bc_count"]) == (False, None)
    assert [(each["path"], each["code"]) for each in checked["faults"]] == [("bc_filter", "property_unknown")]
    assert api.get(SETTINGS).json["version"] == 0


def test_alternatives_are_of_one_property_in_business_central_and_of_any_in_sales(api):
    refused = expect_problem(
        save(api, bc_filter="blocked eq ' ' and (city eq 'Ry' or country eq 'DK')"), 422, "mapping_refused"
    )
    assert refused["errors"]["bc_filter"] == [
        "Business Central joins by or only conditions on one and the same property, not on city, country."
    ]
    both = "customertypecode eq 3 and (address1_city eq 'Ry' or creditlimit gt 5)"
    answer = save(api, bc_filter="city in ('Ry','Odense')", sales_filter=both)
    saved = api.get(SETTINGS).json["settings"]
    assert answer.status_code == 200, answer.json
    assert (saved["bc_filter"], saved["sales_filter"]) == ("city in ('Ry','Odense')", both)


@pytest.mark.parametrize(
    "settings",
    [
        {"direction": "up"},
        {"shoes": 1},
        {"fields": [{"size": 1}]},
        {"fields": 3},
        {"templates": [{"name": ""}]},
        {"templates": [{"name": "T", "values": {"a": [1]}}]},
        {"bc_filter": None},
        {"bc_filter": "x" * 2000},
    ],
)
def test_settings_of_another_shape_are_refused(api, settings):
    answer = api.put(SETTINGS, {"version": 0, "settings": settings})
    assert answer.status_code == 422 and answer.json["errors"]


def test_who_comes_second_is_told_and_saves_nothing(api):
    api.put(SETTINGS, {"version": 0, "settings": {"direction": "to_sales"}})

    problem = expect_problem(
        api.put(SETTINGS, {"version": 0, "settings": {"only_coupled": False}}), 409, "mapping_edited"
    )

    assert problem["facts"]["settings"] == "direction"
    assert api.get(SETTINGS).json["settings"]["only_coupled"] is True


def test_settings_are_tried_on_a_record_without_saving_or_writing(api, world):
    customer = world.customer("Adatum", taxRegistrationNumber="777")

    tried = api.post(f"{SETTINGS}/try", {"settings": {"fields": [TAX]}, "side": "bc", "id": customer}).json

    fields = {each["name"]: each for each in tried["fields"]}
    assert (fields["taxRegistrationNumber"]["to"], fields["taxRegistrationNumber"]["value"]) == ("sales", "777")
    assert fields["city"]["state"] == "blank" and not tried["happens_by_itself"]
    assert world.simulator.sales.count("accounts") == 0 and api.get(SETTINGS).json["version"] == 0


def test_trying_a_record_there_is_not(api):
    body = {"side": "sales", "id": "0a1b2c3d-0000-4000-8000-000000000001"}
    expect_problem(api.post(f"{SETTINGS}/try", body), 404, "record_not_found")


def test_every_edit_is_listed_and_the_default_comes_back(api):
    save(api, direction="to_sales")
    restored = api.post(f"{SETTINGS}/restore", {"version": 1}).json

    assert restored["differences"] == [] and restored["version"] == 2
    listed = api.get(f"{MAPPING}/changes").json["rows"]
    assert [each["action"] for each in listed] == ["restore", "edit"]
    assert listed[1]["changes"] == [{"path": "direction", "before": "bidirectional", "after": "to_sales"}]
    page = api.get(f"{HOME}/mapping-changes?limit=1").json
    assert len(page["rows"]) == 1 and api.get(f"{HOME}/mapping-changes?cursor={page['cursor']}").json["cursor"] is None
    expect_problem(api.post(f"{SETTINGS}/restore", {"version": 1}), 409, "mapping_edited")


def test_saved_match_criteria_are_settings_like_any_other(api):
    api.put(f"{MAPPING}/match-criteria", {"criteria": [{"field": "phoneNumber", "normalize": ["digits"]}]})
    kept = api.get(SETTINGS).json

    assert kept["settings"]["match"][0]["field"] == "phoneNumber" and kept["version"] == 1
    save(api, direction="to_sales")
    assert api.get(f"{MAPPING}/match-criteria").json["criteria"][0]["field"] == "phoneNumber"
    assert expect_problem(save(api, match=[{"field": "shoes"}]), 422, "mapping_refused")["errors"].keys() == {"match"}


def test_the_services_properties_are_listed(api):
    columns = api.get(f"{MAPPING}/columns").json
    name = next(each for each in columns["bc"]["columns"] if each["name"] == "displayName")
    assert (name["kind"], name["longest"], name["on_update"]) == ("text", 100, True)
    assert columns["sales"]["is_known"]
    assert "trim" in {each["name"] for each in api.get(f"{HOME}/transformations").json["rows"]}


def test_the_setup_goes_out_and_in(api):
    save(api, fields=[TAX])
    setup = api.get(SETUP).json
    assert api.post(f"{SETUP}/restore", {}).json == {"changed": ["CUSTOMER"]}

    looked = api.put(SETUP, {"setup": setup, "dry_run": True}).json
    assert looked["changed"] == ["CUSTOMER"] and api.get(SETTINGS).json["differences"] == []
    assert api.put(SETUP, {"setup": setup}).json["changed"] == ["CUSTOMER"]
    assert api.get(SETTINGS).json["differences"]


def test_an_import_is_all_or_nothing_with_every_reason(api):
    setup = api.get(SETUP).json
    setup["mappings"]["CUSTOMER"]["direction"] = "sideways"
    setup["mappings"]["VENDOR"]["bc_filter"] = "x"
    good = deepcopy(setup["mappings"]["CONTACT"])
    setup["mappings"]["CONTACT"] = good | {"only_coupled": False}

    problem = expect_problem(api.put(SETUP, {"setup": setup}), 422, "setup_refused")

    assert problem["errors"].keys() == {"mappings.CUSTOMER.direction", "mappings.VENDOR.bc_filter"}
    assert api.get(f"{HOME}/table-mappings/CONTACT").json["only_coupled"] is True


def test_an_edited_filter_counts_from_the_next_run_on(api, synchronized, world):
    assert api.post(SYNCHRONIZE, {}).status_code == 202
    save(api, fields=[TAX])
    world.simulator.bc.update("customers", synchronized["bc_id"], taxRegistrationNumber="777")
    api.post(SYNCHRONIZE, {})
    account = world.simulator.sales.get("accounts", synchronized["sales_id"])
    assert account is not None and account["description"] == "777"


def test_transformations_say_what_they_want_to_be_told(api):
    rows = api.get(f"{HOME}/transformations").json["rows"]
    found = {row["name"]: row for row in rows}
    assert found["trim"]["parameters"] == [] and not found["trim"]["one_way"]
    assert found["substring"]["one_way"]
    assert [each["name"] for each in found["lookup"]["parameters"]] == ["table", "otherwise"]
    assert found["lookup"]["parameters"][0]["is_required"] and found["lookup"]["parameters"][1]["choices"]
    assert {"country_name", "phone_e164"} <= found.keys()


def test_a_transformation_with_arguments_and_a_cut_are_saved(api):
    text = 'substring {"start": 0, "length": 3}'
    field = {**TAX, "transformation": text, "cut": True}
    save(api, fields=[field])
    [kept] = [each for each in api.get(SETTINGS).json["settings"]["fields"] if each["name"] == TAX["bc"]]
    assert (kept["transformation"], kept["cut"]) == (text, True)


@pytest.mark.parametrize(
    "transformation, direction, path",
    [
        ("substring", "to_sales", "transformation"),
        ('substring {"start": 0, "length": "x"}', "to_sales", "transformation"),
        ('substring {"start": 0, "length": 3}', "bidirectional", "direction"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_at_their_place(api, transformation, direction, path):
    answer = save(api, fields=[{**TAX, "transformation": transformation, "direction": direction}])
    problem = expect_problem(answer, 422, "mapping_refused")
    assert f"fields.{TAX['bc']}.{path}" in problem["errors"]
