"""A group with two companies that share one Sales environment, each with a connection of one host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from flask_coupling.operations import connections, couplings, jobs, synchronization
from flask_coupling.operations.mapping_editor import get_settings, save_settings
from flask_coupling.operations.views import JobErrorView, JobView
from simulator.config import Company
from simulator.inprocess import mount
from simulator.instance import Simulator
from simulator.people import User

DANMARK = Company("3a54dcc0-3d5b-ef11-bfe8-6045bd0b1a01", "CRONUS Danmark A/S")
NORGE = Company("4b65edd1-4e6c-4f22-8ff9-7156ce1c2b02", "CRONUS Norge AS")
CUSTOMER_TYPE = 3
COMPANY = "_bcbi_companyid_value"


@dataclass
class Group:
    """Two companies, one Sales environment, and a host with the connections `danmark` and `norge`."""

    app: Flask
    simulator: Simulator

    def __post_init__(self) -> None:
        person = self.simulator.bc.author
        self.books = {
            "danmark": self.simulator.bc,
            "norge": User(self.simulator.store, "bc", NORGE.id, person),
        }

    @property
    def ids(self) -> dict[str, str]:
        """The companies' rows in Sales, by connection."""
        rows = self.simulator.sales.list("bcbi_companies")
        by_bc = {str(row["bcbi_externalid"]): str(row["bcbi_companyid"]) for row in rows}
        return {name: by_bc.get(each.id, "") for name, each in (("danmark", DANMARK), ("norge", NORGE))}

    def customer(self, where: str, name: str, **values: Any) -> str:
        """A user of a company creates a customer; its id."""
        return str(self.books[where].create("customers", {"displayName": name, **values})["id"])

    def account(self, name: str, of: str = "", **values: Any) -> str:
        """A user of Sales creates an account of a customer, of a company or of none; its id."""
        company = {COMPANY: self.ids[of]} if of else {}
        row = {"name": name, "customertypecode": CUSTOMER_TYPE, **company, **values}
        return str(self.simulator.sales.create("accounts", row)["accountid"])

    def company_of(self, id: str, table: str = "accounts") -> str:
        """The connection whose company a row of Sales carries; empty for none."""
        held = (self.simulator.sales.get(table, id) or {}).get(COMPANY)
        return next((name for name, known in self.ids.items() if known == held), "")

    def set(self, where: str, mapping: str = "CUSTOMER", **changes: Any) -> None:
        """An administrator changes a table mapping of a connection."""
        save_settings(where, mapping, changes, version=get_settings(where, mapping).version)

    def run(self, where: str, mapping: str = "CUSTOMER", **options: Any) -> JobView:
        """Synchronize a table mapping of a connection."""
        return synchronization.synchronize(where, mapping, **options)

    def coupled(self, where: str, mapping: str = "CUSTOMER") -> dict[str, str]:
        """The couplings there are, as `{bc id: sales id}`."""
        return {each.bc_id: each.sales_id for each in couplings.list_couplings(where, mapping, limit=500).rows}

    def errors(self, where: str, job: JobView) -> list[JobErrorView]:
        """What a job failed on or set aside."""
        return list(jobs.job_errors(where, job.id).rows)


def counted(job: JobView) -> dict[str, int]:
    """The counters of a job that are not zero."""
    return {name: count for name, count in job.counters.items() if count}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Two empty companies and an empty Sales environment."""
    with mount(companies=(DANMARK, NORGE)) as mounted:
        yield mounted


def connect(simulator: Simulator, name: str, company: Company, **values: Any) -> None:
    """An administrator sets a connection up and enables it."""
    told = simulator.config.credentials() | {"sales_url": simulator.config.org_url, "company": company.name}
    connections.save_connection(name, told | values)
    connections.enable_connection(name)


@pytest.fixture
def group(app: Flask, simulator: Simulator) -> Iterator[Group]:
    """The group, inside an app context; companies are told apart."""
    with app.app_context():
        connect(simulator, "danmark", DANMARK, several_companies=True)
        connect(simulator, "norge", NORGE, several_companies=True)
        yield Group(app, simulator)
