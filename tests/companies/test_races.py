"""Two companies find the same row of Sales, or Sales does not let us take it: no record is lost, none made twice."""

from __future__ import annotations

import pytest

from flask_coupling.operations import failures
from simulator.faults import FaultRule

from .conftest import Group, counted


@pytest.mark.parametrize("effect", ["stale_etag", "status"])
def test_a_row_that_could_not_be_taken_gets_no_partner_now_and_is_not_lost(group: Group, effect: str) -> None:
    account = group.account("Adatum")
    group.set("danmark", only_coupled=False)
    given = {"parameters": {"status": 503}} if effect == "status" else {}
    group.simulator.faults.add(FaultRule(effect, entity="accounts", method="PATCH", parts=True, times=9, **given))
    assert counted(group.run("danmark")) == {"failed": 1}
    assert group.books["danmark"].list("customers") == [] and group.company_of(account) == ""
    group.simulator.faults.clear()
    (failed,) = failures.list_failures("danmark").rows
    failures.retry("danmark", [failed.id])
    group.run("danmark")
    assert list(group.coupled("danmark").values()) == [account] and group.company_of(account) == "danmark"
    assert group.books["danmark"].count("customers") == 1
