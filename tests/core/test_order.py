"""Mappings run after those they depend on, and a circle is named."""

from __future__ import annotations

from random import Random

import pytest

from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.order import in_dependency_order
from flask_coupling.errors import MappingInvalid

TABLE = Table(name="t", key="id", modified_on="changed", title="name")


def named(name: str, *depends_on: str) -> TableMapping:
    fields = (FieldMapping(bc="name", sales="name"),)
    return TableMapping(name=name, bc=TABLE, sales=TABLE, fields=fields, depends_on=depends_on)


def names(*mappings: TableMapping) -> list[str]:
    return [each.name for each in in_dependency_order(mappings)]


def test_what_others_depend_on_comes_first_and_the_rest_keeps_its_order():
    contact, customer = named("CONTACT", "CUSTOMER"), named("CUSTOMER", "SALESPEOPLE", "CURRENCY")
    assert names(contact, customer, named("SALESPEOPLE"), named("CURRENCY")) == [
        "SALESPEOPLE",
        "CURRENCY",
        "CUSTOMER",
        "CONTACT",
    ]


def test_a_mapping_that_is_not_there_is_not_waited_for():
    assert names(named("CUSTOMER", "CURRENCY")) == ["CUSTOMER"]


@pytest.mark.parametrize("seed", range(20))
def test_in_any_graph_without_a_circle_each_comes_after_what_it_depends_on(seed):
    random = Random(seed)
    graph = [named(str(n), *(str(m) for m in range(n) if random.random() < 0.3)) for n in range(12)]
    ordered = names(*random.sample(graph, len(graph)))
    assert sorted(ordered, key=int) == [each.name for each in graph]
    assert all(ordered.index(each.name) > ordered.index(first) for each in graph for first in each.depends_on)


def test_a_circle_is_refused_by_its_members():
    with pytest.raises(MappingInvalid, match="go in a circle") as caught:
        names(named("FREE"), named("A", "B"), named("B", "C"), named("C", "A"))
    assert set(caught.value.facts["detail"].split(": ")[1].split(" -> ")) == {"A", "B", "C"}
