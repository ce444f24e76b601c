"""What both kinds of pricing share: the two tables of Sales, and the unit and price of a line."""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table
from flask_coupling.core.side import Direction, Side
from flask_coupling.mappings._company import COMPANY_LOOKUP

TO_SALES = Direction.TO_SALES
CURRENCY_AMOUNT = 1

PRICE_LISTS_OF_SALES = Table(
    name="pricelevels",
    key="pricelevelid",
    modified_on="modifiedon",
    title="name",
    lookups={"transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid"), **COMPANY_LOOKUP},
)

PRICES_OF_SALES = Table(
    name="productpricelevels",
    key="productpricelevelid",
    modified_on="modifiedon",
    title="productnumber",
    lookups={
        "pricelevelid": Lookup("pricelevels", "pricelevelid"),
        "productid": Lookup("products", "productid"),
        "uomid": Lookup("uoms", "uomid"),
        "uomscheduleid": Lookup("uomschedules", "uomscheduleid"),
    },
)


def price_fields() -> tuple[FieldMapping, ...]:
    """The unit, the price and the constant that a price of Sales gets, whatever list it is of."""
    return (
        FieldMapping(
            bc="unitOfMeasureId",
            sales="uomscheduleid",
            direction=TO_SALES,
            caption="Unit Group",
            reference=Reference("UNIT OF MEASURE"),
            required_from=Side.BC,
        ),
        FieldMapping(
            bc="unitOfMeasureId",
            sales="uomid",
            direction=TO_SALES,
            caption="Unit of Measure",
            reference=Reference("BASE UNIT"),
            alias="unitOfMeasureId/uomid",
        ),
        FieldMapping(bc="unitPrice", sales="amount", direction=TO_SALES, caption="Unit Price"),
        FieldMapping(sales="pricingmethodcode", constant=CURRENCY_AMOUNT, direction=TO_SALES, caption="Pricing Method"),
    )
