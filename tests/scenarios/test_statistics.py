"""Statistics of customers in Sales, and what Sales knows of an account's business."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flask_coupling.core.mapping import FieldMapping
from flask_coupling.core.side import Direction
from flask_coupling.errors import ConnectionNotEnabled, CouplingNotFound, JobRunningConflictError
from flask_coupling.globals import current_coupling
from flask_coupling.operations import connections, jobs, schedules, statistics

from .conftest import C, counted

ROWS = "nav_accountstatisticses"


def owe(stage: Any, customer: str, balance: float, overdue: float = 0, sales: float = 0) -> None:
    """The ledger of Business Central moves; the customer itself is not modified."""
    values = {"balance": balance, "overdueAmount": overdue, "totalSalesExcludingTax": sales}
    stage.simulator.bc.update("customerFinancialDetails", customer, **values)


def told(stage: Any, account: str) -> dict[str, Any]:
    """The statistics that an account shows in Sales."""
    row = stage.sales(account).get("_nav_accountstatisticsid_value")
    found: dict[str, Any] = stage.simulator.sales.get(ROWS, row) if row else {}
    return found


def update(*ids: int) -> Any:
    """Update account statistics, of these couplings or of all."""
    return statistics.update_statistics(C, list(ids) or None, wait=True)


def test_bc_297_a_coupled_customers_statistics_are_written_and_linked_from_its_account(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, creditLimit=5000)
    owe(stage, pair.bc_id, 1250.5, overdue=200, sales=9000)
    stage.customer("Never coupled")
    assert counted(update()) == {"inserted": 1}
    row = told(stage, pair.sales_id)
    amounts = (row["nav_balancelcy"], row["nav_overdueamountslcy"], row["nav_totalsaleslcy"], row["nav_creditlimitlcy"])
    assert amounts == (1250.5, 200, 9000, 5000)
    assert row["nav_customerno"] == stage.bc(pair.bc_id)["number"] and row["nav_overdueamountsasof"]
    assert stage.simulator.sales.count(ROWS) == 1


def test_bc_162_what_was_told_already_is_not_written_again(stage):
    pair = stage.pair()
    owe(stage, pair.bc_id, 10)
    update()
    writes = len(stage.simulator.sales.changes())
    assert counted(update()) == {"unchanged": 1}
    assert len(stage.simulator.sales.changes()) == writes
    owe(stage, pair.bc_id, -30)
    assert counted(update()) == {"modified": 1} and told(stage, pair.sales_id)["nav_balancelcy"] == -30


def test_statistics_follow_the_ledger_by_a_schedule_and_rest_while_nothing_moves(stage):
    """As Business Central's own job does every 30 minutes; here every coupled customer is looked at, in bulk."""
    pair = stage.pair()
    owe(stage, pair.bc_id, 10)
    schedules.set_schedule(C, "CUSTOMER STATISTICS", enabled=True, idle_minutes=600)
    assert [counted(job) for job in schedules.tick()] == [{"inserted": 1}]
    assert told(stage, pair.sales_id)["nav_balancelcy"] == 10
    later = current_coupling.clock() + timedelta(minutes=31)
    assert [counted(job) for job in schedules.tick(later)] == [{"unchanged": 1}]
    view = next(each for each in schedules.list_schedules(C) if each.mapping == "CUSTOMER STATISTICS")
    assert view.is_asleep and view.next_due_at > later


def test_statistics_of_all_are_not_updated_twice_at_once(stage, monkeypatch):
    stage.pair()
    twice = []

    def again(*_: Any) -> None:
        with pytest.raises(JobRunningConflictError):
            update()
        twice.append(True)

    monkeypatch.setattr(statistics, "push_statistics", again)
    update()
    assert twice


def test_an_amount_that_sales_keeps_in_whole_cents_is_not_written_again(stage):
    pair = stage.pair()
    owe(stage, pair.bc_id, 208.125)
    update()
    assert told(stage, pair.sales_id)["nav_balancelcy"] in (208.12, 208.13)
    assert counted(update()) == {"unchanged": 1}
    owe(stage, pair.bc_id, 208.14)
    assert counted(update()) == {"modified": 1} and told(stage, pair.sales_id)["nav_balancelcy"] == 208.14


def test_bc_299_linking_the_row_hides_no_edit_of_the_account_and_makes_none(stage):
    edited, quiet = stage.pair("Adatum"), stage.pair("Fabrikam")
    stage.run()
    stage.edit_sales(edited.sales_id, telephone1="77")
    assert counted(update()) == {"inserted": 2}
    assert counted(stage.run())["modified"] == 1
    assert stage.bc(edited.bc_id)["phoneNumber"] == "77" and stage.bc(quiet.bc_id)["phoneNumber"] == "1"


def test_bc_300_and_bc_304_what_is_deleted_fails_by_name_and_its_coupling_is_not_set_aside(stage):
    lost, gone, fine = stage.pair("Adatum"), stage.pair("Fabrikam"), stage.pair("Contoso")
    stage.run()
    stage.simulator.bc.delete("customers", lost.bc_id)
    stage.simulator.sales.delete("accounts", gone.sales_id)
    job = update()
    assert (counted(job), job.state) == ({"inserted": 1, "failed": 2}, "finished")
    problems = {error.bc_id: error.problem for error in stage.errors(job)}
    assert {each.code for each in problems.values()} == {"record_not_found"}
    assert "Business Central" in problems[lost.bc_id].message and "Sales" in problems[gone.bc_id].message
    assert stage.failures() == [] and told(stage, fine.sales_id)


def test_bc_305_without_a_connection_there_is_no_job(stage):
    stage.pair()
    connections.disable_connection(C)
    before = len(jobs.list_jobs(C).rows)
    with pytest.raises(ConnectionNotEnabled):
        update()
    assert len(jobs.list_jobs(C).rows) == before


def test_one_customers_statistics_are_updated_alone(stage):
    one, other = stage.pair("Adatum"), stage.pair("Fabrikam")
    assert counted(update(one.id)) == {"inserted": 1}
    assert told(stage, one.sales_id) and not told(stage, other.sales_id)
    with pytest.raises(CouplingNotFound):
        update(999)


def test_a_lost_answer_makes_no_second_row(stage):
    pair = stage.pair()
    owe(stage, pair.bc_id, 10)
    update()
    row = told(stage, pair.sales_id)["nav_accountstatisticsid"]
    stage.edit_sales(pair.sales_id, nav_accountstatisticsid=None)  # as if the link had not been written any more
    assert counted(update()) == {"modified": 1}
    assert told(stage, pair.sales_id)["nav_accountstatisticsid"] == row and stage.simulator.sales.count(ROWS) == 1


def test_a_hundred_customers_cost_a_handful_of_requests(stage):
    pairs = [stage.pair(f"Customer {number}") for number in range(100)]
    for number, pair in enumerate(pairs):
        owe(stage, pair.bc_id, number)
    job = update()
    assert counted(job) == {"inserted": 100} and job.requests <= 8
    assert told(stage, pairs[7].sales_id)["nav_balancelcy"] == 7


def test_bc_140_a_calculated_field_is_mapped_like_any_other(stage):
    fields = (
        FieldMapping(bc="displayName", sales="name"),
        FieldMapping(bc="customerFinancialDetail/balance", sales="revenue", direction=Direction.TO_SALES),
    )
    stage.set_mapping(fields=fields, match_on=())
    pair = stage.pair()
    owe(stage, pair.bc_id, 70)
    stage.edit_bc(pair.bc_id, displayName="Adatum A/S")
    assert counted(stage.run(pair)) == {"modified": 1} and stage.sales(pair.sales_id)["revenue"] == 70


@pytest.fixture
def business(stage):
    """Two accounts, one with business in every state."""
    pair, other = stage.pair("Adatum"), stage.pair("Fabrikam")
    sales = stage.simulator.sales
    owner = {"_parentaccountid_value": pair.sales_id, "_customerid_value": pair.sales_id}
    for name in ("Chairs", "Desks"):
        sales.create("opportunities", {"name": name, **owner})
    sales.create("opportunities", {"name": "Won", **owner, "statecode": 1, "statuscode": 3})
    customer = {"_customerid_value": pair.sales_id}
    sales.create("quotes", {"name": "Draft", **customer})
    sales.create("salesorders", {"name": "Order", **customer})
    sales.create("incidents", {"title": "Broken chair", **customer})
    sales.create("incidents", {"title": "Solved", **customer, "statecode": 1, "statuscode": 5})
    return pair, other


def test_bc_265_what_is_open_in_sales_is_counted_for_many_accounts_in_one_request(stage, business):
    pair, other = business
    stage.simulator.requests.clear()
    found = statistics.count_activity(C, [pair.id, other.id])
    assert len([entry for entry in stage.simulator.requests if "oauth2" not in entry.url]) == 1
    one = found[pair.id]
    assert (one.opportunities, one.quotes, one.orders, one.cases) == (2, 1, 1, 1)
    assert (found[other.id].opportunities, found[other.id].cases) == (0, 0)
    with pytest.raises(CouplingNotFound):
        statistics.count_activity(C, [999])
