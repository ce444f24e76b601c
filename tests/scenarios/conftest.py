"""A stage for scenarios: a host app connected to an empty simulated world, and short words for what happens there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from flask_coupling import FlaskCoupling
from flask_coupling.core.mapping import TableMapping
from flask_coupling.mappings import default_setup
from flask_coupling.operations import conflicts, couplings, failures, jobs, synchronization
from flask_coupling.operations.views import ConflictView, CouplingView, FailureView, JobErrorView, JobView
from simulator.instance import Simulator

C = "default"
CUSTOMER_TYPE = 3


@dataclass
class Stage:
    """The two services as users see them, and the host app's operations on the connection `default`."""

    app: Flask
    coupling: FlaskCoupling
    simulator: Simulator

    def customer(self, name: str = "Adatum", **values: Any) -> str:
        """A user creates a customer; its id."""
        return str(self.simulator.bc.create("customers", {"displayName": name, **values})["id"])

    def account(self, name: str = "Adatum", **values: Any) -> str:
        """A user creates an account of a customer; its id."""
        row = {"name": name, "customertypecode": CUSTOMER_TYPE, **values}
        return str(self.simulator.sales.create("accounts", row)["accountid"])

    def bc(self, id: str, table: str = "customers") -> dict[str, Any] | None:
        """A row of Business Central as it is now, None when it is gone."""
        return self.simulator.bc.get(table, id)

    def sales(self, id: str, table: str = "accounts") -> dict[str, Any] | None:
        """A row of Sales as it is now, None when it is gone."""
        return self.simulator.sales.get(table, id)

    def edit_bc(self, id: str, table: str = "customers", **values: Any) -> None:
        """A user edits a row of Business Central."""
        self.simulator.bc.update(table, id, **values)

    def edit_sales(self, id: str, table: str = "accounts", **values: Any) -> None:
        """A user edits a row of Sales."""
        self.simulator.sales.update(table, id, **values)

    def couple(self, bc: str, sales: str, synchronize: str = "bc", mapping: str = "CUSTOMER") -> CouplingView:
        """Couple two records, and synchronize them with the data of the side chosen."""
        return couplings.couple(C, mapping, bc, sales, synchronize=synchronize).coupling

    def pair(self, name: str = "Adatum", phone: str = "1") -> CouplingView:
        """A customer and an account, coupled and alike."""
        customer = self.customer(name, phoneNumber=phone)
        return self.couple(customer, self.account(name, telephone1=phone))

    def run(self, *coupled: CouplingView, mapping: str = "CUSTOMER", **options: Any) -> JobView:
        """Synchronize these couplings, or all that changed in the mapping."""
        ids = [each.id for each in coupled] or None
        return synchronization.synchronize(C, mapping, coupling_ids=ids, **options)

    def errors(self, job: JobView) -> list[JobErrorView]:
        """What a job failed on or set aside."""
        return list(jobs.job_errors(C, job.id).rows)

    def conflicts(self) -> list[ConflictView]:
        """The conflicts that wait for a person."""
        return list(conflicts.list_conflicts(C).rows)

    def failures(self) -> list[FailureView]:
        """The records that failed."""
        return list(failures.list_failures(C).rows)

    def coupled(self, mapping: str = "CUSTOMER") -> dict[str, str]:
        """The couplings there are, as `{bc id: sales id}`."""
        return {each.bc_id: each.sales_id for each in couplings.list_couplings(C, mapping, limit=500).rows}

    def set_mapping(self, name: str = "CUSTOMER", **settings: Any) -> TableMapping:
        """Declare a table mapping anew with other settings, as a host does."""
        mapping = self.coupling._state.mappings[name].replaced(**settings)
        self.coupling.add_mapping(mapping, replace=True)
        return mapping

    def writes(self) -> int:
        """How many changes of customers and accounts both services have seen, by whomever."""
        return len(self.simulator.bc.changes("customers")) + len(self.simulator.sales.changes("accounts"))


def counted(job: JobView) -> dict[str, int]:
    """The counters of a job that are not zero."""
    return {name: count for name, count in job.counters.items() if count}


@pytest.fixture
def stage(app: Flask, coupling: FlaskCoupling, connected: object, simulator: Simulator) -> Iterator[Stage]:
    """The stage, inside an app context."""
    assert default_setup()
    with app.app_context():
        yield Stage(app, coupling, simulator)
