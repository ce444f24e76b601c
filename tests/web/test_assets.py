"""What browsers load: as vendored, with its licence, and from nowhere else."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from flask_coupling.web import assets

STATIC = Path(assets.__file__).parent / "static"


def test_htmx_is_the_file_its_hash_promises() -> None:
    digest = hashlib.sha384((STATIC / assets.HTMX).read_bytes()).digest()
    assert f"sha384-{base64.b64encode(digest).decode()}" == assets.HTMX_INTEGRITY


@pytest.mark.parametrize("folder", sorted((STATIC / "vendor").iterdir()), ids=lambda folder: folder.name)
def test_what_is_vendored_names_its_version_and_carries_its_licence(folder: Path) -> None:
    assert re.search(r"-\d+\.\d+\.\d+", folder.name)
    assert len((folder / "LICENSE").read_text()) > 300


def test_no_sheet_or_script_of_ours_names_another_host() -> None:
    for name in ("coupling.css", "coupling.js"):
        assert re.findall(r"https?://|@import|url\(", (STATIC / name).read_text()) == []


def test_static_files_are_served_with_their_type(client: FlaskClient) -> None:
    for name, kind in (("coupling.css", "text/css"), ("coupling.js", "text/javascript"), ("icon.svg", "image/svg+xml")):
        with client.get(f"/coupling/static/{name}") as answer:
            assert (answer.status_code, answer.mimetype) == (200, kind)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
