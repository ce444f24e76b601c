"""A field that must not be blank on the other side is left alone there when it has nothing to say (Not Null)."""

from __future__ import annotations

from flask_coupling.core.action import Modify, Unchanged
from flask_coupling.core.fill import insert_values
from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.plan import plan
from flask_coupling.core.record import Baseline, Pair, Record, Snapshot
from flask_coupling.core.side import Direction, Side

OWNER = FieldMapping(
    bc="salespersonCode",
    sales="ownerid",
    direction=Direction.TO_SALES,
    reference=Reference("SALESPEOPLE", "code"),
    blank_if_missing=True,
    not_null=True,
)
NAME = FieldMapping(bc="description", sales="name")
MAPPING = TableMapping(
    name="OPPORTUNITY",
    bc=Table(name="opportunities", key="id", modified_on="changed", title="description"),
    sales=Table(
        name="opportunities",
        key="opportunityid",
        modified_on="changed",
        title="name",
        lookups={"ownerid": Lookup("systemusers", "ownerid")},
    ),
    fields=(NAME, OWNER),
)
KNOWN = {("SALESPEOPLE", Side.BC, "JO"): "jim", ("SALESPEOPLE", Side.BC, "HR"): "helena"}


def opportunity(code: str, name: str = "Chairs") -> Record:
    return Record("b", "1", "", {"description": name, "salespersonCode": code})


SALES = Record("s", "1", "", {"name": "Chairs", "ownerid": "jim"})
AGREED = Baseline(Snapshot("1", opportunity("JO").values), Snapshot("1", SALES.values))


def written(record: Record) -> dict[str, object]:
    """What Sales is told after Business Central has this."""
    actions = plan(Pair(record, SALES, AGREED, is_coupled=True), MAPPING, KNOWN).actions
    return {name: value for action in actions if isinstance(action, Modify) for name, value in action.values.items()}


def test_another_salesperson_becomes_the_owner():
    assert written(opportunity("HR")) == {"ownerid": "helena"}


def test_a_blank_salesperson_leaves_the_owner_and_the_rest_goes_on():
    assert written(opportunity("", name="Tables")) == {"name": "Tables"}
    assert plan(Pair(opportunity(""), SALES, AGREED, is_coupled=True), MAPPING, KNOWN).is_settled


def test_a_salesperson_who_is_nobody_in_sales_leaves_the_owner():
    assert written(opportunity("XX")) == {}


def test_a_first_synchronization_leaves_the_owner_where_nobody_is_named():
    first = plan(Pair(opportunity(""), SALES, is_coupled=True), MAPPING, KNOWN)
    assert first.actions == (Unchanged(),)
    assert first.conflict is None


def test_a_new_partner_gets_no_blank_owner():
    assert insert_values(opportunity("XX"), Side.BC, MAPPING, KNOWN) == {"name": "Chairs"}
