"""Whole runs of the engine on memory endpoints."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flask_coupling.core.conflict import ConflictScope, DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.side import Direction, Side
from flask_coupling.endpoints.endpoint import Write
from flask_coupling.errors import (
    CouplingError,
    CursorExpired,
    ServiceFailed,
    ServiceTimeout,
    ServiceUnreachable,
    ValueRefused,
)

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_new_customer_becomes_an_account_and_is_coupled(bench: Bench) -> None:
    bc_id = bench.bc.add("customers", **CUSTOMER_VALUES)
    assert bench.run() == {"inserted": 1}
    (coupling,) = bench.couplings()
    assert coupling.bc_id == bc_id
    assert bench.account(coupling.sales_id) == {
        "name": "Adatum",
        "telephone1": "100",
        "address1_city": "Aarhus",
        "creditlimit": 0,
        "customertypecode": 3,
    }
    assert (coupling.bc_title, coupling.sales_title, coupling.unsettled) == ("Adatum", "Adatum", False)


def test_a_new_account_becomes_a_customer_and_is_coupled(bench: Bench) -> None:
    sales_id = bench.sales.add("accounts", name="Fabrikam", telephone1="7")
    assert bench.run() == {"inserted": 1}
    (coupling,) = bench.couplings()
    assert coupling.sales_id == sales_id
    assert bench.customer(coupling.bc_id) == {"displayName": "Fabrikam", "phoneNumber": "7"}
    assert bench.intents() == []


def test_a_second_run_with_no_change_writes_nothing_and_asks_each_side_once(bench: Bench) -> None:
    bench.pair()
    bench.run()
    before = (bench.bc.requests_made, bench.sales.requests_made)
    counters = bench.run()
    assert (bench.bc.requests_made, bench.sales.requests_made) == (before[0] + 1, before[1] + 1)
    assert not counters.keys() & {"inserted", "modified", "failed", "skipped", "deleted"}


def test_an_edit_on_one_side_reaches_the_other_and_does_not_come_back(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    assert bench.run()["modified"] == 1
    assert bench.account(sales_id)["telephone1"] == "200"
    assert bench.run()["modified"] == 0
    assert bench.customer(bc_id)["phoneNumber"] == "200"


def test_a_coupling_is_known_by_its_new_name_also_after_another_edit(bench: Bench) -> None:
    bc_id, _ = bench.pair()
    bench.bc.edit("customers", bc_id, displayName="Contoso")
    bench.run()
    (coupling,) = bench.couplings()
    assert (coupling.bc_title, coupling.sales_title) == ("Contoso", "Contoso")
    assert coupling.search_text == "10000 contoso"
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run()
    (coupling,) = bench.couplings()
    assert (coupling.bc_title, coupling.sales_title) == ("Contoso", "Contoso")


def test_edits_of_different_fields_on_both_sides_are_merged(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    assert bench.run()["modified"] == 1
    assert bench.account(sales_id)["telephone1"] == "200"
    assert bench.customer(bc_id)["city"] == "Odense"
    assert bench.conflicts() == []
    assert bench.run()["modified"] == 0


def test_the_same_field_changed_differently_is_a_conflict_and_both_values_stay(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200", city="Odense")
    bench.sales.edit("accounts", sales_id, telephone1="300")
    assert bench.run() == {"failed": 1}
    (conflict,) = bench.conflicts()
    assert conflict.fields == [
        {"field": "phoneNumber", "base_bc": "100", "base_sales": "100", "bc": "200", "sales": "300"}
    ]
    assert (bench.customer(bc_id)["phoneNumber"], bench.account(sales_id)["telephone1"]) == ("200", "300")
    assert bench.account(sales_id)["address1_city"] == "Odense", "the other field is carried all the same"
    (error,) = bench.errors()
    assert error.code == "update_conflict" and "phoneNumber" in error.message


def test_a_conflict_stays_the_same_one_until_both_sides_agree_and_then_closes_itself(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.edit("accounts", sales_id, telephone1="300")
    bench.run()
    first = bench.conflicts()[0].id
    bench.run()
    assert [entry.id for entry in bench.conflicts()] == [first]
    bench.sales.edit("accounts", sales_id, telephone1="200")
    assert bench.run()["failed"] == 0
    assert bench.conflicts() == []
    assert not bench.couplings()[0].unsettled


def test_a_policy_decides_a_conflict(bench: Bench) -> None:
    bench.mapping = CUSTOMER.replaced(update_conflict=UpdateConflictResolution.GET_FROM_SALES)
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.edit("accounts", sales_id, telephone1="300")
    assert bench.run()["modified"] == 1
    assert (bench.customer(bc_id)["phoneNumber"], bench.account(sales_id)["telephone1"]) == ("300", "300")


def test_record_scope_holds_all_fields_of_a_conflicting_record(bench: Bench) -> None:
    bench.mapping = CUSTOMER.replaced(conflict_scope=ConflictScope.RECORD)
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200", city="Odense")
    bench.sales.edit("accounts", sales_id, telephone1="300")
    assert bench.run() == {"failed": 1}
    assert bench.account(sales_id)["address1_city"] == "Aarhus"


def test_a_run_to_sales_leaves_the_edits_of_sales_for_the_next_run(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run(Direction.TO_SALES)
    assert bench.customer(bc_id)["city"] == "Aarhus"
    assert bench.account(sales_id) | {"telephone1": "200", "address1_city": "Odense"} == bench.account(sales_id)
    bench.run()
    assert bench.customer(bc_id)["city"] == "Odense"


def test_a_run_to_sales_leaves_the_new_accounts_for_the_next_run(bench: Bench) -> None:
    bench.pair()
    bench.sales.add("accounts", name="Fabrikam")
    assert bench.run(Direction.TO_SALES)["inserted"] == 0
    assert bench.run()["inserted"] == 1
    assert "Fabrikam" in [row["displayName"] for row in bench.bc.rows("customers").values()]


def test_a_row_that_changes_between_reading_and_writing_is_looked_at_again(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run(Direction.FROM_SALES)  # the sales cursor passes; the edit of BC is held

    def edit_meanwhile(write: Write) -> CouplingError | None:
        if write.id == sales_id:
            bench.sales.refuse = lambda _: None
            bench.sales.edit("accounts", sales_id, address1_city="Odense")
        return None

    bench.sales.refuse = edit_meanwhile
    bench.run()
    assert bench.account(sales_id)["telephone1"] == "200"
    assert bench.account(sales_id)["address1_city"] == "Odense"
    bench.run()
    assert bench.customer(bc_id)["city"] == "Odense"


def test_a_refused_value_fails_its_record_alone_and_is_carried_once_it_is_accepted(bench: Bench) -> None:
    ids = [bench.pair(displayName=f"Customer {number}") for number in range(3)]
    for bc_id, _ in ids:
        bench.bc.edit("customers", bc_id, phoneNumber="200")
    poison = ids[1][1]
    bench.sales.refuse = lambda write: (
        ValueRefused(service="Sales", record="x", detail="too long") if write.id == poison else None
    )
    counters = bench.run()
    assert (counters["modified"], counters["failed"]) == (2, 1)
    (error,) = bench.errors()
    assert (error.sales_id, error.code, error.side) == (poison, "value_refused", "sales")
    bench.sales.refuse = lambda _: None
    assert bench.run()["modified"] == 1, "it is tried again, though nothing changed"
    assert bench.failed() == []
    assert bench.account(poison)["telephone1"] == "200"
    assert bench.couplings()[1].error_code is None


def test_a_new_record_that_is_refused_is_not_lost_when_the_cursor_has_passed_it(bench: Bench) -> None:
    bench.bc.add("customers", **CUSTOMER_VALUES)
    bench.sales.refuse = lambda write: ValueRefused(service="Sales", record="Adatum", detail="no")
    assert bench.run() == {"failed": 1}
    assert [(row.code, row.attempts, row.coupling_id) for row in bench.failed()] == [("value_refused", 1, None)]
    bench.sales.refuse = lambda _: None
    assert bench.run()["inserted"] == 1
    assert bench.failed() == []


def test_a_record_refused_twice_alike_is_set_aside_in_that_direction_until_it_changes(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="too long")
    bench.sales.refuse = lambda write: ValueRefused(service="Sales", record="Adatum", detail="too long")
    assert [bench.run()["failed"], bench.run()["failed"]] == [1, 1]
    (failure,) = bench.failed()
    assert (failure.side, failure.error_class, failure.repeats, failure.skipped) == ("bc", "permanent", 2, True)
    requests = bench.sales.requests_made
    bench.run()
    assert bench.sales.requests_made == requests + 1, "only its change feed is read; the record is left alone"
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    assert bench.run()["skipped"] == 1
    assert bench.customer(bc_id)["city"] == "Odense", "the other direction is not set aside"
    assert len(bench.failed()) == 1
    bench.sales.refuse = lambda _: None
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run()
    assert bench.account(sales_id)["telephone1"] == "200"
    assert bench.failed() == []


def test_a_different_message_keeps_a_record_from_being_set_aside(bench: Bench) -> None:
    bc_id, _ = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    for detail in ("first", "second", "third"):
        bench.sales.refuse = lambda _, detail=detail: ValueRefused(service="Sales", record="Adatum", detail=detail)
        assert bench.run()["failed"] == 1
    assert [(row.attempts, row.repeats, row.skipped) for row in bench.failed()] == [(3, 1, False)]


def test_a_failure_of_the_service_is_tried_again_later_and_never_set_aside(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.refuse = lambda _: ServiceFailed(service="Sales", http_status=500, detail="oops")
    for _ in range(3):
        assert bench.run()["failed"] == 1
        assert bench.run()["failed"] == 0, "not before its time"
        bench.now += timedelta(minutes=10)
    assert [(row.error_class, row.attempts, row.skipped) for row in bench.failed()] == [("transient", 3, False)]
    bench.sales.refuse = lambda _: None
    assert bench.run()["modified"] == 1
    assert bench.account(sales_id)["telephone1"] == "200"


def test_what_was_written_is_in_the_history_with_the_values_before_and_after(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run()
    insert, modify = bench.history()
    assert (insert.action, insert.side, insert.reason, insert.fields["name"]) == (
        "insert",
        "sales",
        "new",
        "Adatum",
    )
    assert (modify.action, modify.side, modify.reason) == ("modify", "sales", "changed")
    assert modify.fields == {"telephone1": ["100", "200"]}
    assert (modify.bc_id, modify.sales_id, modify.job_id) == (bc_id, sales_id, "job-2")


def test_a_lost_answer_to_a_create_in_sales_makes_no_duplicate(bench: Bench) -> None:
    bench.bc.add("customers", **CUSTOMER_VALUES)
    bench.sales.lose_answers()
    assert bench.run()["failed"] == 1
    assert bench.run()["coupled"] == 1
    assert len(bench.sales.rows("accounts")) == 1
    assert len(bench.bc.rows("customers")) == 1
    assert [coupling.unsettled for coupling in bench.couplings()] == [False]
    assert (bench.intents(), bench.failed()) == ([], [])


def test_a_lost_answer_to_a_create_in_business_central_makes_no_duplicate(bench: Bench) -> None:
    bench.sales.add("accounts", name="Fabrikam", telephone1="7")
    bench.bc.lose_answers()
    assert bench.run()["failed"] == 1
    assert len(bench.intents()) == 1, "what may have been made is looked up before it is made again"
    assert bench.run()["coupled"] == 1
    assert len(bench.bc.rows("customers")) == 1
    assert len(bench.sales.rows("accounts")) == 1
    assert bench.intents() == []


def test_an_unanswered_create_that_is_not_found_is_repeated_only_when_it_cannot_be_carried_out_any_more(
    bench: Bench,
) -> None:
    bench.sales.add("accounts", name="Fabrikam", telephone1="7")
    bench.bc.fail("batch", ServiceTimeout(service="Business Central", seconds=120, sent=True))
    assert bench.run()["failed"] == 1
    bench.now += timedelta(minutes=2)
    assert bench.run()["failed"] == 1
    assert [error.code for error in bench.errors()] == ["create_unanswered"]
    assert bench.bc.rows("customers") == {}
    bench.now += timedelta(minutes=11)
    assert bench.run()["inserted"] == 1
    assert len(bench.bc.rows("customers")) == 1


def test_a_create_that_was_never_sent_is_simply_repeated_when_it_is_due(bench: Bench) -> None:
    bench.sales.add("accounts", name="Fabrikam", telephone1="7")
    bench.bc.fail("batch", ServiceUnreachable(service="Business Central", host="x", detail="refused", sent=False))
    assert bench.run()["failed"] == 1
    bench.now += timedelta(minutes=2)
    assert bench.run()["inserted"] == 1


def test_a_create_refused_for_certain_leaves_no_intent(bench: Bench) -> None:
    bench.sales.add("accounts", name="Fabrikam")
    bench.bc.refuse = lambda write: ValueRefused(service="BC", record="Fabrikam", detail="no")
    assert bench.run()["failed"] == 1
    assert bench.intents() == []


def test_a_deleted_account_is_a_conflict_and_its_customer_stays(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.sales.remove("accounts", sales_id)
    assert bench.run()["failed"] == 1
    assert [entry.kind for entry in bench.conflicts()] == ["deletion"]
    assert bc_id in bench.bc.rows("customers")


def test_a_deleted_customer_is_noticed_when_the_table_is_read_completely(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.remove("customers", bc_id)
    bench.fingerprint = "another"
    assert bench.run()["failed"] == 1
    (conflict,) = bench.conflicts()
    assert (conflict.kind, conflict.missing) == ("deletion", "bc")
    assert sales_id in bench.sales.rows("accounts")


def test_a_deleted_customer_is_noticed_once_a_day_by_comparing_ids(bench: Bench) -> None:
    bc_id, _ = bench.pair()
    bench.bc.remove("customers", bc_id)
    assert bench.run()["failed"] == 0, "the change feed of Business Central tells no deletions"
    bench.now += timedelta(hours=25)
    assert bench.run()["failed"] == 1
    assert [(each.kind, each.missing) for each in bench.conflicts()] == [("deletion", "bc")]
    requests = bench.bc.requests_made
    bench.now += timedelta(hours=1)
    bench.run()
    assert bench.bc.requests_made - requests <= 2, "ids are not compared again so soon"


def test_a_deletion_is_noticed_when_the_partner_is_written_to(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.remove("customers", bc_id)
    bench.sales.edit("accounts", sales_id, telephone1="300")
    assert bench.run()["failed"] == 1
    assert [(each.kind, each.missing) for each in bench.conflicts()] == [("deletion", "bc")]


def test_a_deleted_account_is_restored_where_the_policy_says_so(bench: Bench) -> None:
    bench.mapping = CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.RESTORE_RECORD)
    bc_id, sales_id = bench.pair()
    bench.sales.remove("accounts", sales_id)
    assert bench.run()["inserted"] == 1
    (coupling,) = bench.couplings()
    assert coupling.bc_id == bc_id and coupling.sales_id != sales_id
    assert bench.account(coupling.sales_id)["name"] == "Adatum"
    assert bench.run()["inserted"] == 0


def test_the_coupling_of_a_deleted_account_is_removed_where_the_policy_says_so(bench: Bench) -> None:
    bench.mapping = CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.REMOVE_COUPLING, only_coupled=True)
    bench.couple(bench.bc.add("customers", **CUSTOMER_VALUES), sales_id := bench.sales.add("accounts", name="Adatum"))
    bench.run(Direction.TO_SALES)
    bench.sales.remove("accounts", sales_id)
    assert bench.run()["uncoupled"] == 1
    assert bench.couplings() == []


def test_a_pair_gone_on_both_sides_is_uncoupled(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.remove("customers", bc_id)
    bench.sales.remove("accounts", sales_id)
    bench.fingerprint = "another"
    assert bench.run()["uncoupled"] == 1
    assert bench.couplings() == []


def test_the_first_synchronization_takes_the_side_chosen(bench: Bench) -> None:
    bc_id = bench.bc.add("customers", **CUSTOMER_VALUES | {"creditLimit": 500})
    sales_id = bench.sales.add("accounts", name="ADATUM A/S", telephone1="9")
    coupling = bench.couple(bc_id, sales_id, Side.SALES)
    assert bench.run_links(coupling) == {"modified": 1}
    assert bench.customer(bc_id)["displayName"] == "ADATUM A/S"
    assert bench.account(sales_id)["creditlimit"] == 500, "a one-way field flows its own way"


def test_the_first_synchronization_without_a_choice_asks_about_each_difference(bench: Bench) -> None:
    bc_id = bench.bc.add("customers", **CUSTOMER_VALUES)
    sales_id = bench.sales.add("accounts", name="Adatum", telephone1="9", address1_city="Aarhus")
    bench.couple(bc_id, sales_id)
    assert bench.run() == {"failed": 1}
    (conflict,) = bench.conflicts()
    assert [each["field"] for each in conflict.fields] == ["phoneNumber"]


def test_a_field_of_an_open_first_conflict_does_not_keep_later_edits_of_others_back(bench: Bench) -> None:
    bc_id = bench.bc.add("customers", **CUSTOMER_VALUES)
    sales_id = bench.sales.add("accounts", name="Adatum", telephone1="9", address1_city="Aarhus")
    bench.couple(bc_id, sales_id)
    bench.run()
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    bench.run()
    assert bench.customer(bc_id)["city"] == "Odense"
    assert bench.customer(bc_id)["phoneNumber"] == "100"


def test_a_currency_is_coupled_by_its_code_when_first_referred_to(bench: Bench) -> None:
    euro = bench.bc.add("currencies", code="EUR")
    theirs = bench.sales.add("transactioncurrencies", isocurrencycode="EUR")
    bench.bc.add("customers", **CUSTOMER_VALUES | {"currencyId": euro})
    assert bench.run()["inserted"] == 1
    account = bench.account(next(c.sales_id for c in bench.couplings() if c.mapping == "CUSTOMER"))
    assert account["transactioncurrencyid"] == theirs


def test_a_reference_without_a_partner_sets_the_record_aside_by_name_until_there_is_one(bench: Bench) -> None:
    euro = bench.bc.add("currencies", code="EUR")
    bench.bc.add("customers", **CUSTOMER_VALUES | {"currencyId": euro})
    assert bench.run() == {"skipped": 1}
    (error,) = bench.errors()
    assert error.code == "reference_missing" and "currencyId" in error.message
    bench.sales.add("transactioncurrencies", isocurrencycode="EUR")
    assert bench.run()["inserted"] == 1
    assert bench.failed() == []


def test_a_blocked_customer_waits_and_loses_no_edit(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, blocked="All", phoneNumber="200")
    assert bench.run()["skipped"] == 1
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    assert bench.run()["skipped"] == 1
    bench.bc.edit("customers", bc_id, blocked=" ")
    assert bench.run()["modified"] == 1
    assert bench.account(sales_id)["telephone1"] == "200"
    assert bench.customer(bc_id)["city"] == "Odense"


def test_only_coupled_records_creates_nothing(bench: Bench) -> None:
    bench.mapping = CUSTOMER.replaced(only_coupled=True)
    bench.bc.add("customers", **CUSTOMER_VALUES)
    bench.sales.add("accounts", name="Fabrikam")
    assert bench.run() == {}
    assert bench.couplings() == []


def test_partners_are_created_on_request_though_only_coupled_records_synchronize(bench: Bench) -> None:
    bench.mapping = CUSTOMER.replaced(only_coupled=True)
    bc_id = bench.bc.add("customers", **CUSTOMER_VALUES)
    assert bench.create(Side.BC, bc_id, "nobody") == {"inserted": 1, "failed": 1}
    assert [error.code for error in bench.errors()] == ["record_not_found"]
    assert bench.create(Side.BC, bc_id) == {"failed": 1}
    assert [error.code for error in bench.errors()] == ["already_coupled"]
    assert len(bench.sales.rows("accounts")) == 1


def test_an_expired_cursor_leads_to_a_complete_reading(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.sales.edit("accounts", sales_id, telephone1="300")
    bench.sales.fail("changes", CursorExpired(service="Sales", table="accounts"))
    assert bench.run()["modified"] == 1
    assert bench.customer(bc_id)["phoneNumber"] == "300"


def test_a_service_that_fails_leaves_the_cursors_where_they_were(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.fail("changes", ServiceTimeout(service="Sales", seconds=60))
    with pytest.raises(ServiceTimeout):
        bench.run()
    assert bench.run()["modified"] == 1
    assert bench.account(sales_id)["telephone1"] == "200"


def test_a_service_that_trims_what_is_written_causes_no_echo(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.reshape = lambda _, values: {
        name: value.strip().upper() if isinstance(value, str) else value for name, value in values.items()
    }
    bench.sales.edit("accounts", sales_id, address1_city=" Odense ")
    assert bench.run()["modified"] == 1
    assert bench.customer(bc_id)["city"] == "ODENSE"
    assert bench.run()["modified"] == 0
    assert bench.account(sales_id)["address1_city"] == " Odense "


def test_twenty_edits_in_two_hundred_pairs_cost_a_handful_of_requests(bench: Bench) -> None:
    for number in range(200):
        bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"Customer {number}"})
    bench.run()
    for coupling in bench.couplings()[:20]:
        bench.bc.edit("customers", coupling.bc_id, phoneNumber="200")
    before = bench.bc.requests_made + bench.sales.requests_made
    assert bench.run()["modified"] == 20
    assert bench.bc.requests_made + bench.sales.requests_made - before <= 4


def test_a_drift_report_lists_what_differs_and_writes_nothing(bench: Bench) -> None:
    alike, differing, gone = (bench.pair(displayName=name) for name in ("Alike", "Differing", "Gone"))
    bench.bc.edit("customers", differing[0], phoneNumber="200", city="Odense")
    bench.bc.remove("customers", gone[0])
    before = (bench.bc.rows("customers"), bench.sales.rows("accounts"))
    assert bench.compare() == {"unchanged": 1, "skipped": 2}
    assert sorted((error.code, error.title) for error in bench.errors()) == [
        ("deletion_conflict", "Gone"),
        ("records_differ", "10000 Differing"),
    ]
    message = next(error.message for error in bench.errors() if error.code == "records_differ")
    assert "phoneNumber (would be" in message and ", city (would be" in message
    assert (bench.bc.rows("customers"), bench.sales.rows("accounts")) == before
    assert bench.run()["modified"] == 1, "the report moves no cursor"
    assert alike[0] in bench.bc.rows("customers")


def test_a_drift_report_tells_what_a_synchronization_would_make_of_each_difference(bench: Bench) -> None:
    pairs = {name: bench.pair(displayName=name) for name in ("Flows", "Stays", "Both", "Rests")}
    for name in ("Flows", "Both", "Rests"):
        bench.bc.edit("customers", pairs[name][0], phoneNumber="200")
    bench.sales.edit("accounts", pairs["Both"][1], telephone1="300")
    for name in ("Flows", "Stays"):
        bench.sales.edit("accounts", pairs[name][1], creditlimit=5)
    next(each for each in bench.couplings() if each.bc_title == "Rests").paused = True
    bench.session.commit()
    assert bench.compare() == {"skipped": 4}
    told = {error.title.split()[-1]: error for error in bench.errors()}
    assert {name: error.facts["fates"] for name, error in told.items()} == {
        "Flows": ["overwritten_in_sales", "kept_to_sales"],
        "Stays": ["kept_to_sales"],
        "Both": ["conflict"],
        "Rests": ["set_aside"],
    }
    assert {name: error.code for name, error in told.items() if error.code != "records_differ"} == {
        "Stays": "difference_stays",
        "Rests": "difference_stays",
    }
    kept = "kept until it changes in Business Central: it flows only to Dynamics 365 Sales"
    flows = f"differs in phoneNumber (would be overwritten in Dynamics 365 Sales), creditLimit ({kept})."
    assert told["Flows"].message.endswith(flows)
    before = bench.sales.rows("accounts")[pairs["Stays"][1]]
    bench.run()
    assert bench.sales.rows("accounts")[pairs["Stays"][1]] == before, "what the report says is what happens"
    assert bench.account(pairs["Flows"][1])["telephone1"] == "200"


@pytest.mark.parametrize("side", list(Side))
def test_a_whole_reading_counts_a_record_that_is_gone_as_failed_and_no_other_as_less(bench: Bench, side: Side) -> None:
    gone = bench.pair(displayName="Gone")
    bench.pair(displayName="Stays"), bench.run()
    if side is Side.BC:
        bench.bc.remove("customers", gone[0])
    else:
        bench.sales.remove("accounts", gone[1])
    for _ in range(2):  # noticed, and left to a person
        bench.forget_cursors()
        assert bench.run() == {"unchanged": 1, "failed": 1}
        assert bench.done == bench.total == 2
