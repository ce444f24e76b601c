"""Two administrators who save the same table mapping at the same moment: one is let through, the other is told."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from flask_coupling.errors import CouplingError, MappingEditedConflictError
from flask_coupling.operations import connections
from flask_coupling.operations.mapping_changes import list_mapping_changes
from flask_coupling.operations.mapping_editor import get_settings, restore_default, save_settings
from simulator.instance import Simulator
from tests.conftest import MakeApp, connection_values

C, M = "default", "CUSTOMER"


@pytest.fixture(params=["sqlite", "postgres"])
def host(request: pytest.FixtureRequest, make_app: MakeApp, simulator: Simulator) -> Flask:
    """A connected host on each database."""
    more = {}
    if request.param == "postgres":
        more["SQLALCHEMY_DATABASE_URI"] = request.getfixturevalue("migrated_postgres")
    app = make_app(**more)
    with app.app_context():
        connections.save_connection(C, connection_values(simulator))
        connections.enable_connection(C)
        save_settings(C, M, {"direction": "to_sales"}, version=0)
        restore_default(C, M)
    return app


def test_of_two_simultaneous_edits_one_is_kept_whole_and_the_other_refused(host: Flask) -> None:
    changes: list[dict[str, Any]] = [{"only_coupled": False}, {"update_conflict": "newest"}]
    barrier, answers = Barrier(len(changes)), list[object]()

    def save(wanted: dict[str, Any]) -> None:
        with host.app_context():
            barrier.wait()
            try:
                answers.append(save_settings(C, M, wanted, version=2))
            except CouplingError as error:
                answers.append(error)

    threads = [Thread(target=save, args=(wanted,)) for wanted in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [answer for answer in answers if isinstance(answer, CouplingError)]
    assert [type(answer) for answer in refused] == [MappingEditedConflictError]
    with host.app_context():
        kept = get_settings(C, M)
        assert kept.version == 3 and len(kept.differences) == 1
        logged = list_mapping_changes(C, M).rows
        assert [each.version for each in logged] == [3, 2, 1]
        assert [each.path for each in logged[0].changes] == [each.path for each in kept.differences]
