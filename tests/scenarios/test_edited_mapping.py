"""Table mappings that an administrator edits: templates for new records, and the way back to the default."""

from __future__ import annotations

from typing import Any

import pytest

from flask_coupling.errors import MappingRefused
from flask_coupling.mappings import default_setup
from flask_coupling.operations import mappings
from flask_coupling.operations.mapping_editor import get_settings, restore_all, restore_default, save_settings

from .conftest import C, Stage, counted

UNKNOWN = "0a1b2c3d-0000-4000-8000-000000000001"


def save(name: str = "CUSTOMER", **changes: Any) -> None:
    """An administrator saves settings."""
    save_settings(C, name, changes, version=get_settings(C, name).version)


def template(title: str, /, priority: int = 0, filter: str = "", **values: Any) -> dict[str, Any]:
    """A template for new accounts."""
    return {"name": title, "side": "sales", "priority": priority, "filter": filter, "values": values}


def test_bc_109_a_new_record_gets_the_templates_value_for_a_field_that_is_not_mapped(stage: Stage) -> None:
    save(only_coupled=False, templates=[template("NEW", description="From Business Central", name="not this one")])
    customer = stage.customer("Adatum")
    assert counted(stage.run()) == {"inserted": 1}
    account = stage.sales(stage.coupled()[customer])
    assert account is not None
    assert (account["description"], account["name"]) == ("From Business Central", "Adatum")
    stage.edit_bc(customer, phoneNumber="2")
    stage.edit_sales(str(account["accountid"]), description="Ours")
    stage.run()
    account = stage.sales(str(account["accountid"]))
    assert account is not None and account["description"] == "Ours", "a template is for new records only"


def test_bc_110_a_template_that_cannot_be_right_is_refused_and_one_the_service_refuses_fails_the_record(
    stage: Stage,
) -> None:
    """There: the mapping names a template that is not there, and the record fails. Here a template is part of it."""
    with pytest.raises(MappingRefused) as caught:
        save(templates=[template("NEW", shoesize=4)])
    assert caught.value.facts["errors"].keys() == {"templates.0.values.shoesize"}
    nobody = {"paymentMethodId": "0a1b2c3d-0000-4000-8000-000000000001"}
    save(only_coupled=False, templates=[{**template("NEW", **nobody), "side": "bc"}])
    account = stage.account("Adatum")
    job = stage.run()
    assert counted(job) == {"failed": 1} and stage.coupled() == {}
    (error,) = stage.errors(job)
    assert error.sales_id == account and error.problem.message


def test_bc_112_of_two_templates_that_fit_the_lowest_number_wins(stage: Stage) -> None:
    of_ry = template("RY", priority=1, filter="city eq 'Ry'", description="Ry")
    all_of_them = template("ALL", priority=2, description="All")
    save(only_coupled=False, templates=[all_of_them, of_ry])
    ry, vejle = stage.customer("A", city="Ry"), stage.customer("B", city="Vejle")
    stage.run()
    told = {bc: stage.sales(sales) for bc, sales in stage.coupled().items()}
    assert [(told[each] or {})["description"] for each in (ry, vejle)] == ["Ry", "All"]


def test_bc_247_what_was_set_of_one_mapping_goes_and_that_of_the_other_stays(stage: Stage) -> None:
    """There the mapping is deleted with its fields; here one is declared, and its settings are what can go."""
    own = {"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}
    for name in ("CUSTOMER", "VENDOR"):
        save(name, fields=[own])
    restore_default(C, "CUSTOMER")
    fields = {name: {each.name for each in mappings.get_mapping(C, name).fields} for name in ("CUSTOMER", "VENDOR")}
    assert "taxRegistrationNumber" not in fields["CUSTOMER"] and "taxRegistrationNumber" in fields["VENDOR"]


def test_bc_257_the_default_setup_brings_every_mapping_back(stage: Stage) -> None:
    before = mappings.list_mappings(C)
    save(only_coupled=False, direction="to_sales", fields=[{"name": "city", "enabled": False}])
    save("VENDOR", update_conflict="newest")
    assert mappings.list_mappings(C) != before
    assert sorted(restore_all(C)) == ["CUSTOMER", "VENDOR"]
    assert mappings.list_mappings(C) == before and len(before) == len(default_setup())


def test_several_companies_share_an_environment_by_a_constant_and_a_filter(stage: Stage) -> None:
    """What the switch of the connection does by itself can also be set by hand, as any constant and condition."""
    ours, theirs = (stage.simulator.sales.create("bcbi_companies", {"bcbi_name": name}) for name in ("CRONUS", "Other"))
    company = ours["bcbi_companyid"]
    stamp = {"sales": "bcbi_companyid", "constant": company, "direction": "to_sales"}
    mine = f"statecode eq 0 and customertypecode eq 3 and bcbi_companyid eq {company}"
    save(only_coupled=False, fields=[stamp], sales_filter=mine)
    customer, foreign = (
        stage.customer("Adatum"),
        stage.account("Foreign", _bcbi_companyid_value=theirs["bcbi_companyid"]),
    )
    job = stage.run()
    assert counted(job) == {"inserted": 1}, stage.errors(job)
    account = stage.sales(stage.coupled()[customer]) or {}
    assert account["_bcbi_companyid_value"] == company
    assert [row.id for row in mappings.list_records(C, "CUSTOMER", "sales").rows] == [account["accountid"]]
    assert foreign not in stage.coupled().values()


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"fields": [{"sales": "parentaccountid", "constant": UNKNOWN, "direction": "to_sales"}]}, "sales"),
        (
            {"sales_filter": f"statecode eq 0 and customertypecode eq 3 and parentaccountid eq {UNKNOWN}"},
            "sales_filter",
        ),
    ],
)
def test_a_lookup_column_the_mapping_does_not_know_is_refused_when_it_is_saved(
    stage: Stage, settings: dict[str, Any], place: str
) -> None:
    with pytest.raises(MappingRefused) as caught:
        save(**settings)
    (path,) = caught.value.facts["errors"]
    assert path.endswith(place) and "lookup column parentaccountid" in caught.value.facts["errors"][path][0]
