"""The simulator over https as its own process, for clients that others wrote and that know nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from simulator import SimulatorConfig
from tests.simulator.process import running

_CONFIG = SimulatorConfig()


@dataclass(frozen=True, slots=True)
class Service:
    """All that a client is given: an address, a certificate to trust and a credential."""

    address: str
    certificate: str
    tenant: str = _CONFIG.tenant
    environment: str = _CONFIG.environment
    company: str = _CONFIG.company.id
    client_id: str = _CONFIG.client_id
    client_secret: str = _CONFIG.client_secret

    @property
    def bc(self) -> str:
        return f"{self.address}/v2.0/{self.tenant}/{self.environment}/api/v2.0"

    @property
    def bc_company(self) -> str:
        return f"{self.bc}/companies({self.company})"

    @property
    def sales(self) -> str:
        return f"{self.address}/api/data/v9.2"

    def token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": f"{self.address}/.default",
        }
        address = f"{self.address}/{self.tenant}/oauth2/v2.0/token"
        reply = requests.post(address, data=form, timeout=10, verify=self.certificate)
        return str(reply.json()["access_token"])

    def session(self) -> requests.Session:
        """Return a signed-in session, which some clients want to be handed."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token()}"
        return session


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("clients")
    certificate = folder / "simulator.pem"
    with running("--tls", str(certificate), cwd=folder, customers=60) as (address, _):
        yield Service(address, str(certificate))


@pytest.fixture(autouse=True)
def trust(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients that ask the environment trust the certificate, and leave proxies out of it."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(name, service.certificate)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, Path(service.address).name.partition(":")[0])
