"""Changes whose answer is missing: they are not taken for a user's edit, and no user's edit is taken for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from flask_coupling.core.side import Direction, Side
from flask_coupling.errors import ServiceTimeout
from flask_coupling.models import WriteIntent

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench(now=datetime(2026, 1, 1, tzinfo=UTC))


def send_unanswered(bench: Bench) -> tuple[str, str]:
    """A pair that agreed on 100, whose 200 of Business Central was sent to Sales and not answered; returns both ids."""
    ids = bench.pair()
    bench.bc.edit("customers", ids[0], phoneNumber="200")
    bench.sales.lose_answers()
    bench.run()
    assert bench.account(ids[1])["telephone1"] == "200"
    bench.now += timedelta(minutes=1)
    return ids


def send_unanswered_first(bench: Bench) -> tuple[str, str]:
    """A pair coupled with Sales to start from, whose 200 was sent to Business Central and not answered."""
    alike = {"displayName": "A", "phoneNumber": "100"}
    ids = bench.bc.add("customers", **CUSTOMER_VALUES | alike), bench.sales.add("accounts", name="A", telephone1="200")
    bench.couple(*ids, source=Side.SALES)
    bench.bc.lose_answers()
    bench.run()
    assert phones(bench, ids) == ("200", "200")
    bench.now += timedelta(minutes=1)
    return ids


def phones(bench: Bench, ids: tuple[str, str]) -> tuple[str, str]:
    return bench.customer(ids[0])["phoneNumber"], bench.account(ids[1])["telephone1"]


def left(bench: Bench) -> int:
    return bench.session.scalar(sa.select(sa.func.count()).select_from(WriteIntent)) or 0


def test_an_unanswered_change_that_was_carried_out_is_agreed_and_is_history(bench: Bench) -> None:
    ids = send_unanswered(bench)
    bench.now += timedelta(hours=1)
    assert bench.run()["modified"] == 0
    assert phones(bench, ids) == ("200", "200")
    assert not bench.conflicts() and not left(bench)
    (entry,) = [each for each in bench.history() if each.action == "modify"]
    assert (entry.side, entry.fields, entry.reason) == ("sales", {"telephone1": ["100", "200"]}, "changed")


@pytest.mark.parametrize("side", Side)
def test_taking_back_an_edit_whose_carrying_was_not_answered_is_not_overwritten(bench: Bench, side: Side) -> None:
    ids = send_unanswered(bench)
    if side is Side.BC:
        bench.bc.edit("customers", ids[0], phoneNumber="100")
    else:
        bench.sales.edit("accounts", ids[1], telephone1="100")
    before = phones(bench, ids)
    bench.now += timedelta(hours=1)
    bench.run()
    assert phones(bench, ids) == before
    (conflict,) = bench.conflicts()
    assert (conflict.fields[0]["bc"], conflict.fields[0]["sales"]) == before
    assert not left(bench)
    bench.run()
    assert phones(bench, ids) == before and len(bench.conflicts()) == 1


def test_a_taken_back_edit_of_a_one_way_field_is_carried_again(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, creditLimit=7)
    bench.sales.lose_answers()
    bench.run()
    bench.bc.edit("customers", bc_id, creditLimit=0)
    bench.now += timedelta(hours=1)
    bench.run()
    assert bench.account(sales_id)["creditlimit"] == 0


def test_text_that_the_service_trimmed_and_upper_cased_is_no_conflict_after_a_lost_answer(bench: Bench) -> None:
    bench.bc.reshape = lambda _, values: {**values, "city": str(values.get("city") or "").strip().upper()}
    bc_id, sales_id = bench.pair()
    bench.sales.edit("accounts", sales_id, address1_city="odense ")
    bench.bc.lose_answers()
    bench.run()
    bench.now += timedelta(hours=1)
    bench.run()
    assert not bench.conflicts() and bench.customer(bc_id)["city"] == "ODENSE"
    bench.sales.edit("accounts", sales_id, address1_city="Vejle")
    bench.run()
    assert bench.customer(bc_id)["city"] == "VEJLE"


def test_a_change_that_may_still_be_carried_out_is_kept_in_mind_until_it_cannot(bench: Bench) -> None:
    ids = bench.pair()
    bench.bc.edit("customers", ids[0], phoneNumber="200")
    bench.sales.fail("batch", ServiceTimeout(service="Sales", seconds=120, sent=True))
    bench.run()
    bench.bc.edit("customers", ids[0], phoneNumber="100")
    bench.run()
    assert left(bench) == 1  # the service may be working on it still
    bench.now += timedelta(minutes=11)
    bench.run()
    assert not left(bench) and phones(bench, ids) == ("100", "100")


def test_an_edit_after_an_unanswered_first_synchronization_is_not_overwritten_by_its_repetition(bench: Bench) -> None:
    ids = send_unanswered_first(bench)
    bench.bc.edit("customers", ids[0], phoneNumber="300")
    bench.now += timedelta(hours=1)
    bench.run()
    assert phones(bench, ids) == ("300", "200")
    (conflict,) = bench.conflicts()
    assert (conflict.fields[0]["bc"], conflict.fields[0]["sales"]) == ("300", "200")
    bench.run()
    assert phones(bench, ids) == ("300", "200") and not left(bench)


def test_an_unanswered_first_synchronization_that_was_carried_out_is_agreed(bench: Bench) -> None:
    ids = send_unanswered_first(bench)
    bench.now += timedelta(hours=1)
    bench.run()
    assert phones(bench, ids) == ("200", "200") and not bench.conflicts() and not left(bench)
    bench.bc.edit("customers", ids[0], phoneNumber="300")
    bench.run()
    assert phones(bench, ids) == ("300", "300")


def test_a_removed_coupling_leaves_no_change_behind(bench: Bench) -> None:
    send_unanswered(bench)
    bench.session.execute(sa.text("DELETE FROM coupling_coupling"))
    bench.session.commit()
    bench.run(Direction.TO_SALES)
    assert not left(bench)


def test_a_field_that_is_not_mapped_any_more_does_not_stand_in_the_way(bench: Bench) -> None:
    ids = send_unanswered(bench)
    fields = tuple(each for each in CUSTOMER.fields if each.name != "phoneNumber")
    bench.mapping = CUSTOMER.replaced(fields=fields)
    bench.now += timedelta(hours=1)
    bench.run()
    assert phones(bench, ids) == ("200", "200") and not left(bench)
