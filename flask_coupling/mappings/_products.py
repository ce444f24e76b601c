"""What the mappings of items and resources share: the products of Sales, their prices and units."""

from flask_coupling.core.mapping import Computed, FieldMapping, Lookup, Reference, Table
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import TableFilter, both, where
from flask_coupling.mappings._company import COMPANY_LOOKUP

ACTIVE = where("statecode", "eq", 0)
DECIMALS = 2

PRODUCTS = Table(
    name="products",
    key="productid",
    modified_on="modifiedon",
    title="name",
    number="productnumber",
    lookups={
        "defaultuomid": Lookup("uoms", "defaultuomid"),
        "defaultuomscheduleid": Lookup("uomschedules", "defaultuomscheduleid"),
        **COMPANY_LOOKUP,
    },
)

NAME_AND_PRICES = (
    FieldMapping(bc="number", sales="productnumber", direction=Direction.TO_SALES, caption="No."),
    FieldMapping(bc="displayName", sales="name", caption="Description"),
    FieldMapping(bc="unitPrice", sales="price", direction=Direction.TO_SALES, caption="Unit Price"),
    FieldMapping(bc="unitCost", sales="standardcost", direction=Direction.TO_SALES, caption="Standard Cost"),
    FieldMapping(
        bc="unitCost",
        sales="currentcost",
        direction=Direction.TO_SALES,
        caption="Current Cost",
        alias="unitCost/currentcost",
    ),
)

UNITS = (
    FieldMapping(
        bc="baseUnitOfMeasureId",
        sales="defaultuomscheduleid",
        direction=Direction.TO_SALES,
        caption="Unit Group",
        reference=Reference("UNIT OF MEASURE"),
        required_from=Side.BC,
    ),
    FieldMapping(
        bc="baseUnitOfMeasureId",
        sales="defaultuomid",
        direction=Direction.TO_SALES,
        caption="Base Unit of Measure",
        reference=Reference("BASE UNIT"),
        alias="baseUnitOfMeasureId/defaultuomid",
    ),
)


# retiring a product and blocking an item go together once the filters let both through
BLOCKED = FieldMapping(
    bc="blocked",
    sales="statecode",
    caption="Blocked",
    transformation="blocked_and_retired",
    enabled=False,
)


def products_of(product_type: int) -> TableFilter:
    """Return the filter for the active products of that type."""
    return both(ACTIVE, where("producttypecode", "eq", product_type))


def type_and_decimals(product_type: int) -> tuple[FieldMapping, ...]:
    """Return the fields that Sales wants of every product and that Business Central does not have."""
    return (
        FieldMapping(
            sales="producttypecode", constant=product_type, direction=Direction.TO_SALES, caption="Product Type"
        ),
        FieldMapping(
            sales="quantitydecimal", constant=DECIMALS, direction=Direction.TO_SALES, caption="Decimals Supported"
        ),
    )


SOLD_AS = "soldAs"
"""By what lines of documents name what they sell: the kind of thing and its number, for both kinds are numbered."""


def sold_as(kind: str) -> dict[str, Computed]:
    """Return the property by which lines name the things of a table."""

    def name(number: Value) -> Value:
        return f"{kind} {number}"

    return {SOLD_AS: Computed(("number",), name)}
