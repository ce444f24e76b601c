"""A full synchronization finds partners in the reading that compares both sides, or in one of its own for many."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.criteria import Criterion, in_groups
from flask_coupling.core.side import Side
from flask_coupling.sync import finding
from flask_coupling.sync.full import synchronize_fully
from flask_coupling.sync.run import Run

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench

NAME = in_groups([Criterion("displayName")], CUSTOMER)
LASTING = "the mapping as it is"


def synchronize(run: Run) -> None:
    own = f"of {run.ledger.job_id}"
    synchronize_fully(run, own, LASTING, groups=NAME, source=Side.BC)


def full(bench: Bench) -> Counter[str]:
    bench.jobs += 1
    bench.counters = Counter()
    bench.bc.calls.clear(), bench.sales.calls.clear()
    return bench.go_on(synchronize)


def customer(bench: Bench, name: str, **values: Any) -> str:
    return bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": name, **values})


def calls(bench: Bench) -> dict[str, int]:
    """What was asked of the two tables."""
    made = [call for endpoint in (bench.bc, bench.sales) for call in endpoint.calls]
    return dict(Counter(f"{call.method} {call.table}" for call in made if call.table in ("customers", "accounts")))


def a_world(bench: Bench) -> tuple[str, str]:
    """A customer with an equal account, one without, an account without a customer, and three in doubt."""
    customer(bench, "Relecloud"), bench.sales.add("accounts", name="Fabrikam")
    customer(bench, "Twin"), customer(bench, "TWIN"), bench.sales.add("accounts", name="Twin")
    return customer(bench, "Adatum", phoneNumber="1"), bench.sales.add("accounts", name="adatum", telephone1="2")


@pytest.mark.parametrize("most", [10_000, 2], ids=["few are held", "many are found in a reading of their own"])
def test_what_matches_is_coupled_the_rest_created_and_what_is_doubtful_left(monkeypatch, most: int) -> None:
    monkeypatch.setattr(finding, "MOST_HELD", most)
    bench = Bench()
    known, account = a_world(bench)
    assert full(bench) == {"coupled": 1, "modified": 1, "inserted": 2, "skipped": 3}
    assert (known, account) in {(each.bc_id, each.sales_id) for each in bench.couplings()}
    assert bench.account(account)["telephone1"] == "1"
    assert full(bench) == {"unchanged": 3}
    assert len(bench.bc.rows("customers")) == 5 and len(bench.sales.rows("accounts")) == 4


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("most", [10_000, 0], ids=["few are held", "many are found in a reading of their own"])
def test_one_that_equals_a_record_whose_coupling_was_removed_is_left_to_a_person(monkeypatch, side, most) -> None:
    monkeypatch.setattr(finding, "MOST_HELD", most)
    bench = Bench(mapping=CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.REMOVE_COUPLING))
    bc_id, sales_id = bench.pair()
    if side is Side.BC:
        bench.bc.remove("customers", bc_id)
    else:
        bench.sales.remove("accounts", sales_id)
    full(bench)
    new = customer(bench, "Adatum") if side is Side.BC else bench.sales.add("accounts", name="Adatum")
    assert full(bench) == {"skipped": 1} and full(bench) == {}
    assert [(each.record_id, each.code) for each in bench.failed()] == [(new, "match_removed")]
    assert bench.couplings() == [] and len(bench.bc.rows("customers")) == len(bench.sales.rows("accounts")) == 1


def test_both_sides_are_read_once_also_where_records_wait_to_be_tried_again() -> None:
    bench = Bench()
    a_world(bench), customer(bench, "Waits", currencyId="nobody knows")
    assert full(bench)["skipped"] == 4
    assert full(bench) == {"unchanged": 3, "skipped": 1}
    assert calls(bench) == {"changes customers": 1, "changes accounts": 1}


def test_a_failure_is_over_when_its_record_is_gone() -> None:
    bench = Bench()
    id = customer(bench, "Waits", currencyId="nobody knows")
    full(bench)
    assert [each.record_id for each in bench.failed()] == [id]
    bench.bc.remove("customers", id)
    assert full(bench) == {} and bench.failed() == []


def test_what_agreed_under_the_same_rules_and_is_as_it_was_is_not_stored_again() -> None:
    bench = Bench()
    a_world(bench)
    full(bench)
    before = {each.id: each.job_id for each in bench.couplings()}
    assert full(bench) == {"unchanged": 3}
    assert {each.id: each.job_id for each in bench.couplings()} == before


def test_a_job_that_died_after_it_coupled_brings_together_what_it_coupled(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    _, account = a_world(bench)
    with monkeypatch.context() as patch:
        patch.setattr(finding, "process", _die)
        with pytest.raises(KeyboardInterrupt):
            full(bench)
    assert bench.account(account)["telephone1"] == "2"
    bench.go_on(synchronize)
    assert bench.account(account)["telephone1"] == "1"


def _die(*arguments: object) -> bool:
    raise KeyboardInterrupt
