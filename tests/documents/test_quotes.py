"""Active quotes of Sales go to Business Central with their lines, each of them once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_coupling.mappings import default_setup
from flask_coupling.operations import couplings
from simulator.faults import FaultRule

from .trade import QUOTES, C, Trade, column, counted


def test_an_active_quote_becomes_a_sales_quote_with_its_lines_and_then_nothing_is_left(trade: Trade) -> None:
    quote = trade.quote(
        {"item": "Lamp", "quantity": 3, "priceperunit": 19.99, "manualdiscountamount": 5.5},
        {"item": "Desk", "quantity": 0.5, "priceperunit": 1000},
        discountamount=10,
        effectiveto="2026-12-24",
        billto_city="Aarhus",
    )
    job = trade.run(mapping=QUOTES)
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    (made,) = trade.simulator.bc.list("salesQuotes")
    assert made["externalDocumentNumber"] == trade.sales(quote, "quotes")["quotenumber"]
    assert (made["customerId"], made["status"]) == (trade.customer().bc_id, "Draft")
    assert (made["validUntilDate"], made["billToCity"]) == ("2026-12-24", "Aarhus")
    lines = trade.bc_lines(made["id"], QUOTES)
    assert column(lines, "itemId") == [trade.item("Lamp").bc_id, trade.item("Desk").bc_id]
    assert column(lines, "quantity") == [3, 0.5]
    assert column(lines, "unitPrice") == [19.99, 1000]
    assert column(lines, "discountAmount") == [5.5, 0]
    assert made["totalAmountExcludingTax"] == trade.sales(quote, "quotes")["totalamount"] == 544.47
    writes = trade.writes()
    assert counted(trade.run(mapping=QUOTES)) in ({}, {"unchanged": 1})
    assert trade.writes() == writes


def test_what_a_quote_does_not_say_is_that_of_the_customer(trade: Trade) -> None:
    trade.quote()
    trade.run(mapping=QUOTES)
    (made,) = trade.simulator.bc.list("salesQuotes")
    assert (made["billToCity"], made["shipToCity"]) == ("Odense", "Odense")


def test_a_draft_a_lost_and_a_revised_quote_stay_in_sales(trade: Trade) -> None:
    trade.quote(activate=False)
    for status in (5, 7):
        trade.simulator.sales.update("quotes", trade.quote(), statecode=3, statuscode=status)
    assert counted(trade.run(mapping=QUOTES)) == {}
    assert trade.simulator.bc.list("salesQuotes") == []


def test_a_quote_that_is_won_before_or_after_is_one_sales_quote(trade: Trade) -> None:
    first, second = trade.quote(), trade.quote()
    trade.simulator.sales.update("quotes", first, statecode=2, statuscode=4)
    assert counted(trade.run(mapping=QUOTES)) == {"inserted": 2}
    trade.simulator.sales.update("quotes", second, statecode=2, statuscode=4)
    job = trade.run(mapping=QUOTES)
    assert trade.errors(job) == []
    assert "inserted" not in counted(job)
    assert len(trade.simulator.bc.list("salesQuotes")) == 2


def test_a_quote_whose_coupling_is_forgotten_is_found_by_its_number(trade: Trade) -> None:
    quote = trade.quote({"item": "Lamp"}, {"item": "Desk"})
    pair = trade.create(QUOTES, "sales", quote)
    couplings.uncouple(C, pair.id)
    again = trade.create(QUOTES, "sales", quote)
    assert again.bc_id == pair.bc_id
    assert len(trade.bc_lines(pair.bc_id, QUOTES)) == 2


@pytest.mark.settings(COUPLING_RETRIES=0)
@pytest.mark.parametrize("first", range(1, 4))
@pytest.mark.parametrize("effect", ["reset_before", "reset_after", "cut"])
def test_a_run_that_lost_an_answer_and_is_repeated_makes_no_second_quote(
    trade: Trade, later: Callable[[], None], effect: str, first: int
) -> None:
    quote = trade.quote({"item": "Lamp"}, {"item": "Desk"})
    fault = FaultRule(effect, service="bc", entity="$batch", method="POST", first=first, times=1)
    trade.simulator.faults.add(fault)
    for _ in range(3):
        trade.run(mapping=QUOTES)
        later()
    trade.simulator.faults.clear()
    job = trade.run(mapping=QUOTES)
    assert trade.errors(job) == []
    (made,) = trade.simulator.bc.list("salesQuotes")
    assert len(trade.bc_lines(made["id"], QUOTES)) == 2
    assert made["totalAmountExcludingTax"] == trade.sales(quote, "quotes")["totalamount"]


def test_a_revision_becomes_a_sales_quote_of_its_own(trade: Trade) -> None:
    quote = trade.quote()
    trade.run(mapping=QUOTES)
    number = trade.sales(quote, "quotes")["quotenumber"]
    trade.simulator.sales.update("quotes", quote, statecode=3, statuscode=7)
    trade.quote({"quantity": 2}, quotenumber=number)
    job = trade.run(mapping=QUOTES)
    assert counted(job)["inserted"] == 1, trade.errors(job)
    made = trade.simulator.bc.list("salesQuotes")
    assert column(made, "externalDocumentNumber") == [number, number]
    assert column(made, "totalAmountExcludingTax") == [100, 200]


def test_a_quote_with_freight_is_failed_with_both_totals(trade: Trade) -> None:
    trade.quote(freightamount=10)
    (error,) = trade.errors(trade.run(mapping=QUOTES))
    assert error.problem.code == "totals_differ"
    assert "100" in error.problem.message
    assert "110" in error.problem.message


def test_nothing_flows_back_to_a_quote(trade: Trade) -> None:
    pair = trade.create(QUOTES, "sales", trade.quote())
    before = trade.sales(pair.sales_id, "quotes")
    trade.simulator.bc.update("salesQuotes", pair.bc_id, shipToName="Somebody")
    trade.run(mapping=QUOTES)
    assert trade.sales(pair.sales_id, "quotes") == before


def test_quotes_are_created_only_when_somebody_asks_for_it() -> None:
    assert default_setup()[QUOTES].only_coupled
