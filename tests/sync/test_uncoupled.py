"""A removed coupling is not made again behind a person's back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.side import Side
from flask_coupling.models import Coupling
from flask_coupling.sync.link import read_links
from flask_coupling.sync.uncoupled import agree_as_before, leave_alone

from .bench import CUSTOMER, Bench

REMOVES = CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.REMOVE_COUPLING)


@pytest.mark.parametrize("side", Side)
def test_the_survivor_of_a_removed_coupling_gets_no_new_partner_when_it_is_edited(side: Side) -> None:
    bench = Bench(mapping=REMOVES)
    bc_id, sales_id = bench.pair()
    if side is Side.BC:
        bench.sales.remove("accounts", sales_id)
    else:
        bench.bc.remove("customers", bc_id)
        bench.fingerprint = "compare"
    assert bench.run()["uncoupled"] == 1
    if side is Side.BC:
        bench.bc.edit("customers", bc_id, phoneNumber="200")
    else:
        bench.sales.edit("accounts", sales_id, telephone1="200")
    assert bench.run()["inserted"] == 0
    bench.fingerprint = "everything"
    assert bench.run()["inserted"] == 0
    assert not bench.couplings()


def test_a_person_who_asks_gets_a_new_partner_for_it() -> None:
    bench = Bench(mapping=REMOVES)
    bc_id, sales_id = bench.pair()
    bench.sales.remove("accounts", sales_id)
    bench.run()
    assert bench.create(Side.BC, bc_id)["inserted"] == 1
    assert len(bench.couplings()) == 1


def part(bench: Bench) -> None:
    """A person removes the only coupling."""
    (coupling,) = bench.couplings()
    leave_alone(bench.session, [coupling.id], bench.now)
    bench.session.execute(sa.delete(Coupling))
    bench.session.commit()


def test_former_partners_that_are_coupled_again_go_on_from_what_they_last_agreed_on() -> None:
    bench = Bench()
    bc_id, sales_id = bench.pair(phoneNumber="100", city="Ry")
    part(bench)
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    bench.create(Side.BC, bc_id)
    assert (bench.account(sales_id)["telephone1"], bench.customer(bc_id)["city"]) == ("200", "Odense")
    assert not bench.conflicts() and len(bench.sales.rows("accounts")) == 1


def test_what_both_former_partners_changed_since_is_a_conflict_that_shows_what_they_agreed_on() -> None:
    bench = Bench()
    bc_id, sales_id = bench.pair(phoneNumber="100")
    for number in (200, 300):  # removed a second time, it is the second agreement that counts
        part(bench)
        bench.bc.edit("customers", bc_id, phoneNumber=str(number))
        bench.create(Side.BC, bc_id)
    part(bench)
    bench.bc.edit("customers", bc_id, phoneNumber="400")
    bench.sales.edit("accounts", sales_id, telephone1="500")
    bench.create(Side.BC, bc_id)
    (conflict,) = bench.conflicts()
    assert [(each["base_bc"], each["bc"], each["sales"]) for each in conflict.fields] == [("300", "400", "500")]


def test_a_newer_agreement_of_former_partners_is_not_replaced_by_the_one_they_had_before() -> None:
    bench = Bench()
    bc_id, sales_id = bench.pair(phoneNumber="100")
    part(bench)
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.create(Side.BC, bc_id)  # by somebody who was quicker
    links = read_links(bench.session, "default", "CUSTOMER", "bc_id", [bc_id])
    stale = [link._replace(bc_etag=None, sales_etag=None) for link in links]
    agree_as_before(bench.session, {"connection": "default", "mapping": "CUSTOMER"}, stale)
    (coupling,) = bench.couplings()
    assert (coupling.sales_id, coupling.bc_values["phoneNumber"]) == (sales_id, "200")


def test_other_new_records_get_their_partners_all_the_same() -> None:
    bench = Bench(mapping=REMOVES)
    _, sales_id = bench.pair()
    bench.sales.remove("accounts", sales_id)
    bench.run()
    bench.bc.add("customers", displayName="Litware", blocked=" ")
    assert bench.run()["inserted"] == 1


def test_a_create_that_was_undone_is_not_repeated() -> None:
    bench = Bench()
    bc_id, _ = bench.pair()
    bench.undo()
    assert bench.sales.rows("accounts") == {}
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    assert bench.run()["inserted"] == 0
