"""The simulator as its own process: the command line, plain and over https, and faults on real connections."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator import SimulatorConfig
from tests.simulator.process import ROOT, running

CONFIG = SimulatorConfig()


class Client:
    """Signed in to both services of one address."""

    def __init__(self, base: str, verify: Any = True) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False  # or a machine's own bundle would win over the certificate
        self.session.verify = verify
        form = {"client_id": CONFIG.client_id, "client_secret": CONFIG.client_secret, "scope": f"{base}/.default"}
        address = f"{base}/{CONFIG.tenant}/oauth2/v2.0/token"
        form["grant_type"] = "client_credentials"
        reply = self.session.post(address, data=form, timeout=10)
        self.session.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        self.bc = f"{base}/v2.0/{CONFIG.tenant}/{CONFIG.environment}/api/v2.0/companies({CONFIG.company.id})"

    def get(self, address: str) -> requests.Response:
        return self.session.get(address, timeout=20)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(cwd=tmp_path_factory.mktemp("run")) as (base, _):
        yield Client(base)


@pytest.fixture(autouse=True)
def without_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "client" in request.fixturenames:
        one: Client = request.getfixturevalue("client")
        one.session.delete(f"{one.base}/_simulator/faults", timeout=20)


def test_it_prints_what_a_client_needs_and_serves_both_services(tmp_path: Path) -> None:
    with running(cwd=tmp_path) as (base, printed):
        text = "".join(printed)
        told = (CONFIG.tenant, CONFIG.environment, CONFIG.client_id, CONFIG.client_secret, CONFIG.company.id, base)
        assert [fact for fact in told if fact not in text] == []
        client = Client(base)
        page = client.get(f"{client.bc}/customers?$top=3").json()
        assert len(page["value"]) == 3
        assert page["@odata.context"].startswith(base)
        assert client.get(f"{base}/api/data/v9.2/WhoAmI").json()["UserId"]


def test_it_serves_https_with_a_certificate_that_clients_can_trust(tmp_path: Path) -> None:
    certificate = tmp_path / "simulator.pem"
    with running("--tls", str(certificate), cwd=tmp_path) as (base, _):
        client = Client(base, verify=str(certificate))
        page = client.get(f"{client.bc}/customers").json()
        assert page["@odata.context"].startswith(base)
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{base}/_simulator", timeout=10)


def test_an_impossible_option_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulator", "--tenant", "contoso"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert "tenant is 'contoso'" in ended.stderr


def play(client: Client, **rule: Any) -> None:
    reply = client.session.post(f"{client.base}/_simulator/faults", json=rule, timeout=20)
    assert reply.status_code == 201, reply.text


def test_a_reset_before_the_request_writes_nothing(client: Client) -> None:
    before = client.get(f"{client.bc}/customers/$count").text
    play(client, effect="reset_before", method="POST", times=1)
    with pytest.raises(requests.ConnectionError):
        client.session.post(f"{client.bc}/customers", json={"displayName": "Lost"}, timeout=20)
    assert client.get(f"{client.bc}/customers/$count").text == before


def test_a_reset_after_the_commit_loses_only_the_answer(client: Client) -> None:
    play(client, effect="reset_after", method="POST", times=1)
    with pytest.raises(requests.ConnectionError):
        client.session.post(f"{client.bc}/customers", json={"displayName": "Kept"}, timeout=20)
    found = client.get(f"{client.bc}/customers?$filter=displayName eq 'Kept'").json()["value"]
    assert len(found) == 1


def test_a_cut_answer_is_felt_as_broken(client: Client) -> None:
    play(client, effect="cut", entity="customers", times=1, parameters={"bytes": 50})
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        client.get(f"{client.bc}/customers")
    assert client.get(f"{client.bc}/customers").status_code == 200


def test_a_slow_answer_arrives_whole(client: Client) -> None:
    whole = client.get(f"{client.bc}/customers?$top=1").content
    play(client, effect="drip", entity="customers", times=1, parameters={"bytes_per_second": 20_000})
    assert client.get(f"{client.bc}/customers?$top=1").content == whole


def test_an_answer_that_never_comes_ends_in_a_broken_connection(client: Client) -> None:
    play(client, effect="timeout", entity="customers", times=1, parameters={"seconds": 0.01})
    with pytest.raises(requests.ConnectionError):
        client.get(f"{client.bc}/customers")


def test_an_answer_without_a_body_keeps_the_connection_open(client: Client) -> None:
    address = f"{client.base}/api/data/v9.2/accounts"
    made = client.session.post(address, json={"name": "Kept open"}, timeout=20)
    assert (made.status_code, made.content, made.headers.get("Connection")) == (204, b"", None)
    closing = {"Connection": "close"}
    asked = client.session.post(address, json={"name": "Closed"}, headers=closing, timeout=20)
    assert (asked.status_code, asked.headers.get("Connection")) == (204, "close")
