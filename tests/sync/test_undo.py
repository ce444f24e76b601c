"""Taking back what was written."""

from __future__ import annotations

import pytest

from flask_coupling.errors import MassChangeConflictError
from flask_coupling.sync.run import Brake

from .bench import CUSTOMER_VALUES, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_an_undone_write_puts_the_value_before_back_and_stays_undone(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200", city="Odense")
    bench.run()
    assert bench.undo() == {"modified": 1}
    assert bench.account(sales_id) | {"telephone1": "100", "address1_city": "Aarhus"} == bench.account(sales_id)
    assert bench.customer(bc_id)["phoneNumber"] == "200", "the user's own edit is not the job's to take back"
    assert bench.run()["modified"] == 0
    assert [entry.undone_by for entry in bench.history()] == [None, "job-3", None]
    assert bench.history()[-1].reason == "undo"


def test_a_value_changed_since_is_reported_and_not_overwritten(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200", city="Odense")
    bench.run()
    bench.sales.edit("accounts", sales_id, telephone1="300")
    assert bench.undo() == {"failed": 1}
    (error,) = bench.errors()
    assert error.code == "edited_since" and "telephone1" in error.message
    assert bench.account(sales_id)["address1_city"] == "Odense"
    assert [entry.undone_by for entry in bench.history()] == [None, None]


def test_an_edit_of_another_field_since_survives_the_undo_and_is_carried_later(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run()
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    assert bench.undo() == {"modified": 1}
    bench.run()
    assert bench.customer(bc_id) | {"city": "Odense", "phoneNumber": "200"} == bench.customer(bc_id)
    assert bench.account(sales_id)["telephone1"] == "100"


def test_undoing_a_create_deletes_the_record_it_made_and_the_coupling(bench: Bench) -> None:
    bc_id, _ = bench.pair()
    assert bench.undo(1) == {"deleted": 1}
    assert bench.sales.rows("accounts") == {}
    assert bench.couplings() == []
    assert bc_id in bench.bc.rows("customers")


def test_a_created_record_that_was_edited_since_is_not_deleted(bench: Bench) -> None:
    _, sales_id = bench.pair()
    bench.sales.edit("accounts", sales_id, telephone1="300")
    assert bench.undo(1) == {"failed": 1}
    assert sales_id in bench.sales.rows("accounts")


def test_several_writes_to_one_record_are_taken_back_to_the_value_before_the_first(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    for phone in ("200", "300"):
        bench.bc.edit("customers", bc_id, phoneNumber=phone)
        bench.run()
    assert bench.undo(2, 3) == {"modified": 1}
    assert bench.account(sales_id)["telephone1"] == "100"


def test_a_run_that_would_change_too_many_records_stops_before_the_first_write(bench: Bench) -> None:
    for number in range(6):
        bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"Customer {number}"})
    bench.run()
    for coupling in bench.couplings()[:4]:
        bench.bc.edit("customers", coupling.bc_id, phoneNumber="")
    bench.brake = Brake(share=0.5, minimum=2)
    with pytest.raises(MassChangeConflictError, match="4 of 6"):
        bench.run()
    assert all(row["telephone1"] == "100" for row in bench.sales.rows("accounts").values())
    bench.brake = None
    assert bench.run()["modified"] == 4


def test_vanished_records_count_for_the_brake(bench: Bench) -> None:
    for number in range(4):
        bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"Customer {number}"})
    bench.run()
    for coupling in bench.couplings()[:3]:
        bench.sales.remove("accounts", coupling.sales_id)
    bench.brake = Brake(share=0.5, minimum=2)
    with pytest.raises(MassChangeConflictError):
        bench.run()
