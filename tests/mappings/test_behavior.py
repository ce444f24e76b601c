"""Every table mapping of the default setup works: its edits arrive, its filters exclude, and then nothing is left."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flask_coupling import FlaskCoupling
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.record import Value, same_value
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import Condition, alternatives
from flask_coupling.core.transformation import get_transformation
from flask_coupling.errors import CouplingError
from flask_coupling.globals import current_coupling
from flask_coupling.mappings import default_setup
from flask_coupling.models import IntegrationTableMapping
from flask_coupling.operations import couplings, synchronization
from flask_coupling.operations.setting import enabled_connection, services_for
from flask_coupling.sync.couple_by_value import couple_by_value
from flask_coupling.sync.ledger import Ledger
from simulator.instance import Simulator

from .declared import ALONE, MAPPINGS, declared
from .maker import C, Maker

pytestmark = pytest.mark.usefixtures("connected", "app_context")

each_mapping = pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.name)
FLOWS = [(mapping, side) for mapping in ALONE for side in Side if mapping.flowing_from(side)]
CREATING = [(mapping, side) for mapping, side in FLOWS if mapping.creates]
COUPLED_ONLY = [(mapping, side) for mapping, side in FLOWS if not mapping.creates]
CONDITIONS = [
    (mapping, side, alternatives(condition)[0])
    for mapping in ALONE
    for side in Side
    for condition in mapping.filter(side).conditions
]


@pytest.fixture(autouse=True)
def the_one_in_use(request: pytest.FixtureRequest, coupling: FlaskCoupling) -> None:
    """Of those that replace each other, what is tested is in use."""
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    tested = params.get("mapping")
    if tested is not None and not tested.in_use:
        take_into_use(coupling)


def take_into_use(coupling: FlaskCoupling) -> None:
    """The pricing that price lists have replaced."""
    for mapping in MAPPINGS:
        if mapping.instead_of:
            coupling.add_mapping(default_setup()[mapping.instead_of].replaced(in_use=False), replace=True)
            coupling.add_mapping(mapping.replaced(in_use=True), replace=True)


@pytest.fixture
def maker(simulator: Simulator) -> Maker:
    """Users of both services."""
    return Maker(simulator)


def typed(mapping: TableMapping, source: Side) -> list[FieldMapping]:
    """The pairs that flow from a side, and whose value there is what users type."""
    made = mapping.table(source).computed
    return [field for field in mapping.flowing_from(source) if field.is_pair and field.of(source) not in made]


def editable(mapping: TableMapping, source: Side) -> list[FieldMapping]:
    """The fields that flow from a side and may be written again on the other one."""
    pairs = [field for field in typed(mapping, source) if not field.only_new]
    found = {field: declared(mapping, source.other, field.of(source.other) or "") for field in pairs}
    names = {field: mapping.table(source.other).composites.get(each.name, ()) for field, each in found.items()}
    return [field for field, each in found.items() if each.access.on_update or names[field]]


def told(maker: Maker, field: FieldMapping, source: Side, value: Value) -> Value:
    """What the other side is expected to say."""
    if field.reference is not None:
        partner = maker.partner(field, source, value)
        is_option = default_setup()[field.reference.mapping].sales.option_set is not None
        return int(str(partner)) if is_option and source is Side.BC else partner
    if field.transformation is not None:
        return get_transformation(field.transformation).towards(source.other)(value)
    return value


EDITED = [(mapping, side) for mapping, side in FLOWS if editable(mapping, side)]
"""Of currencies all that may be written again is computed: see tests/scenarios/test_coupling.py."""


@pytest.mark.parametrize(("mapping", "source"), EDITED, ids=lambda each: getattr(each, "name", each))
def test_every_field_that_flows_from_a_side_carries_an_edit(mapping: TableMapping, source: Side, maker: Maker) -> None:
    coupling = maker.pair(mapping)
    ids = {Side.BC: coupling.bc_id, Side.SALES: coupling.sales_id}
    edits = maker.edits(mapping, editable(mapping, source), source)
    maker.edit(mapping, source, ids[source], edits)
    job = synchronization.synchronize(C, mapping.name, coupling_ids=[coupling.id], wait=True)
    assert (job.counters.get("modified"), job.counters.get("failed", 0)) == (1, 0)
    target = maker.row(mapping, source.other, ids[source.other])
    for field in editable(mapping, source):
        expected = told(maker, field, source, edits[field.of(source) or ""])
        assert same_value(target[maker.wire(mapping, source.other, field.of(source.other) or "")], expected), field


@pytest.mark.parametrize(("mapping", "source"), CREATING, ids=lambda each: getattr(each, "name", each))
def test_a_new_partner_gets_every_field_and_every_constant(mapping: TableMapping, source: Side, maker: Maker) -> None:
    id = maker.record(mapping, source)
    values = maker.edits(mapping, typed(mapping, source), source)
    maker.edit(mapping, source, id, values)
    made = couplings.create_partner(C, mapping.name, source.value, id).coupling
    target = maker.row(mapping, source.other, made.sales_id if source is Side.BC else made.bc_id)
    constants = [field for field in mapping.flowing_from(source) if not field.is_pair]
    for field in [*typed(mapping, source), *constants]:
        name = field.of(source)
        expected = field.constant if name is None else told(maker, field, source, values[name])
        assert same_value(target[maker.wire(mapping, source.other, field.of(source.other) or "")], expected), field
    job = synchronization.synchronize(C, mapping.name, coupling_ids=[made.id], wait=True)
    assert job.counters.get("unchanged") == 1


@pytest.mark.parametrize(("mapping", "source"), COUPLED_ONLY, ids=lambda each: getattr(each, "name", each))
def test_a_partner_that_cannot_be_created_is_refused_by_name(mapping: TableMapping, source: Side, maker: Maker) -> None:
    id = maker.record(mapping, source)
    before = maker.user(source.other).count(mapping.table(source.other).name)
    with pytest.raises(CouplingError) as caught:
        couplings.create_partner(C, mapping.name, source.value, id)
    assert caught.value.code == "partner_not_creatable"
    assert mapping.caption in str(caught.value)
    assert maker.user(source.other).count(mapping.table(source.other).name) == before


@pytest.mark.parametrize(
    ("mapping", "side", "condition"), CONDITIONS, ids=lambda each: getattr(each, "name", getattr(each, "field", each))
)
def test_a_filter_excludes_what_it_should(
    mapping: TableMapping, side: Side, condition: Condition, maker: Maker
) -> None:
    services = services_for(enabled_connection(C), mapping)
    made = maker.record(mapping, side)
    table_filter, endpoint, view = mapping.filter(side), services.of(side), mapping.view(side)

    def selected() -> tuple[bool, bool]:
        """Whether the filter takes the record, as we evaluate it and as the service does."""
        record = endpoint.get(view, made)
        assert record is not None
        found = endpoint.search(view, "", table_filter, limit=100).records
        return table_filter.admits(record), made in [each.id for each in found]

    assert selected() == (True, True)
    maker.user(side).update(mapping.table(side).name, made, **maker.violation(mapping, side, condition))
    assert selected() == (False, False)


@pytest.mark.simulator(customers=36, seed=3)
def test_the_pricing_before_price_lists_is_synchronized_once_and_then_nothing_is_written(
    simulator: Simulator, coupling: FlaskCoupling
) -> None:
    take_into_use(coupling)
    names = ("UNIT OF MEASURE", "ITEM-PRODUCT", "CUSTPRCGRP-PRICE", "SALESPRC-PRODPRICE")
    for name in names[1:]:
        coupling.add_mapping(current_coupling.mappings[name].replaced(only_coupled=False), replace=True)
    first = {name: _synchronize_all(current_coupling.mappings[name]) for name in names}
    sold = {row["id"] for row in simulator.bc.list("items", blocked=False)}
    told = [row for row in simulator.bc.list("salesPrices") if row["itemId"] in sold]
    assert (first["CUSTPRCGRP-PRICE"]["inserted"], first["SALESPRC-PRODPRICE"]["inserted"]) == (2, len(told))
    writes = len(simulator.bc.changes()), len(simulator.sales.changes())
    second = {name: _synchronize_all(current_coupling.mappings[name]) for name in names}
    assert not any(each.get("inserted") or each.get("modified") for each in second.values()), second
    assert (len(simulator.bc.changes()), len(simulator.sales.changes())) == writes


@pytest.mark.simulator(customers=36, seed=3)
def test_a_full_synchronization_of_everything_is_followed_by_one_that_writes_nothing(
    simulator: Simulator, coupling: FlaskCoupling
) -> None:
    for mapping in MAPPINGS:
        if not mapping.couples_by_value:
            coupling.add_mapping(mapping.replaced(only_coupled=False), replace=True)
    whole = [mapping for mapping in MAPPINGS if not mapping.parent and mapping.in_use]
    first = {mapping.name: _synchronize_all(mapping) for mapping in whole}
    assert all(any(counters.get(name) for name in ("inserted", "coupled")) for counters in first.values()), first
    writes = len(simulator.bc.changes()), len(simulator.sales.changes())
    second = {mapping.name: _synchronize_all(mapping) for mapping in whole}
    assert {name: counters.get("inserted", 0) + counters.get("modified", 0) for name, counters in second.items()} == (
        dict.fromkeys(second, 0)
    )
    assert (len(simulator.bc.changes()), len(simulator.sales.changes())) == writes


def _synchronize_all(mapping: TableMapping) -> dict[str, int]:
    """Couple a table by value where that is its way, and synchronize all of it."""
    coupled = 0
    if mapping.couples_by_value:
        ledger = Ledger(current_coupling.session, C, mapping, "", current_coupling.clock)
        coupled = couple_by_value([mapping], services_for(enabled_connection(C), mapping), ledger)
        current_coupling.session.commit()
    for row in current_coupling.session.scalars(select(IntegrationTableMapping)):
        row.bc_cursor = row.sales_cursor = None  # as if nothing had been read yet
    current_coupling.session.commit()
    job = synchronization.synchronize(C, mapping.name, wait=True, confirm=True)
    return {**job.counters, "coupled": coupled}
