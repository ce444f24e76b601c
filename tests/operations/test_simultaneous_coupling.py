"""Two people who couple the same record at the same moment: the database lets one of them through."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask

from flask_coupling.errors import AlreadyCoupled, CouplingError
from flask_coupling.operations import connections, couplings
from simulator.instance import Simulator
from tests.conftest import MakeApp, connection_values


def couple_at_once(app: Flask, pairs: list[tuple[str, str]]) -> list[object]:
    """Couple each pair in a thread of its own, all released together; an error is the answer of its thread."""
    barrier, answers = Barrier(len(pairs)), list[object]()

    def couple(bc_id: str, sales_id: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                answers.append(couplings.couple("default", "CUSTOMER", bc_id, sales_id))
            except CouplingError as error:
                answers.append(error)

    threads = [Thread(target=couple, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture(params=["sqlite", "postgres"])
def host(request: pytest.FixtureRequest, make_app: MakeApp, simulator: Simulator) -> Flask:
    """A connected host on each database."""
    more = {}
    if request.param == "postgres":
        more["SQLALCHEMY_DATABASE_URI"] = request.getfixturevalue("migrated_postgres")
    app = make_app(**more)
    with app.app_context():
        connections.save_connection("default", connection_values(simulator))
        connections.enable_connection("default")
    return app


@pytest.mark.parametrize("other", ["the same pair", "another customer", "another account"])
def test_of_two_simultaneous_requests_for_a_record_one_couples_it(
    host: Flask, simulator: Simulator, other: str
) -> None:
    first, second = (simulator.bc.create("customers", {"displayName": name})["id"] for name in ("Adatum", "Fabrikam"))
    accounts = [
        simulator.sales.create("accounts", {"name": name, "customertypecode": 3})["accountid"]
        for name in ("Adatum", "Fabrikam")
    ]
    rivals = {
        "the same pair": (first, accounts[0]),
        "another customer": (second, accounts[0]),
        "another account": (first, accounts[1]),
    }
    answers = couple_at_once(host, [(first, accounts[0]), rivals[other]])
    refused = [answer for answer in answers if isinstance(answer, CouplingError)]
    assert [type(answer) for answer in refused] == [AlreadyCoupled]
    with host.app_context():
        assert len(couplings.list_couplings("default", "CUSTOMER").rows) == 1
