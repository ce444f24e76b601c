"""Columns that many Business Central tables have: the id and the stamp, an address, a code with a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, CodePair, Navigation, Property, TableRelation, code, guid, moment, text

ID: Property = guid("id", access=Access.READ_ONLY)
MODIFIED: Property = moment("lastModifiedDateTime", access=Access.READ_ONLY)

ADDRESS: tuple[Property, ...] = (
    text("addressLine1", 100),
    text("addressLine2", 50),
    text("city", 30),
    text("state", 30),
    code("country", 10),
    code("postalCode", 20),
)

CURRENCY_PAIR = CodePair("currencyId", "currencyCode", "currencies", "currency")
PAYMENT_TERMS_PAIR = CodePair("paymentTermsId", "", "paymentTerms", "payment terms")
PAYMENT_METHOD_PAIR = CodePair("paymentMethodId", "", "paymentMethods", "payment method")
SHIPMENT_METHOD_PAIR = CodePair("shipmentMethodId", "", "shipmentMethods", "shipment method")
UNIT_OF_MEASURE_PAIR = CodePair("unitOfMeasureId", "unitOfMeasureCode", "unitsOfMeasure", "unit of measure")
BASE_UNIT_OF_MEASURE_PAIR = CodePair(
    "baseUnitOfMeasureId", "baseUnitOfMeasureCode", "unitsOfMeasure", "base unit of measure"
)

COUNTRY = TableRelation("country", "countriesRegions", "Country/Region Code", "Country/Region")
SALESPERSON = TableRelation("salespersonCode", "salespeoplePurchasers", "Salesperson Code", "Salesperson/Purchaser")
TAX_GROUP = TableRelation("taxGroupCode", "taxGroups", "Tax Group Code", "Tax Group")
UNIT_OF_MEASURE = TableRelation("unitOfMeasureCode", "unitsOfMeasure", "Unit of Measure Code", "Unit of Measure")
BASE_UNIT_OF_MEASURE = TableRelation(
    "baseUnitOfMeasureCode", "unitsOfMeasure", "Base Unit of Measure", "Unit of Measure"
)


def coding(pattern: str) -> Callable[[Faker], Mapping[str, Any]]:
    """Return the sample of a table of codes: a code of that pattern (# a digit, ? a letter), some word as its name."""

    def sample(fake: Faker) -> Mapping[str, Any]:
        return {"code": fake.unique.bothify(pattern).upper(), "displayName": fake.word().title()}

    return sample


def picture_of(parent: str) -> Navigation:
    """Return the navigation to the picture of a row, which calls its parent so."""
    return Navigation("picture", "pictures", target_column="id", contained=True, given=(("parentType", parent),))


def default_dimensions_of(parent: str) -> Navigation:
    """Return the navigation to the default dimensions of a row, which call their parent so."""
    given = (("parentType", parent),)
    return Navigation("defaultDimensions", "defaultDimensions", collection=True, target_column="parentId", given=given)
