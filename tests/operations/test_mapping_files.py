"""The synchronization setup as a file: out and in again, all of it or nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from flask_coupling.errors import SetupRefused
from flask_coupling.operations.mapping_changes import list_mapping_changes
from flask_coupling.operations.mapping_editor import get_settings, restore_all, save_settings
from flask_coupling.operations.mapping_files import export_setup, import_setup

C = "default"

pytestmark = pytest.mark.usefixtures("connected", "app_context")


def edited() -> dict[str, Any]:
    """An exported setup in which two mappings differ from the default, as it is read from its file."""
    own = {"bc": "taxRegistrationNumber", "sales": "description", "direction": "to_sales"}
    template = {"name": "NEW", "side": "bc", "filter": "statecode eq 0", "values": {"taxLiable": True}}
    save_settings(C, "CUSTOMER", {"fields": [own], "templates": [template]}, version=0)
    save_settings(C, "VENDOR", {"bc_filter": "city ne 'Ry'", "only_coupled": False}, version=0)
    content: dict[str, Any] = json.loads(json.dumps(export_setup(C)))
    return content


def test_what_was_exported_restores_every_setting() -> None:
    content = edited()
    before = {name: get_settings(C, name).settings for name in content["mappings"]}
    restore_all(C)
    imported = import_setup(C, content)
    assert imported.changed == ("CUSTOMER", "VENDOR") and "CONTACT" in imported.unchanged
    assert {name: get_settings(C, name).settings for name in before} == before
    assert import_setup(C, content).changed == ()
    assert [each.action for each in list_mapping_changes(C).rows][:2] == ["import", "import"]


def test_looking_first_changes_nothing() -> None:
    content = edited()
    restore_all(C)
    assert import_setup(C, content, dry_run=True).changed == ("CUSTOMER", "VENDOR")
    assert get_settings(C, "CUSTOMER").differences == ()


def test_what_a_file_leaves_out_is_the_default_and_what_it_does_not_name_stays() -> None:
    content = edited()
    content["mappings"] = {"CUSTOMER": {"direction": "bidirectional"}}
    assert import_setup(C, content).changed == ("CUSTOMER",)
    assert get_settings(C, "CUSTOMER").differences == ()
    assert get_settings(C, "VENDOR").differences


def test_mappings_of_a_file_are_checked_together() -> None:
    """Customers and vendors change places: each alone would overlap with the other."""
    content = export_setup(C)
    content["mappings"] = {"CUSTOMER": {"sales_filter": "customertypecode eq 11"}}
    with pytest.raises(SetupRefused):
        import_setup(C, content)
    content["mappings"]["VENDOR"] = {"sales_filter": "customertypecode eq 3"}
    assert import_setup(C, content).changed == ("CUSTOMER", "VENDOR")


def spoiled(content: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same with one value otherwise."""
    content = deepcopy(content)
    *way, last = path.split("/")
    place: Any = content
    for each in way:
        place = place[int(each) if isinstance(place, list) else each]
    place[int(last) if isinstance(place, list) else last] = value
    return content


@pytest.mark.parametrize(
    "path, value, places",
    [
        ("format", "something/else", {"format"}),
        ("version", 99, {"version"}),
        ("mappings", [], {"mappings"}),
        ("mappings/SHOES", {}, {"mappings.SHOES"}),
        ("mappings/VENDOR", 3, {"mappings.VENDOR"}),
        ("mappings/VENDOR/direction", None, {"mappings.VENDOR.direction"}),
        ("mappings/VENDOR/fields", {}, {"mappings.VENDOR.fields"}),
        ("mappings/VENDOR/fields/0/bc", 3, {"mappings.VENDOR.fields.0.bc"}),
        ("mappings/VENDOR/fields/0", "x", {"mappings.VENDOR.fields.0"}),
        ("mappings/VENDOR/bc_filter", "shoeSize eq 3", {"mappings.VENDOR.bc_filter"}),
        ("mappings/VENDOR/templates", [{"name": "T", "priority": -1}], {"mappings.VENDOR.templates.0.priority"}),
        ("mappings/VENDOR/sales_filter", "", {"mappings.VENDOR.sales_filter", "mappings.CUSTOMER.sales_filter"}),
    ],
)
def test_one_mistake_and_nothing_of_the_file_is_taken(path: str, value: Any, places: set[str]) -> None:
    content = edited()
    restore_all(C)
    with pytest.raises(SetupRefused) as caught:
        import_setup(C, spoiled(content, path, value))
    assert set(caught.value.facts["errors"]) == places
    assert get_settings(C, "CUSTOMER").differences == () == get_settings(C, "VENDOR").differences


@pytest.mark.parametrize("content", [None, [], "x", {}, {"format": "x" * 5000}])
def test_what_is_no_setup_at_all_is_refused(content: Any) -> None:
    with pytest.raises(SetupRefused, match="no file of a synchronization setup"):
        import_setup(C, content)
