"""Clients of both services, signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from simulator import Simulator

Call = Callable[..., requests.Response]


def sign_in(simulator: Simulator, scope: str) -> dict[str, str]:
    config = simulator.config
    form = {"grant_type": "client_credentials", "client_id": config.client_id, "client_secret": config.client_secret}
    reply = requests.post(simulator.token_url, data=form | {"scope": scope}, timeout=10)
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


def caller(base: str, headers: dict[str, str]) -> Call:
    def call(method: str, path: str, json: Any = None, **more: str) -> requests.Response:
        own = {name.replace("_", "-"): value for name, value in more.items()}
        return requests.request(method, f"{base}{path}", json=json, headers=headers | own, timeout=30)

    return call


@pytest.fixture
def bc(simulator: Simulator) -> Call:
    """Call Business Central below the company."""
    headers = sign_in(simulator, "https://api.businesscentral.dynamics.com/.default")
    return caller(f"{simulator.bc_url}/companies({simulator.config.company.id})", headers)


@pytest.fixture
def custom(simulator: Simulator) -> Call:
    """Call the custom API below the company."""
    headers = sign_in(simulator, "https://api.businesscentral.dynamics.com/.default")
    base = simulator.bc_url.removesuffix("v2.0") + "coupling/simulator/v1.0"
    return caller(f"{base}/companies({simulator.config.company.id})", headers)


@pytest.fixture
def sales(simulator: Simulator) -> Call:
    """Call the Dataverse Web API."""
    return caller(simulator.sales_url, sign_in(simulator, f"{simulator.config.org_url}/.default"))
