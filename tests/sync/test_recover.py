"""Creates whose answer is missing: what was made is found again, and users' edits since are edits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.side import Direction, Side
from flask_coupling.errors import ServiceTimeout
from flask_coupling.models import Coupling, HistoryEntry, JobState, SynchJob
from flask_coupling.sync.uncoupled import leave_alone

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench(now=datetime(2026, 1, 1, tzinfo=UTC))


def make_unanswered(bench: Bench, side: Side) -> tuple[str, str]:
    """A record, and its partner whose creation on `side` was not answered; returns both ids, Business Central first."""
    if side is Side.BC:
        source = bench.sales.add("accounts", name="Fabrikam", telephone1="7")
        bench.bc.lose_answers()
        bench.run()
        return next(iter(bench.bc.rows("customers"))), source
    source = bench.bc.add("customers", **CUSTOMER_VALUES)
    bench.sales.lose_answers()
    bench.run()
    return source, next(iter(bench.sales.rows("accounts")))


@pytest.mark.parametrize("side", Side)
def test_what_a_user_changed_in_a_row_before_it_was_recovered_is_kept_and_crosses_over(
    bench: Bench, side: Side
) -> None:
    bc_id, sales_id = make_unanswered(bench, side)
    if side is Side.BC:
        bench.bc.edit("customers", bc_id, city="Odense")
    else:
        bench.sales.edit("accounts", sales_id, address1_city="Odense")
    bench.run()
    assert (bench.customer(bc_id)["city"], bench.account(sales_id)["address1_city"]) == ("Odense", "Odense")
    assert len(bench.couplings()) == 1
    assert bench.run()["modified"] == 0


@pytest.mark.parametrize("side", Side)
def test_a_create_that_was_found_again_is_in_the_history_of_the_job_that_sent_it(bench: Bench, side: Side) -> None:
    bc_id, sales_id = make_unanswered(bench, side)
    bench.run()
    (entry,) = bench.history()
    assert (entry.side, entry.action, entry.reason, entry.job_id) == (side.value, "insert", "new", "job-1")
    assert (entry.bc_id, entry.sales_id) == (bc_id, sales_id)
    name = {Side.BC: "displayName", Side.SALES: "name"}[side]
    assert entry.fields[name] == {Side.BC: "Fabrikam", Side.SALES: "Adatum"}[side]


@pytest.mark.parametrize("side", Side)
def test_edits_of_both_sides_before_a_row_was_recovered_are_a_conflict(bench: Bench, side: Side) -> None:
    bc_id, sales_id = make_unanswered(bench, side)
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.edit("accounts", sales_id, telephone1="300")
    bench.run()
    (conflict,) = bench.conflicts()
    assert [each["field"] for each in conflict.fields] == ["phoneNumber"]
    assert (bench.customer(bc_id)["phoneNumber"], bench.account(sales_id)["telephone1"]) == ("200", "300")


def test_a_row_whose_text_the_service_trimmed_and_upper_cased_is_found_again(bench: Bench) -> None:
    bench.bc.reshape = lambda _, values: {**values, "city": str(values.get("city") or "").strip().upper()}
    bench.sales.add("accounts", name="Fabrikam", address1_city="aarhus ")
    bench.bc.lose_answers()
    bench.run()
    bench.now += timedelta(hours=1)
    bench.run()
    assert len(bench.bc.rows("customers")) == len(bench.couplings()) == 1


def test_a_source_deleted_before_its_partner_was_recovered_is_a_deletion_and_does_not_come_back(bench: Bench) -> None:
    _, sales_id = make_unanswered(bench, Side.BC)
    bench.sales.remove("accounts", sales_id)
    bench.run()
    assert bench.sales.rows("accounts") == {}
    (conflict,) = bench.conflicts()
    assert (conflict.kind, conflict.missing) == ("deletion", "sales")


def test_an_unanswered_restore_moves_the_coupling_to_the_row_it_made(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.mapping = CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.RESTORE_RECORD)
    bench.sales.remove("accounts", sales_id)
    bench.sales.lose_answers()
    bench.run()
    bench.run()
    (restored,) = bench.sales.rows("accounts")
    assert [(each.bc_id, each.sales_id) for each in bench.couplings()] == [(bc_id, restored)]
    assert len(bench.bc.rows("customers")) == 1
    assert bench.run()["modified"] == 0


def test_another_record_of_the_same_name_is_not_taken_for_what_was_made(bench: Bench) -> None:
    bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": "Fabrikam", "phoneNumber": "1", "blocked": "All"})
    bench.sales.add("accounts", name="Fabrikam", telephone1="7")
    bench.bc.lose_answers()
    bench.run()
    bench.run()
    (coupling,) = bench.couplings()
    assert bench.customer(coupling.bc_id)["phoneNumber"] == "7"


def test_a_row_that_another_run_is_making_gets_no_partner_of_its_own(bench: Bench) -> None:
    source = bench.bc.add("customers", **CUSTOMER_VALUES)
    bench.sales.lose_answers()
    bench.run()
    (made,) = bench.sales.rows("accounts")
    bench.session.execute(sa.insert(SynchJob).values(running_job("job-1")))
    assert bench.create(Side.SALES, made)["failed"] == 1
    assert list(bench.bc.rows("customers")) == [source]
    assert [error.code for error in bench.errors()] == ["create_unanswered"]


def running_job(id: str) -> dict[str, Any]:
    """The row of a job that is at work, so that what it declared is its own affair."""
    job = {"connection": "default", "mapping": "CUSTOMER", "direction": "bidirectional", "payload": {}}
    return {**job, "id": id, "state": JobState.IN_PROCESS, "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


def test_a_deletion_told_of_an_earlier_row_does_not_take_its_successor_away(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.mapping = CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.REMOVE_COUPLING)
    bench.sales.remove("accounts", sales_id)
    bench.run_links(bench.couplings()[0].id)
    assert bench.couplings() == [], "the rule removed it, and the feed of Sales has not told the deletion yet"
    bench.create(Side.BC, bc_id)
    bench.run()
    bench.run()
    assert [(each.bc_id, each.sales_id) for each in bench.couplings()] == [(bc_id, sales_id)]
    assert len(bench.bc.rows("customers")) == len(bench.sales.rows("accounts")) == 1


def test_a_row_in_sales_that_a_restored_database_has_forgotten_is_found_and_not_made_again(bench: Bench) -> None:
    bc_id, sales_id = bench.pair(phoneNumber="100")
    for model in (Coupling, HistoryEntry):  # the backup is older than both
        bench.session.execute(sa.delete(model))
    bench.session.commit()
    bench.forget_cursors()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run(Direction.TO_SALES)
    assert [each.sales_id for each in bench.couplings()] == [sales_id] == list(bench.sales.rows("accounts"))
    (conflict,) = bench.conflicts()  # nobody remembers who changed what since the two agreed
    assert [(each["bc"], each["sales"]) for each in conflict.fields] == [("200", "100")]
    bench.bc.edit("customers", bc_id, city="Odense")
    bench.run(Direction.TO_SALES)
    assert bench.account(sales_id)["address1_city"] == "Odense", "what agreed when it was found flows as ever"


def test_a_former_partner_that_is_to_be_created_again_keeps_what_its_users_wrote_since(bench: Bench) -> None:
    bc_id, sales_id = bench.pair(phoneNumber="100")
    bench.session.execute(sa.delete(Coupling))  # a person removed it
    bench.session.commit()
    bench.sales.edit("accounts", sales_id, telephone1="300")
    bench.create(Side.BC, bc_id)
    assert [each.sales_id for each in bench.couplings()] == [sales_id] == list(bench.sales.rows("accounts"))
    assert (bench.account(sales_id)["telephone1"], bench.customer(bc_id)["phoneNumber"]) == ("300", "100")
    (conflict,) = bench.conflicts()
    assert [each["field"] for each in conflict.fields] == ["phoneNumber"]


def test_a_former_partner_is_not_taken_for_what_an_unanswered_create_made(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    (coupling,) = bench.couplings()
    leave_alone(bench.session, [coupling.id], bench.now)
    bench.session.execute(sa.delete(Coupling))
    bench.session.commit()
    bench.bc.fail("batch", ServiceTimeout(service="Business Central", seconds=120, sent=True))
    bench.create(Side.SALES, sales_id)
    bench.now += timedelta(hours=1)
    bench.run()
    (coupling,) = bench.couplings()
    assert coupling.sales_id == sales_id and coupling.bc_id != bc_id, "what was asked for is made after all"
    assert bench.intents() == [] and len(bench.bc.rows("customers")) == 2
