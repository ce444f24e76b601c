"""Two table mappings of the same two tables: a record is coupled by one of them, whichever comes first."""

from __future__ import annotations

import pytest

from flask_coupling import FlaskCoupling
from flask_coupling.core.mapping import TableMapping
from flask_coupling.errors import AlreadyCoupled
from flask_coupling.mappings import default_setup
from flask_coupling.operations import couplings, jobs, matching, synchronization
from simulator.instance import Simulator

pytestmark = pytest.mark.usefixtures("connected", "app_context")

C = "default"
OWN = default_setup()["CUSTOMER"].replaced(name="OWN", caption="Our customers", only_coupled=False)


@pytest.fixture(autouse=True)
def own(coupling: FlaskCoupling) -> TableMapping:
    """A host's mapping beside the shipped one, with the same filters."""
    coupling.add_mapping(OWN)
    coupling.add_mapping(default_setup()["CUSTOMER"].replaced(only_coupled=False), replace=True)
    return OWN


def test_records_that_one_mapping_coupled_get_no_second_partner_from_the_other(simulator: Simulator) -> None:
    names = ("Adatum", "Relecloud")
    for name in names:
        simulator.bc.create("customers", {"displayName": name})
    assert synchronization.synchronize(C, "OWN", wait=True).counters["inserted"] == len(names)

    second = synchronization.synchronize(C, "CUSTOMER", wait=True)

    assert (second.counters["inserted"], second.counters["skipped"]) == (0, 2 * len(names))
    assert {each.problem.code for each in jobs.job_errors(C, second.id).rows} == {"already_coupled"}
    assert "Our customers" in jobs.job_errors(C, second.id).rows[0].problem.message
    assert simulator.bc.count("customers") == simulator.sales.count("accounts") == len(names)


def test_a_person_and_match_based_coupling_are_told_so_too(simulator: Simulator) -> None:
    customer = simulator.bc.create("customers", {"displayName": "Adatum"})["id"]
    accounts = [
        simulator.sales.create("accounts", {"name": "Adatum", "customertypecode": 3})["accountid"] for _ in range(2)
    ]
    couplings.couple(C, "OWN", customer, accounts[0])
    with pytest.raises(AlreadyCoupled):
        couplings.couple(C, "CUSTOMER", customer, accounts[1])
    assert matching.preview_matches(C, "CUSTOMER").counts["coupled"] == 0
