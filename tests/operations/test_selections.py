"""Selections that outlive a page, filters kept under a name, and creating partners for all that a search finds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flask_coupling.errors import InputInvalid, SavedFilterNotFound, SelectionGone
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection
from flask_coupling.operations import partners, saved_filters, selections
from tests.conftest import MakeApp
from tests.scenarios.conftest import C, Stage, counted

M = "CUSTOMER"


def test_what_is_ticked_on_one_page_is_still_selected_on_the_next(stage: Stage) -> None:
    first = selections.keep_selection(C, M, "bc", shown=["a", "b~1"], picked=["a", "b~1"])
    second = selections.keep_selection(C, M, "bc", id=first.id, shown=["c", "d"], picked=["d"])
    again = selections.keep_selection(C, M, "bc", id=second.id, shown=["a", "b~1"], picked=["b~1"])
    kept = selections.get_selection(C, M, first.id)
    assert first.id == second.id == again.id
    assert (kept.uncoupled, kept.couplings, kept.is_empty) == (("d",), (1,), False)


def test_all_that_match_are_looked_up_when_they_are_used(stage: Stage) -> None:
    one = stage.pair("Adatum One")
    chosen = selections.select_all(C, M, "bc", "adatum")
    two, _ = stage.pair("Adatum Two"), stage.pair("Fabrikam")
    assert selections.selected_couplings(C, chosen) == [one.id, two.id]
    assert (selections.count_selected(C, chosen), selections.first_couplings(C, chosen, 1)) == (2, [one.id])
    nobody = selections.select_all(C, M, "bc", state="uncoupled")
    assert (selections.selected_couplings(C, nobody), nobody.holds_uncoupled) == ([], True)


def test_a_selection_is_forgotten_after_a_day_and_is_no_one_elses(stage: Stage) -> None:
    old = selections.keep_selection(C, M, "bc", picked=["a"])
    with pytest.raises(SelectionGone):
        selections.get_selection(C, "VENDOR", old.id)
    now = current_coupling.clock()
    current_coupling.clock = lambda: now + timedelta(days=2)  # type: ignore[method-assign]
    selections.keep_selection(C, M, "bc", picked=["b"])
    with pytest.raises(SelectionGone, match="Select the records again"):
        selections.get_selection(C, M, old.id)


def test_more_than_can_be_ticked_is_refused_with_what_to_do(stage: Stage) -> None:
    with pytest.raises(InputInvalid, match="one by one"):
        selections.keep_selection(C, M, "bc", picked=[str(number) for number in range(10_001)])


def test_partners_are_created_for_all_without_one_that_a_search_finds(stage: Stage) -> None:
    coupled = stage.pair("Adatum One")
    stage.customer("Adatum Two")
    stage.customer("Adatum Three")
    stage.customer("Fabrikam")
    job = partners.create_all_partners(C, M, "bc", "adatum")
    assert counted(job) == {"inserted": 2}
    assert len(stage.coupled()) == 3 and coupled.bc_id in stage.coupled()
    assert counted(partners.create_all_partners(C, M, "bc", "adatum")) == {}


def test_a_filter_is_kept_under_a_name_replaced_and_forgotten(stage: Stage) -> None:
    kept = saved_filters.save_filter(C, M, "bc", " Jylland ", {"q": ["ål"], "state": ["failed"], "cursor": ["x"]})
    assert (kept.name, kept.query) == ("Jylland", {"q": ["ål"], "state": ["failed"]})
    again = saved_filters.save_filter(C, M, "bc", "Jylland", {"sort": ["-name"]})
    assert [each.query for each in saved_filters.list_saved_filters(C, M)] == [{"sort": ["-name"]}]
    assert saved_filters.list_saved_filters(C, M, "sales") == []
    saved_filters.delete_filter(C, M, again.id)
    with pytest.raises(SavedFilterNotFound):
        saved_filters.delete_filter(C, M, again.id)


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\nb"])
def test_a_name_that_no_list_could_show_is_refused(stage: Stage, name: str) -> None:
    with pytest.raises(InputInvalid):
        saved_filters.save_filter(C, M, "bc", name, {})


def test_filters_and_selections_are_each_persons_own(make_app: MakeApp) -> None:
    who = ["ann"]
    app = make_app(COUPLING_PRINCIPAL=lambda: who[0])

    with app.app_context():
        current_coupling.session.add(Connection(name=C, enabled=True))
        current_coupling.session.commit()
    with app.test_request_context():
        mine = selections.keep_selection(C, M, "bc", picked=["a"])
        saved_filters.save_filter(C, M, "bc", "mine", {})
        who[0] = "bob"
        assert saved_filters.list_saved_filters(C, M) == []
        with pytest.raises(SelectionGone):
            selections.get_selection(C, M, mine.id)
