"""Random filters over every declared set of both services find exactly the rows that a small oracle finds.

Seeds are fixed, so a run is the same every time; ``COUPLING_FILTER_SEED=7`` draws others, and a failure names its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from faker import Faker

from simulator import Simulator, mount
from simulator.odata.edm import EntitySet, Type
from tests.simulator.conformance.conftest import LISTED, Tester, label
from tests.simulator.oracle.evaluate import BUSINESS_CENTRAL, SALES, holds, ors_of_several_fields
from tests.simulator.oracle.trees import KINDS, Draw

SEED = int(os.environ.get("COUPLING_FILTER_SEED", "1"))
ROWS, FILTERS = 24, 40
REFUSAL = "The 'OR' operator is not supported on distinct fields"
SETS = [(service, declared) for service, declared in LISTED if declared.name != "companies"]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with mount() as simulator:
        yield simulator


def load(tester: Tester, rows: list[dict[str, Any]]) -> None:
    """Load rows as they are, below the tester's own document where they need one."""
    declared, scope = tester.declared, tester.simulator.config.company.id if tester.service == "bc" else ""
    tester.simulator.store.load(tester.service, declared.name, [row | tester.above for row in rows], scope=scope)


def rows_of(answer: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(answer.data, parse_float=Decimal)["value"]
    return rows


@pytest.mark.parametrize(("service", "declared"), SETS, ids=label)
def test_a_filter_finds_the_rows_that_it_means(simulator: Simulator, service: str, declared: EntitySet) -> None:
    manner = BUSINESS_CENTRAL if service == "bc" else SALES
    tester, draw = Tester(simulator, Faker(), service, declared), Draw(SEED, declared, manner)
    load(tester, [draw.row(number) for number in range(ROWS)])
    rows = rows_of(tester.call("GET", ""))
    assert len(rows) >= ROWS
    told_apart = 0
    for number in range(FILTERS):
        tree = draw.tree()
        text = draw.spell(tree)
        told = f"COUPLING_FILTER_SEED={SEED}, {declared.name}, filter {number}: {text}"
        answer = tester.call("GET", f"?$filter={quote(text)}")
        if service == "bc" and ors_of_several_fields(tree):
            assert answer.status_code == 400 and REFUSAL in answer.get_json()["error"]["message"], told
            continue
        assert answer.status_code == 200, f"{told}\n{answer.text}"
        meant = [row[declared.key] for row in rows if holds(tree, row, manner)]
        assert sorted(row[declared.key] for row in rows_of(answer)) == sorted(meant), told
        told_apart += 0 < len(meant) < len(rows)
    assert told_apart >= FILTERS // 10, f"seed {SEED}: these filters tell rows apart too seldom"


def test_every_kind_of_property_takes_part() -> None:
    not_there = {"bc": {Type.LOOKUP, Type.CHOICE, Type.DOUBLE, Type.BIGINT}, "sales": {Type.ENUM}}
    for service, absent in not_there.items():
        declared = {prop.type for name, one in SETS if name == service for prop in one.properties}
        assert declared - {Type.STREAM} == set(KINDS) - absent
