"""Customers: whom the company sells to."""

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
    SALESPERSON,
    SHIPMENT_METHOD_PAIR,
    default_dimensions_of,
    picture_of,
)
from simulator.business_central.rules.company_contacts import business_relation
from simulator.odata.edm import (
    Access,
    CodePair,
    EntitySet,
    Navigation,
    NumberSeries,
    boolean,
    code,
    decimal,
    enum,
    guid,
    text,
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {
        "displayName": fake.company()[:100],
        "type": "Company",
        "city": fake.city()[:30],
        "email": fake.company_email()[:80],
    }


CUSTOMERS = EntitySet(
    name="customers",
    entity="customer",
    title="Customer",
    properties=(
        ID,
        code("number", 20),
        text("displayName", 100, required=True),
        enum("type", "Company", "Person"),
        *ADDRESS,
        text("phoneNumber", 30),
        text("email", 80),
        text("website", 255),
        code("salespersonCode", 20),
        decimal("balanceDue", access=Access.READ_ONLY),
        decimal("creditLimit"),
        boolean("taxLiable"),
        guid("taxAreaId"),
        text("taxAreaDisplayName", 100, access=Access.READ_ONLY),
        text("taxRegistrationNumber", 50),
        guid("currencyId"),
        code("currencyCode", 10),
        guid("paymentTermsId"),
        guid("shipmentMethodId"),
        guid("paymentMethodId"),
        enum("blocked", " ", "Ship", "Invoice", "All"),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="C", first=10, step=10, width=5),
    pairs=(
        CURRENCY_PAIR,
        PAYMENT_TERMS_PAIR,
        SHIPMENT_METHOD_PAIR,
        PAYMENT_METHOD_PAIR,
        CodePair("taxAreaId", "", "taxAreas", "tax area", name="taxAreaDisplayName"),
    ),
    relations=(COUNTRY, SALESPERSON),
    navigations=(
        Navigation("customerFinancialDetail", "customerFinancialDetails", column="id"),
        Navigation("contactsInformation", "contactsInformation", collection=True, target_column="relatedId"),
        Navigation("currency", "currencies", column="currencyId"),
        Navigation("paymentTerm", "paymentTerms", column="paymentTermsId"),
        Navigation("shipmentMethod", "shipmentMethods", column="shipmentMethodId"),
        Navigation("paymentMethod", "paymentMethods", column="paymentMethodId"),
        default_dimensions_of("Customer"),
        picture_of("Customer"),
        attachments_of("Customer"),
        Navigation("agedAccountsReceivable", "agedAccountsReceivables", target_column="customerId"),
    ),
    change_tracking=True,
    webhooks=True,
    rules=business_relation("customers", "Customer"),
    sample=sample,
)
