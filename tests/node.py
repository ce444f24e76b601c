"""Packages from npm that tests need: installed once for each list of packages, and kept between runs."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from tests.support import require


def npm_packages(packages: Path) -> Path:
    """Return a folder whose node_modules holds what a package.json asks for; without npm the test is skipped."""
    require("npm", bool(shutil.which("npm") and shutil.which("node")), "Install Node.js 18 or later with npm.")
    folder = Path(tempfile.gettempdir()) / f"coupling-npm-{sha256(packages.read_bytes()).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    fresh = Path(tempfile.mkdtemp(prefix="coupling-npm-"))
    shutil.copy(packages, fresh)
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=300, check=False)
    require("The npm packages", done.returncode == 0, f"npm install said: {done.stderr[-500:]}")
    try:
        fresh.rename(folder)
    except OSError:  # another run was quicker
        shutil.rmtree(fresh)
    return folder
