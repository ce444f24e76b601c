"""What accounts and contacts have in common: how to reach them, their addresses, their terms."""

from __future__ import annotations

from simulator.odata.edm import Access, Navigation, Property, boolean, choice, lookup, memo, money, text
from simulator.sales.columns import (
    COMPANY,
    COMPANY_NAVIGATION,
    CURRENCY_NAVIGATION,
    PAYMENT_TERMS,
    UNDEFINED,
    composite,
    currency,
    shipping_method,
    street_and_city,
)

_CONTACT_METHODS = ("Any", "Email", "Phone", "Fax", "Mail")
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def _address(prefix: str, name_length: int) -> tuple[Property, ...]:
    return (
        text(f"{prefix}_name", name_length),
        text(f"{prefix}_primarycontactname", 100),
        *street_and_city(prefix),
        text(f"{prefix}_telephone1", 50),
        text(f"{prefix}_fax", 50),
        composite(prefix),
    )


REACHED_BY: tuple[Property, ...] = (
    memo("description"),
    text("websiteurl", 200),
    text("emailaddress1", 100),
    text("emailaddress2", 100),
    text("emailaddress3", 100),
    text("telephone1", 50),
    text("telephone2", 50),
    text("telephone3", 50),
    text("fax", 50),
    choice("preferredcontactmethodcode", dict(enumerate(_CONTACT_METHODS, start=1)), default=1),
    choice("preferredappointmentdaycode", dict(enumerate(_DAYS))),
    lookup("preferredsystemuserid", "systemuser"),
)

TERMS: tuple[Property, ...] = (
    currency(),
    money("creditlimit"),
    boolean("creditonhold", False),
    lookup("defaultpricelevelid", "pricelevel"),
    PAYMENT_TERMS,
    choice("shippingmethodcode", UNDEFINED, default=1),
    choice("customersizecode", UNDEFINED, default=1),
    choice("territorycode", UNDEFINED, default=1),
    boolean("merged", False, access=Access.READ_ONLY),
    COMPANY,
)


def party(second_name_length: int) -> tuple[Property, ...]:
    """Return the columns of every party; the length is that of the second address's name, which differs."""
    return (
        *REACHED_BY,
        *_address("address1", 200),
        choice("address1_freighttermscode", UNDEFINED),
        shipping_method("address1_shippingmethodcode"),
        *_address("address2", second_name_length),
        choice("address2_freighttermscode", UNDEFINED, default=1),
        choice("address2_shippingmethodcode", UNDEFINED, default=1),
        *TERMS,
    )


PARTY_NAVIGATIONS: tuple[Navigation, ...] = (
    Navigation("defaultpricelevelid", "pricelevels", column="defaultpricelevelid"),
    Navigation("preferredsystemuserid", "systemusers", column="preferredsystemuserid"),
    CURRENCY_NAVIGATION,
    COMPANY_NAVIGATION,
)


def appointment_time(default: int | None = None) -> Property:
    """Return the time of day at which a party likes to be met."""
    return choice("preferredappointmenttimecode", {1: "Morning", 2: "Afternoon", 3: "Evening"}, default=default)
