"""Payment terms and their like are options of a choice in Sales: made, renamed, deleted and referred to."""

from __future__ import annotations

from typing import Any

import pytest

from flask_coupling import FlaskCoupling
from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import TableView
from flask_coupling.core.table_filter import EVERYTHING, where
from flask_coupling.endpoints.endpoint import Verb, Write
from flask_coupling.errors import CursorExpired
from flask_coupling.mappings import default_setup
from flask_coupling.operations import conflicts, couplings, mappings, matching, partners, synchronization
from flask_coupling.operations.setting import enabled_connection, services_for
from simulator.instance import Simulator

from .declared import SALES_SETS

pytestmark = pytest.mark.usefixtures("connected", "app_context")

C, TERMS = "default", "PAYMENT TERMS"
TABLE = default_setup()[TERMS].sales
VIEW = TableView(TABLE, ("label",))


def options(simulator: Simulator, entity: str = "account", column: str = "paymenttermscode") -> dict[int, str]:
    declared = simulator.store.state_of("sales").service.model.by_entity(entity)
    found = declared.property(column) if declared else None
    assert found is not None
    return {one.value: one.label for one in found.options}


def terms(simulator: Simulator, code: str = "14 DAYS") -> str:
    return str(simulator.bc.create("paymentTerms", {"code": code, "displayName": code.title()})["id"])


def partner(simulator: Simulator, code: str = "14 DAYS") -> tuple[str, int]:
    id = terms(simulator, code)
    return id, int(couplings.create_partner(C, TERMS, "bc", id).coupling.sales_id)


def sales() -> Any:
    return services_for(enabled_connection(C), default_setup()[TERMS]).sales


def test_a_new_code_becomes_an_option_of_the_account_and_of_documents(simulator: Simulator) -> None:
    _, number = partner(simulator)
    assert number >= 100_000_000
    for entity in ("account", "quote", "salesorder", "invoice"):
        assert options(simulator, entity)[number] == "14 DAYS"


def test_a_renamed_code_renames_the_option_everywhere(simulator: Simulator) -> None:
    id, number = partner(simulator)
    simulator.bc.update("paymentTerms", id, code="15 DAYS")
    job = synchronization.synchronize(C, TERMS, wait=True)
    assert job.counters["modified"] == 1
    assert {options(simulator, entity)[number] for entity in ("account", "quote", "salesorder")} == {"15 DAYS"}
    assert synchronization.synchronize(C, TERMS, wait=True).counters["modified"] == 0


def test_many_new_codes_take_a_handful_of_requests(simulator: Simulator) -> None:
    ids = [terms(simulator, f"T{number}") for number in range(40)]
    job = partners.create_partners(C, TERMS, "bc", ids)
    assert (job.counters["inserted"], job.counters["failed"]) == (40, 0)
    assert job.requests < 12
    assert {f"T{number}" for number in range(40)} <= set(options(simulator, "invoice").values())


def test_an_option_is_listed_searched_and_coupled_by_hand(simulator: Simulator) -> None:
    listed = mappings.list_records(C, TERMS, "sales").rows
    assert {row.title for row in listed} >= {"Net 30", "Net 45"}
    [found] = mappings.list_records(C, TERMS, "sales", search="net 45").rows
    made = couplings.couple(C, TERMS, terms(simulator, "NET FORTY"), found.id, synchronize="bc").coupling
    assert made.state == "synchronized"
    assert options(simulator)[int(found.id)] == "NET FORTY"


def test_a_label_that_differs_in_case_only_is_matched_and_left_as_it_is(simulator: Simulator) -> None:
    terms(simulator, "NET 60")
    matching.match(C, TERMS)
    assert "Net 60" in [each.sales_title for each in couplings.list_couplings(C, TERMS).rows]
    assert synchronization.synchronize(C, TERMS, wait=True).counters["modified"] == 0
    assert options(simulator)[4] == "Net 60"


def test_a_second_option_of_the_same_label_is_refused_and_the_first_is_named(simulator: Simulator) -> None:
    write = Write(Verb.CREATE, VIEW, None, {"label": "net 30"})
    [outcome] = sales().batch([write])
    assert outcome.error is not None and outcome.error.code == "duplicate_record"
    assert "net 30" in outcome.error.message
    assert len(options(simulator)) == len(default_options())


def default_options() -> tuple[Any, ...]:
    [accounts] = [each for each in SALES_SETS if each.name == "accounts"]
    found = accounts.property("paymenttermscode")
    assert found is not None
    return found.options + (("own",) * 8)


def test_a_deleted_option_is_a_deletion_that_the_policy_settles(simulator: Simulator, coupling: FlaskCoupling) -> None:
    id, number = partner(simulator)
    with simulator.store.writing("sales") as world:
        kept = tuple(one for one in world.options_of("account", "paymenttermscode") or () if one.value != number)
        world.change_options("account", "paymenttermscode", kept)
        world.publish_options()
    job = synchronization.synchronize(C, TERMS, wait=True)
    assert job.counters["failed"] == 1
    [conflict] = conflicts.list_conflicts(C).rows
    assert conflict.kind == "deletion"
    restoring = default_setup()[TERMS].replaced(deletion_conflict=DeletionConflictResolution.RESTORE_RECORD)
    coupling.add_mapping(restoring, replace=True)
    [made] = couplings.list_couplings(C, TERMS).rows
    synchronization.synchronize(C, TERMS, coupling_ids=[made.id], wait=True)
    assert "14 DAYS" in options(simulator).values()
    assert couplings.list_couplings(C, TERMS).rows[0].bc_id == id


def test_an_option_renamed_by_somebody_else_is_not_overwritten_by_a_stale_write(simulator: Simulator) -> None:
    record = sales().get(VIEW, "1")
    with simulator.store.writing("sales") as world:
        changed = tuple(
            type(one)(one.value, one.label.upper()) for one in world.options_of("account", "paymenttermscode") or ()
        )
        world.change_options("account", "paymenttermscode", changed)
        world.publish_options()
    [outcome] = sales().batch([Write(Verb.UPDATE, VIEW, "1", {"label": "x"}, record.etag)])
    assert outcome.error is not None and outcome.error.code == "stale_record"
    assert options(simulator)[1] == "NET 30"


def test_an_option_is_deleted_only_by_a_delete(simulator: Simulator) -> None:
    _, number = partner(simulator)
    [outcome] = sales().batch([Write(Verb.DELETE, VIEW, str(number))])
    assert outcome.error is None
    assert number not in options(simulator) and number not in options(simulator, "quote")


def test_the_feed_tells_new_renamed_and_deleted_options(simulator: Simulator) -> None:
    [first] = list(sales().changes(VIEW, None))
    assert "1" in [record.id for record in first.records]
    [quiet] = list(sales().changes(VIEW, first.cursor))
    assert (list(quiet.records), list(quiet.deleted)) == ([], [])
    _, number = partner(simulator)
    [then] = list(sales().changes(VIEW, quiet.cursor))
    assert [record.id for record in then.records] == [str(number)]
    sales().batch([Write(Verb.DELETE, VIEW, str(number))])
    [last] = list(sales().changes(VIEW, then.cursor))
    assert (list(last.records), list(last.deleted)) == ([], [str(number)])
    with pytest.raises(CursorExpired):
        list(sales().changes(VIEW, "[1]"))


def test_a_search_goes_on_from_its_cursor(simulator: Simulator) -> None:
    seen, cursor = [], None
    while True:
        page = sales().search(VIEW, "net", EVERYTHING, limit=2, cursor=cursor)
        seen += [record.id for record in page.records]
        if (cursor := page.cursor) is None:
            break
    assert (
        len(seen) == len(set(seen)) == len([label for label in options(simulator).values() if "net" in label.lower()])
    )
    with pytest.raises(CursorExpired):
        sales().search(VIEW, "net", EVERYTHING, limit=2, cursor="x")


def test_writes_on_rows_and_options_travel_in_one_call_and_keep_their_order(simulator: Simulator) -> None:
    accounts = TableView(default_setup()["CUSTOMER"].sales, ("name", "paymenttermscode"))
    option, account, wrong = sales().batch(
        [
            Write(Verb.CREATE, VIEW, None, {"label": "8 DAYS"}),
            Write(Verb.CREATE, accounts, None, {"name": "Adatum", "paymenttermscode": "1"}),
            Write(Verb.CREATE, accounts, None, {"name": "Fabrikam", "paymenttermscode": "COD"}),
        ]
    )
    assert option.record.values == {"label": "8 DAYS"}
    assert account.record.values == {"name": "Adatum", "paymenttermscode": "1"}
    assert wrong.error.code == "value_refused" and "COD" in wrong.error.message


def test_options_are_counted_and_described() -> None:
    labels = default_options()
    assert sales().count(TABLE, EVERYTHING).number == len(labels)
    assert sales().count(TABLE, where("label", "eq", "Net 30")).number == 1
    assert sales().columns(TABLE)["label"].kind == "text"


@pytest.mark.parametrize("id", ["x", "", "99", "-1", "1" * 30])
def test_an_option_that_is_none_is_not_found(id: str) -> None:
    assert sales().get(VIEW, id) is None
    [outcome] = sales().batch([Write(Verb.UPDATE, VIEW, id, {"label": "x"})])
    assert outcome.error.code == "record_not_found"


def test_an_option_cannot_lose_its_label(simulator: Simulator) -> None:
    [outcome] = sales().batch([Write(Verb.UPDATE, VIEW, "1", {"label": None})])
    assert outcome.error.code == "value_refused"
    assert options(simulator)[1] == "Net 30"
