"""What the documents say is so: their Python runs, their requests are answered, their commands are known.

Python blocks of a document run in order in one namespace, in an empty folder, with the simulator at the real hosts.
`curl` lines are sent to a host app with a coupled customer. Every other command of a shell block has to stand in
COMMANDS, which says what tries it. Templates are rendered, tables of keys compared with the code, and links followed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_coupling.core.side import Side
from flask_coupling.core.transformation import _REGISTRY
from flask_coupling.operations import couplings, mappings
from flask_coupling.operations.views import CouplingView
from flask_coupling.settings import describe_keys
from simulator.instance import Simulator

from .conftest import SECRET_KEY

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "tests").rglob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)")

COMMANDS = {
    'pip install -e ".[demo]" && python -m examples.demo': ("tests/examples/test_examples.py", '"examples.demo"'),
    'pip install -e ".[test]" && pytest': (".ci/run", 'pip install -e ".[test]" && pytest'),
    'pip install -e ".[dev]"': (".ci/run", 'pip install --quiet -e ".[dev]"'),
    "pytest": (".ci/run", "&& pytest"),
    "ruff check": (".ci/run", "ruff check"),
    "ruff format --check": (".ci/run", "ruff format --check"),
    "mypy": (".ci/run", "mypy"),
    ".ci/run": (".ci/run", "set -euo pipefail"),
    "python -m examples.tour": ("tests/examples/test_examples.py", 'run("tour"'),
    "python -m simulator --port 8100 --customers 200 --seed 1": ("simulator/__main__.py", 'add("--customers"'),
    "COUPLING_TEST_CASE=36 pytest tests/core -k a_plan_carried_out_leaves_nothing_to_do": (
        "tests/core/test_properties.py",
        "def test_a_plan_carried_out_leaves_nothing_to_do",
    ),
}
"""Each command that a document shows, the file which runs it or takes its options, and the words there that do."""

KINDS = {"python", "bash", "jinja", ""}


def blocks(kind: str, document: Path | None = None) -> list[tuple[Path, str]]:
    """The blocks of a kind, with the document each stands in."""
    chosen = DOCUMENTS if document is None else [document]
    return [(path, text) for path in chosen for found, text in BLOCK.findall(path.read_text()) if found == kind]


def name(value: Any) -> str | None:
    return value.relative_to(ROOT).as_posix() if isinstance(value, Path) else None


def with_python() -> list[Path]:
    return [path for path in DOCUMENTS if blocks("python", path)]


@pytest.fixture
def surroundings(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """An empty folder, the environment a host has, and the names that stand before a document's first block."""
    monkeypatch.chdir(tmp_path)
    config, registered = simulator.config, dict(_REGISTRY)
    values = {"TENANT": config.tenant, "CLIENT_ID": config.client_id, "CLIENT_SECRET": config.client_secret}
    for key, value in {**values, "SECRET_KEY": "x", "COUPLING_KEY": SECRET_KEY}.items():
        monkeypatch.setenv(key, value)
    yield {"__name__": "document"}
    _REGISTRY.clear()
    _REGISTRY.update(registered)


NEEDS_A_HOST = {"deployment.md", "mappings.md"}
"""Documents that speak of an app which is set up already."""


@pytest.mark.simulator(customers=40)
@pytest.mark.parametrize("document", with_python(), ids=name)
def test_the_python_of_a_document_runs(document, surroundings, app, coupling, connected, simulator):
    names = surroundings | ({"app": app, "coupling": coupling} if document.name in NEEDS_A_HOST else {})
    source = document.read_text()
    for _, text in blocks("python", document):
        start = source[: source.index(text)].count("\n")
        exec(compile("\n" * start + text, str(document), "exec"), names)
    for key in [key for key in names if key.startswith("test_")]:
        names[key](simulator)
    if names.get("app") not in (None, app):
        close(names["app"])


def close(app: Flask) -> None:
    """Stop what a document's app has started."""
    app.extensions["coupling"].engine.stop()
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


@pytest.fixture
def coupled(app: Flask, connected: object) -> CouplingView:
    """A coupled customer, the first coupling there is."""
    with app.app_context():
        ends = [mappings.list_records("default", "CUSTOMER", side, search="Adatum").rows[0].id for side in Side]
        return couplings.couple("default", "CUSTOMER", *ends, synchronize="bc").coupling


def commands() -> list[tuple[Path, str]]:
    """Every command of every shell block, lines joined that end in a backslash."""
    return [
        (path, line)
        for path, text in blocks("bash")
        for line in text.replace("\\\n", " ").splitlines()
        if line and not line.startswith("#")
    ]


@pytest.mark.simulator(customers=40)
@pytest.mark.parametrize("line", [line for _, line in commands() if line.startswith("curl ")])
def test_the_requests_shown_are_answered(line, client, coupled):
    assert coupled.id == 1, "the documents speak of the first coupling"
    answer = send(client, shlex.split(line)[1:])
    assert answer.status_code in (200, 202), answer.text
    assert answer.is_json or answer.text.startswith("# HELP coupling_"), "JSON, or what Prometheus reads"
    assert "default" in answer.text + line


def send(client: FlaskClient, words: list[str]) -> TestResponse:
    """Send what curl would: its options -X, -H and -d, and one address."""
    headers, body, method, address = [], None, None, ""
    while words:
        word = words.pop(0)
        match word:
            case "-H":
                headers.append(tuple(words.pop(0).split(": ", 1)))
            case "-d":
                body = words.pop(0)
            case "-X":
                method = words.pop(0)
            case _:
                assert not word.startswith("-"), f"unknown option {word}"
                address = word
    parts = urlsplit(address)
    method = method or ("GET" if body is None else "POST")
    return client.open(parts.path, query_string=parts.query, method=method, headers=headers, data=body)


def test_every_other_command_is_one_that_is_tried_elsewhere():
    unknown = {line for _, line in commands() if not line.startswith("curl ")} - COMMANDS.keys()
    assert unknown == set()


@pytest.mark.parametrize("where, words", COMMANDS.values(), ids=COMMANDS.keys())
def test_what_tries_a_command_is_there(where, words):
    assert words in (ROOT / where).read_text()


@pytest.mark.simulator(customers=40)
def test_the_templates_shown_render(app, coupled):
    assert blocks("jinja")
    with app.test_request_context():
        for _, text in blocks("jinja"):
            page = render_template_string(text, customer_id=coupled.bc_id, customer=coupled)
            assert "Synchronize Now" in page and "stylesheet" in page


def test_every_block_is_of_a_kind_that_is_checked():
    kinds = {kind for path in DOCUMENTS for kind, _ in BLOCK.findall(path.read_text())}
    assert kinds <= KINDS


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_file_a_document_leads_to_is_there(document):
    missing = [target for target in LINK.findall(document.read_text()) if not (document.parent / target).exists()]
    assert missing == []


def test_the_readme_lists_every_configuration_key():
    rows = re.findall(r"^\| `(COUPLING_\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert rows == [(key, shown(default), meaning) for key, default, meaning in describe_keys()]


def shown(default: Any) -> str:
    return f"`{default.__name__}`" if callable(default) else f"`{default!r}`"
