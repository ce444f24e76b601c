"""Columns that many Dataverse tables have: stamps and owners, addresses, the customer, the currency, the company."""

from __future__ import annotations

from typing import Any

from simulator.odata.edm import Access, Navigation, Property, bigint, choice, decimal, lookup, memo, moment, text

STAMPS: tuple[Property, ...] = (
    moment("createdon", access=Access.READ_ONLY),
    lookup("createdby", "systemuser", access=Access.READ_ONLY),
    lookup("createdonbehalfby", "systemuser", access=Access.READ_ONLY),
    moment("modifiedon", access=Access.READ_ONLY),
    lookup("modifiedby", "systemuser", access=Access.READ_ONLY),
    lookup("modifiedonbehalfby", "systemuser", access=Access.READ_ONLY),
    bigint("versionnumber", access=Access.READ_ONLY),
    moment("overriddencreatedon", access=Access.CREATE_ONLY),
)
STAMP_NAVIGATIONS: tuple[Navigation, ...] = tuple(
    Navigation(name, "systemusers", column=name)
    for name in ("createdby", "createdonbehalfby", "modifiedby", "modifiedonbehalfby")
)

OWNERSHIP: tuple[Property, ...] = (
    lookup("ownerid", "systemuser", "team", required_level="SystemRequired"),
    lookup("owninguser", "systemuser", access=Access.READ_ONLY),
    lookup("owningteam", "team", access=Access.READ_ONLY),
    lookup("owningbusinessunit", "businessunit", access=Access.READ_ONLY),
)
OWNERSHIP_NAVIGATIONS: tuple[Navigation, ...] = (
    Navigation("ownerid", "systemusers", column="ownerid"),
    Navigation("owninguser", "systemusers", column="owninguser"),
    Navigation("owningteam", "teams", column="owningteam"),
    Navigation("owningbusinessunit", "businessunits", column="owningbusinessunit"),
)

CUSTOMER: Property = lookup("customerid", "account", "contact", required_level="ApplicationRequired")
CUSTOMER_NAVIGATIONS: tuple[Navigation, ...] = (
    Navigation("customerid_account", "accounts", column="customerid"),
    Navigation("customerid_contact", "contacts", column="customerid"),
)

CURRENCY_NAVIGATION = Navigation("transactioncurrencyid", "transactioncurrencies", column="transactioncurrencyid")

COMPANY: Property = lookup("bcbi_companyid", "bcbi_company")
COMPANY_NAVIGATION = Navigation("bcbi_CompanyId", "bcbi_companies", column="bcbi_companyid")

PAYMENT_TERMS: Property = choice("paymenttermscode", {1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45", 4: "Net 60"})
FREIGHT_TERMS = {1: "FOB", 2: "No Charge"}
UNDEFINED = {1: "Default Value"}
"""The only option of a choice whose options each organization makes itself."""


def currency(access: Access = Access.ALL) -> Property:
    """Return the lookup of the currency that a row's money is in."""
    return lookup("transactioncurrencyid", "transactioncurrency", access=access)


def quantity(name: str, **more: Any) -> Property:
    """Return a decimal number within the bounds that Dataverse gives to decimals that have none of their own."""
    return decimal(name, -100000000000, 100000000000, **more)


def shipping_method(name: str) -> Property:
    """Return a choice among the ways to send goods."""
    methods = ("Airborne", "DHL", "FedEx", "UPS", "Postal Mail", "Full Load", "Will Call")
    return choice(name, dict(enumerate(methods, start=1)))


def street_and_city(
    prefix: str, city: int = 80, stateorprovince: int = 50, country: int = 80, postalcode: int = 20
) -> tuple[Property, ...]:
    """Return the columns that say where an address is; users have longer ones than everyone else."""
    lengths = {"city": city, "stateorprovince": stateorprovince, "country": country, "postalcode": postalcode}
    lines = tuple(text(f"{prefix}_line{number}", 250) for number in (1, 2, 3))
    return lines + tuple(text(f"{prefix}_{name}", length) for name, length in lengths.items())


def composite(prefix: str) -> Property:
    """Return the column in which Dataverse writes a whole address, line by line."""
    return memo(f"{prefix}_composite", access=Access.READ_ONLY)
