"""The wheel holds what an installed extension needs, and declares what it imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from .wheel import PACKAGES, ROOT, faults_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPTIONAL = {"celery": "celery"}
"""Imported only where the extra of that name is asked for."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    from hatchling.builders.wheel import WheelBuilder  # a build tool: its import must not fail the collection

    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")))))


def test_the_wheel_holds_both_packages_whole_and_nothing_else(wheel):
    assert list(faults_of(wheel)) == []


def test_the_check_of_the_wheel_notices_what_is_missing(wheel, tmp_path):
    from zipfile import ZipFile

    poorer = tmp_path / wheel.name
    with ZipFile(wheel) as full, ZipFile(poorer, "w") as copy:
        for name in full.namelist():
            if not name.endswith(("simulator/py.typed", ".mo")):
                copy.writestr(name, full.read(name))
        copy.writestr("tests/__init__.py", "")
    faults = "\n".join(faults_of(poorer))
    assert "Danish translation" in faults and "simulator/py.typed is missing" in faults
    assert "tests/__init__.py does not belong there" in faults


def imported(package: str) -> set[str]:
    """The names of foreign packages that a package's modules import at their top level."""
    found: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - set(PACKAGES) - {"_typeshed"}  # types only, for checkers


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!; ]", name, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_imported_is_declared(package):
    declared = {plain(name) for name in PROJECT["dependencies"]}
    owners = packages_distributions()
    undeclared = {
        name
        for name in imported(package) - set(OPTIONAL)
        if not declared & {plain(owner) for owner in owners.get(name, [name])}
    }
    assert undeclared - {"pytest"} == set()  # the plugin is imported by pytest alone


def test_every_dependency_is_imported_by_one_of_the_packages():
    owners = packages_distributions()
    used = {plain(owner) for package in PACKAGES for name in imported(package) for owner in owners.get(name, [])}
    assert {plain(name) for name in PROJECT["dependencies"]} - used == set()


def test_what_is_optional_is_an_extra_of_its_own():
    extras = PROJECT["optional-dependencies"]
    assert all(extra in extras for extra in OPTIONAL.values()) and {"demo", "test", "dev", "postgres"} <= set(extras)


def test_there_is_no_command_of_our_own():
    assert "scripts" not in PROJECT and set(PROJECT["entry-points"]) == {"pytest11"}
