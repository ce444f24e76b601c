"""Vendors: whom the company buys from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.attachments import attachments_of
from simulator.business_central.columns import (
    ADDRESS,
    COUNTRY,
    CURRENCY_PAIR,
    ID,
    MODIFIED,
    PAYMENT_METHOD_PAIR,
    PAYMENT_TERMS_PAIR,
    default_dimensions_of,
    picture_of,
)
from simulator.business_central.rules.company_contacts import business_relation
from simulator.odata.edm import Access, EntitySet, Navigation, NumberSeries, boolean, code, decimal, enum, guid, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"displayName": fake.company()[:100], "city": fake.city()[:30]}


VENDORS = EntitySet(
    name="vendors",
    entity="vendor",
    title="Vendor",
    properties=(
        ID,
        code("number", 20),
        text("displayName", 100),
        *ADDRESS,
        text("phoneNumber", 30),
        text("email", 80),
        text("website", 255),
        text("taxRegistrationNumber", 50),
        guid("currencyId"),
        code("currencyCode", 10),
        code("irs1099Code", 10),
        guid("paymentTermsId"),
        guid("paymentMethodId"),
        boolean("taxLiable"),
        enum("blocked", " ", "Payment", "All"),
        decimal("balance", access=Access.READ_ONLY),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="V", first=10, step=10, width=5),
    pairs=(
        CURRENCY_PAIR,
        PAYMENT_TERMS_PAIR,
        PAYMENT_METHOD_PAIR,
    ),
    relations=(COUNTRY,),
    navigations=(
        Navigation("contactsInformation", "contactsInformation", collection=True, target_column="relatedId"),
        Navigation("currency", "currencies", column="currencyId"),
        Navigation("paymentTerm", "paymentTerms", column="paymentTermsId"),
        Navigation("paymentMethod", "paymentMethods", column="paymentMethodId"),
        default_dimensions_of("Vendor"),
        picture_of("Vendor"),
        attachments_of("Vendor"),
        Navigation("agedAccountsPayable", "agedAccountsPayables", target_column="vendorId"),
    ),
    change_tracking=True,
    webhooks=True,
    rules=business_relation("vendors", "Vendor"),
    sample=sample,
)
