"""Lists: found by search in any script, narrowed by state, sorted by column, and read to the end in parts."""

from __future__ import annotations

from typing import Any

import pytest

from flask_coupling.errors import InputInvalid
from flask_coupling.operations import coupling_lists, couplings, mappings, pausing
from flask_coupling.operations.coupling_lists import Which
from tests.scenarios.conftest import C, Stage

TOO_LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"


def names(stage: Stage, side: str = "bc", **asked: Any) -> list[str]:
    """The titles of a list of records, all its pages read one row at a time."""
    found: list[str] = []
    cursor = None
    while True:
        page = mappings.list_records(C, "CUSTOMER", side, cursor=cursor, limit=2, **asked)
        found += [row.title for row in page.rows]
        if (cursor := page.cursor) is None:
            return found


@pytest.mark.parametrize("sought", ["ålborg", "ÅLBORG", "Ålborg"])
def test_searching_for_aalborg_finds_it_in_any_case_from_both_sides_coupled_or_not(stage: Stage, sought: str) -> None:
    coupled = stage.pair("Ålborg Skibe")
    stage.customer("Ålborg Tog")
    stage.account("Ålborg Fly")
    stage.pair("Odense")
    assert [row.bc_title for row in couplings.list_couplings(C, "CUSTOMER", search=sought).rows] == ["Ålborg Skibe"]
    assert names(stage, search=sought) == ["Ålborg Skibe", "Ålborg Tog"]
    assert names(stage, "sales", search=sought) == ["Ålborg Fly", "Ålborg Skibe"]
    assert names(stage, "sales", search=sought, coupled=True) == ["Ålborg Skibe"]
    assert coupling_lists.coupling_ids(C, Which("CUSTOMER", sought)) == [coupled.id]


def test_failed_records_without_a_partner_are_found_by_danish_letters_too(stage: Stage) -> None:
    stage.set_mapping(only_coupled=False)
    stage.account("Ørsted", address1_city=TOO_LONG)
    stage.run()
    assert names(stage, "sales", state="failed", search="ørsted") == ["Ørsted"]
    assert names(stage, "sales", state="failed", search="østed") == []


def test_a_list_is_narrowed_by_state_from_either_side(stage: Stage) -> None:
    stage.set_mapping(only_coupled=False)
    alike, disputed, failing, paused, gone = (stage.pair(name) for name in ("Alike", "Both", "City", "Pause", "Gone"))
    stage.edit_bc(disputed.bc_id, phoneNumber="2")
    stage.edit_sales(disputed.sales_id, telephone1="3")
    stage.edit_sales(failing.sales_id, address1_city=TOO_LONG)
    stage.simulator.sales.delete("accounts", gone.sales_id)
    stage.account("Lone", address1_city=TOO_LONG)
    stage.run()
    pausing.pause(C, [paused.id])
    assert names(stage, state="conflict") == ["Both", "Gone"]
    assert names(stage, "sales", state="conflict") == ["Both", "Gone"], "also where its own record is the one gone"
    assert names(stage, state="failed") == ["City"]
    assert names(stage, "sales", state="failed") == ["City", "Lone"]
    assert names(stage, "sales", state="attention") == ["Both", "City", "Gone", "Lone"]
    assert names(stage, state="paused") == ["Pause"]
    assert names(stage, state="synchronized") == ["Alike"]
    assert names(stage, "sales", state="uncoupled") == ["Lone"]
    stage.run()
    assert names(stage, "sales", state="skipped") == ["City", "Lone"]
    assert names(stage, state="coupled") == ["Alike", "Both", "City", "Gone", "Pause"]
    assert coupling_lists.count_couplings(C, Which("CUSTOMER", state="conflict")) == 2
    assert coupling_lists.coupling_ids(C, Which("CUSTOMER", "ali")) == [alike.id]


@pytest.mark.parametrize("coupled", [None, True])
def test_a_list_is_sorted_by_column_either_way_and_read_to_its_end(stage: Stage, coupled: bool | None) -> None:
    for name, partner in (("B", "X"), ("A", "Z"), ("C", "Y")):
        customer = stage.customer(name)
        couplings.couple(C, "CUSTOMER", customer, stage.account(partner))
    assert names(stage, coupled=coupled) == ["A", "B", "C"]
    assert names(stage, coupled=coupled, sort="-name") == ["C", "B", "A"]
    assert names(stage, coupled=coupled, sort="number") == ["B", "A", "C"]
    assert names(stage, "sales", coupled=coupled, sort="-name") == ["Z", "Y", "X"]
    if coupled:
        assert names(stage, coupled=coupled, sort="partner") == ["B", "C", "A"]
        assert names(stage, "sales", coupled=coupled, sort="partner") == ["Z", "X", "Y"]


def test_records_are_sorted_by_a_mapped_property_where_the_service_is_read(stage: Stage) -> None:
    for name, city in (("A", "Odense"), ("B", "Aarhus")):
        stage.customer(name, city=city)
    assert names(stage, sort="city") == ["B", "A"]
    assert names(stage, sort="-city") == ["A", "B"]


@pytest.mark.parametrize("asked", [{"sort": "nonsense"}, {"state": "nonsense"}, {"sort": "city", "coupled": True}])
def test_nonsense_is_refused_by_name(stage: Stage, asked: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid, match=r"nonsense|sorted by"):
        mappings.list_records(C, "CUSTOMER", "bc", **asked)


def test_a_cursor_of_one_order_is_not_taken_for_another(stage: Stage) -> None:
    for name in ("A", "B", "D"):
        stage.pair(name)
    cursor = couplings.list_couplings(C, "CUSTOMER", limit=1).cursor
    with pytest.raises(InputInvalid, match="another order"):
        couplings.list_couplings(C, "CUSTOMER", sort="-name", cursor=cursor)
