"""Rows of the same instant at the edge of what was read: none is skipped, however short the feed looks back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flask_coupling.core.side import Side
from flask_coupling.endpoints.clock import Clock
from flask_coupling.endpoints.connect import Account, Surroundings, make_endpoints
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.endpoints.settings import TransportSettings
from simulator.instance import Simulator

from .bench import CUSTOMER

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def bc(simulator: Simulator) -> Endpoint:
    """Business Central by an endpoint that does not look back at all, at a clock that stands still."""
    simulator.clock.freeze(NOON)
    config = simulator.config
    account = Account(tenant=config.tenant, client_id=config.client_id, client_secret=config.client_secret)
    still = Clock(monotonic=lambda: 0.0, wall=NOON.timestamp, sleep=lambda seconds: None)
    around = Surroundings(settings=TransportSettings(overlap=0), clock=still)
    bc, _ = make_endpoints(
        account,
        environment=config.environment,
        company=config.company.id,
        org_url=config.org_url,
        around=around,
    )
    return bc


def test_a_row_of_the_instant_at_which_the_last_reading_ended_is_read(bc: Endpoint, simulator: Simulator) -> None:
    view = CUSTOMER.view(Side.BC)
    simulator.bc.create("customers", {"displayName": "Adatum"})
    *_, last = bc.changes(view, None)
    late = simulator.bc.create("customers", {"displayName": "Fabrikam"})["id"]
    assert late in {record.id for page in bc.changes(view, last.cursor) for record in page.records}
