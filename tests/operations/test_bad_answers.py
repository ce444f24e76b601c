"""Services that answer nonsense, and mappings of fields they do not have: the job says why, and loses no place."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from flask_coupling import FlaskCoupling
from flask_coupling.core.mapping import FieldMapping
from flask_coupling.globals import current_coupling
from flask_coupling.models import IntegrationTableMapping, JobState
from simulator.faults import FaultRule
from tests.scenarios.conftest import Stage

GARBAGE: dict[str, tuple[dict[str, Any], str]] = {
    "a page of HTML": ({"effect": "html", "parameters": {"status": 200}}, "text/html"),
    "a link that loops": ({"effect": "looping_link"}, "go in a circle"),
    "a property left out": ({"effect": "missing_property", "parameters": {"name": "phoneNumber"}}, "phoneNumber"),
}


def places() -> list[tuple[Any, ...]]:
    """How far both sides of the mappings were read."""
    row = IntegrationTableMapping
    query = sa.select(row.name, row.bc_cursor, row.sales_cursor, row.fingerprint).order_by(row.name)
    return [tuple(each) for each in current_coupling.session.execute(query)]


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("rule", "told"), GARBAGE.values(), ids=GARBAGE)
def test_a_job_that_gets_garbage_names_it_and_the_next_one_misses_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any], told: str
) -> None:
    monkeypatch.setattr("flask_coupling.endpoints.business_central.BusinessCentral.page_size", 1)
    pairs = [stage.pair(name) for name in ("A", "B")]
    stage.run()
    before = places()
    for pair in pairs:
        stage.edit_bc(pair.bc_id, phoneNumber="77")
    stage.simulator.faults.add(FaultRule(service="bc", entity="customers", method="GET", **rule))
    job = stage.run()
    assert job.state == JobState.ERROR and told in str(job.message)
    if rule["effect"] != "looping_link":  # there the first page was in order, and the place is behind it
        assert places() == before
    stage.simulator.faults.clear()
    assert stage.run().state == JobState.FINISHED
    assert [(stage.sales(pair.sales_id) or {})["telephone1"] for pair in pairs] == ["77", "77"]


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_a_field_the_service_does_not_have_ends_the_job_with_its_name(stage: Stage) -> None:
    pair = stage.pair()
    stage.run()
    before = places()
    coupling: FlaskCoupling = stage.coupling
    fields = coupling._state.mappings["CUSTOMER"].fields
    stage.set_mapping(fields=(*fields, FieldMapping(bc="shoeSize", sales="description")))
    stage.edit_bc(pair.bc_id, phoneNumber="77")
    job = stage.run()
    assert job.state == JobState.ERROR and "shoeSize" in str(job.message)
    assert [each[:3] for each in places()] == [each[:3] for each in before]
    stage.set_mapping(fields=fields)
    stage.run()
    assert (stage.sales(pair.sales_id) or {})["telephone1"] == "77"
