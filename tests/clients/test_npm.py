"""Clients from npm, run by node's own test runner against the same simulator as the others."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest

from tests.clients.conftest import Service
from tests.support import require

FOLDER = Path(__file__).parent / "npm"
PACKAGES = FOLDER / "package.json"


@pytest.fixture(scope="session")
def installed() -> Path:
    """A folder with the packages, installed once for each list of packages and kept between runs."""
    require("npm", bool(shutil.which("npm") and shutil.which("node")), "Install Node.js 18 or later with npm.")
    folder = Path(tempfile.gettempdir()) / f"coupling-npm-{sha256(PACKAGES.read_bytes()).hexdigest()[:16]}"
    if not folder.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix="coupling-npm-"))
        shutil.copy(PACKAGES, fresh)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=300, check=False)
        require("The npm packages", done.returncode == 0, f"npm install said: {done.stderr[-500:]}")
        try:
            fresh.rename(folder)
        except OSError:  # another run was quicker
            shutil.rmtree(fresh)
    return folder


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
