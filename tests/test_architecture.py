"""Who may import whom: the table of the architecture, read against the source with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("flask_coupling", "simulator")


class Import(NamedTuple):
    """An import statement: in which module, of what (dotted), where."""

    module: str
    target: str
    line: int
    is_deferred: bool


def unit_of(dotted: str) -> str:
    """The part of a package a module belongs to: `core` for flask_coupling.core.plan; `` for the package itself."""
    return dotted.partition(".")[2].partition(".")[0]


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of both packages, by dotted name; packages by their own name."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


TREES = {name: (path, ast.parse(path.read_text(encoding="utf-8"))) for name, path in modules()}


def targets_of(module: str, node: ast.Import | ast.ImportFrom) -> list[str]:
    """What a statement imports, as absolute dotted names; `from . import x` is the module `x` where there is one."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    path = TREES[module][0]
    home = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    start = home[: len(home) - node.level + 1] if node.level else []
    base = ".".join([*start, *([node.module] if node.module else [])])
    return [name if (name := f"{base}.{alias.name}") in TREES else base for alias in node.names]


def imports() -> Iterator[Import]:
    """Every import of both packages, the deferred ones (inside functions) among them."""
    for module, (_, tree) in TREES.items():
        top = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for target in targets_of(module, node):
                    yield Import(module, target, node.lineno, id(node) not in top)


IMPORTS = tuple(imports())
OWN = tuple(each for each in IMPORTS if each.target.split(".")[0] in PACKAGES)

ALLOWED: dict[str, dict[str, str]] = {
    "flask_coupling": {
        "errors": "",
        "signals": "",
        "settings": "errors",
        "core": "errors",
        "conversions": "core",
        "mappings": "core errors",
        "endpoints": "core errors",
        "models": "core errors",
        "schemas": "core",
        "migrations": "models errors",
        "sync": "core endpoints models errors signals",
        "jobs": "models errors signals settings",
        "services": "core endpoints models settings errors",
        "state": "core endpoints jobs models services settings errors",
        "globals": "state errors",
        "permissions": "globals errors",
        "concerns": "errors",
        "operations": "concerns sync jobs models endpoints mappings core services permissions globals settings errors",
        "spreadsheet": "",
        "api": "operations schemas permissions globals state spreadsheet errors",
        "web": "operations schemas permissions globals state spreadsheet errors",
        "extension": "api web operations jobs migrations mappings models core endpoints services state settings errors",
        "": "conversions extension core errors",
    },
    "simulator": {
        "clock": "",
        "faults": "",
        "config": "",
        "refusals": "",
        "strays": "",
        "limits": "",
        "certificate": "",
        "odata": "",
        "journal": "",
        "turns": "",
        "transport": "faults turns",
        "store": "odata",
        "business_central": "odata",
        "sales": "odata",
        "http": "odata store faults limits journal turns",
        "seed": "odata store business_central sales",
        "people": "store",
        "editors": "odata people",
        "auth": "config refusals",
        "instance": (
            "auth business_central clock config editors faults http journal limits odata people sales seed store"
        ),
        "login": "auth instance journal refusals",
        "control": "instance store seed faults clock journal config odata people",
        "web": "control faults instance journal odata",
        "gateway": "auth business_central config http instance journal faults limits odata sales",
        "app": "config control gateway instance login seed strays web",
        "inprocess": "app config faults instance",
        "pytest_plugin": "inprocess instance",
        "serve": "certificate transport turns",
        "": "app config inprocess instance",
        "__main__": "app certificate config instance serve",
    },
}
"""For each part of a package, the parts it may import; what stands below never imports what stands above."""

FORBIDDEN: dict[str, str] = {
    "flask_coupling.core": "flask sqlalchemy requests random time uuid os threading",
    "flask_coupling.schemas": "flask sqlalchemy",
    "flask_coupling.endpoints": "flask sqlalchemy",
    "flask_coupling.sync": "flask requests",
    "flask_coupling.api": "sqlalchemy flask_sqlalchemy requests",
    "flask_coupling.web": "sqlalchemy flask_sqlalchemy requests",
    "flask_coupling.operations": "requests",
    "simulator.odata": "flask werkzeug",
}
"""Libraries a part does without: the core has no I/O, views talk to operations and not to the database."""

LONGEST_MODULE = 450
MEDIAN_MODULE = 150
REGISTERS = ("flask_coupling.errors",)
"""Modules that only list small things of one kind, and may be as long as there are such things."""


def graph_of(edges: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for source, target in edges:
        if source != target:
            found.setdefault(source, set()).add(target)
    return found


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """The nodes of a cycle, in order; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_source_was_found() -> None:
    assert len(TREES) > 60 and len(OWN) > 150


@pytest.mark.parametrize("package", PACKAGES)
def test_every_part_imports_only_what_the_table_allows(package: str) -> None:
    table = ALLOWED[package]
    wrong = [
        f"{each.module}:{each.line} imports {each.target}"
        for each in OWN
        if each.module.split(".")[0] == each.target.split(".")[0] == package
        and unit_of(each.module) != unit_of(each.target)
        and unit_of(each.target) not in table.get(unit_of(each.module), "").split()
        and not (unit_of(each.module) == "" and unit_of(each.target) in table[""].split())
    ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_part_has_a_row_in_the_table(package: str) -> None:
    parts = {unit_of(name) for name in TREES if name.split(".")[0] == package}
    assert parts <= ALLOWED[package].keys()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_has_no_cycle(package: str) -> None:
    assert cycle_in({unit: set(allowed.split()) for unit, allowed in ALLOWED[package].items()}) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    # `from .x import y` inside a package runs the package's __init__ first, which is why those only collect names
    modules_only = ((each.module, each.target) for each in OWN if TREES[each.module][0].name != "__init__.py")
    assert cycle_in(graph_of(modules_only)) == []


def test_the_two_packages_do_not_know_each_other() -> None:
    assert [each for each in OWN if each.module.split(".")[0] != each.target.split(".")[0]] == []


def test_no_import_between_our_modules_is_deferred() -> None:
    assert [f"{each.module}:{each.line}" for each in OWN if each.is_deferred] == []


@pytest.mark.parametrize("part", FORBIDDEN)
def test_a_part_does_without_the_libraries_it_must_not_need(part: str) -> None:
    libraries = FORBIDDEN[part].split()
    users = [each for each in IMPORTS if f"{each.module}.".startswith(f"{part}.")]
    assert users, f"{part} is gone"
    assert [each for each in users if each.target.split(".")[0] in libraries] == []


def calls(prefix: str, *attributes: str) -> list[str]:
    """Where a method of one of these names is called below `prefix`."""
    return [
        f"{module}:{node.lineno}"
        for module, (_, tree) in TREES.items()
        for node in ast.walk(tree)
        if f"{module}.".startswith(f"{prefix}.")
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in attributes
    ]


def test_the_core_asks_no_clock() -> None:
    assert calls("flask_coupling.core", "now", "utcnow", "today", "monotonic") == []


def test_operations_do_not_look_at_the_request() -> None:
    imported = [
        f"{module}:{node.lineno}"
        for module, (_, tree) in TREES.items()
        if module.startswith("flask_coupling.operations")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        if {alias.name for alias in node.names} & {"request", "session", "g"}
    ]
    assert imported == []


@pytest.mark.parametrize("module", TREES)
def test_a_module_begins_by_saying_what_it_is_for(module: str) -> None:
    text = ast.get_docstring(TREES[module][1])
    assert text, f"{module} has no docstring"
    assert text.splitlines()[0].endswith((".", ":")), "the first line is one sentence"


@pytest.mark.parametrize("module", [name for name in TREES if name not in REGISTERS])
def test_a_module_can_be_read_in_one_go(module: str) -> None:
    path = TREES[module][0]
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE or "versions" in path.parts, f"{lines} lines: split it by the question it answers"


def test_modules_are_small() -> None:
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path, _ in TREES.values()]
    assert median(sizes) <= MEDIAN_MODULE
