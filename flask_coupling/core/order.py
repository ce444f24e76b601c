"""The order in which table mappings run: what others depend on comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from flask_coupling.errors import MappingInvalid

from .mapping import TableMapping


def check_declared(mapping: TableMapping, known: Mapping[str, TableMapping]) -> None:
    """Raise MappingInvalid when a mapping cannot stand among those known by name.

    What it depends on and refers to has to be known before it (its own records it may refer to), and may not depend
    on it in turn.
    """
    references = {name for each in mapping.fields if each.reference for name in each.reference.targets}
    named = {*mapping.depends_on, *references, *filter(None, (mapping.parent, mapping.instead_of))}
    if unknown := named - known.keys() - {mapping.name}:
        detail = f"it names {', '.join(sorted(unknown))}, which is not declared: add that table mapping first"
        raise MappingInvalid(mapping=mapping.name, detail=detail)
    in_dependency_order({**known, mapping.name: mapping}.values())


def in_dependency_order(mappings: Iterable[TableMapping]) -> list[TableMapping]:
    """Return the mappings so that each comes after those it depends on, otherwise in the order given.

    A dependency on a mapping that is not among them is ignored. Raises MappingInvalid naming the cycle when there is
    one.
    """
    by_name = {mapping.name: mapping for mapping in mappings}
    graph = TopologicalSorter({name: _known(mapping, by_name) for name, mapping in by_name.items()})
    try:
        graph.prepare()
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise MappingInvalid(mapping=error.args[1][0], detail=f"its dependencies go in a circle: {cycle}") from None
    ordered: list[TableMapping] = []
    while graph.is_active():
        ready = sorted(graph.get_ready(), key=list(by_name).index)
        ordered += [by_name[name] for name in ready]
        graph.done(*ready)
    return ordered


def _known(mapping: TableMapping, by_name: dict[str, TableMapping]) -> list[str]:
    return [name for name in mapping.depends_on if name in by_name]
