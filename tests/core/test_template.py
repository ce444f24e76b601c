"""Templates give new records what the field mappings do not."""

from __future__ import annotations

from flask_coupling.core.action import Insert
from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.plan import plan
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import where
from flask_coupling.core.template import Template, choose_template

DANISH = Template(name="DK", side=Side.SALES, priority=2, filter=where("country", "eq", "DK"), values={"code": 1})
OTHERS = Template(name="OTHERS", side=Side.SALES, priority=3, values={"code": 2, "name": "No name"})
FOR_BC = Template(name="BC", side=Side.BC, filter=where("name", "startswith", "a"), values={"group": "EU"})
MAPPING = TableMapping(
    name="CUSTOMER",
    bc=Table(name="customers", key="id", modified_on="changed", title="displayName"),
    sales=Table(name="accounts", key="accountid", modified_on="changed", title="name"),
    fields=(FieldMapping(bc="displayName", sales="name"),),
    only_coupled=False,
    templates=(OTHERS, DANISH, FOR_BC),
)


def customer(**values: str) -> Record:
    return Record("b", "1", "", {"displayName": "Adatum", "country": "", **values})


def inserted(bc: Record | None = None, sales: Record | None = None) -> dict[str, object]:
    """The values of the record that is created as a partner."""
    (insert,) = (each for each in plan(Pair(bc, sales), MAPPING, {}).actions if isinstance(each, Insert))
    return dict(insert.values)


def test_the_lowest_priority_that_fits_applies_and_only_that_one():
    assert inserted(customer(country="DK")) == {"name": "Adatum", "code": 1}
    assert inserted(customer(country="SE")) == {"name": "Adatum", "code": 2}


def test_a_mapped_value_wins_over_the_templates_and_a_blank_one_does_not():
    assert inserted(customer(displayName=""))["name"] == "No name"


def test_a_template_of_the_other_side_applies_there_and_compares_as_sales_does():
    assert inserted(sales=Record("s", "1", "", {"name": "Adatum"})) == {"displayName": "Adatum", "group": "EU"}
    assert inserted(sales=Record("s", "1", "", {"name": "Zenith"})) == {"displayName": "Zenith"}
    assert choose_template((), Side.BC, customer()) is None


def test_what_templates_are_chosen_by_is_read_and_remembered():
    assert "country" in MAPPING.view(Side.BC).fields and "country" in MAPPING.remembered(Side.BC)
    assert "country" not in MAPPING.view(Side.SALES).fields
