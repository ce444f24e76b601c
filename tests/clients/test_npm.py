"""Clients from npm, run by node's own test runner against the same simulator as the others."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import Service
from tests.node import npm_packages

FOLDER = Path(__file__).parent / "npm"


@pytest.fixture(scope="session")
def installed() -> Path:
    return npm_packages(FOLDER / "package.json")


@pytest.mark.parametrize("script", sorted(path.name for path in FOLDER.glob("*.test.js")))
def test_a_client_from_npm_finds_the_service_it_knows(script: str, installed: Path, service: Service) -> None:
    for source in FOLDER.glob("*.js"):
        shutil.copy(source, installed)  # beside node_modules, where node looks for packages
    environment = os.environ | {
        "SIMULATOR": service.address,
        "TENANT": service.tenant,
        "ENVIRONMENT": service.environment,
        "COMPANY": service.company,
        "CLIENT_ID": service.client_id,
        "CLIENT_SECRET": service.client_secret,
        "NODE_EXTRA_CA_CERTS": service.certificate,
    }
    command = ["node", "--test", "--test-reporter=tap", script]
    done = subprocess.run(
        command, cwd=installed, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout and "# fail 0" in done.stdout
