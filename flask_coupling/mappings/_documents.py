"""What the mappings of orders and invoices share: addresses, tables, and the columns computed of several others."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_coupling.core.mapping import Computed, FieldMapping, Lookup, Reference, Table
from flask_coupling.core.record import Value, Values
from flask_coupling.core.side import Direction, Side
from flask_coupling.mappings._company import COMPANY_LOOKUP
from flask_coupling.mappings._owner import owner

TO_SALES = Direction.TO_SALES
FROM_SALES = Direction.FROM_SALES


def number(value: Decimal) -> int | float:
    """Return a decimal as JSON numbers are read: without places where it has none."""
    return int(value) if value == value.to_integral_value() else float(value)


def money(value: Value) -> Decimal:
    """Return an amount as the decimal it was written as."""
    return Decimal(str(value or 0))


def headers(name: str, **more: Computed) -> Table:
    """Return a table of documents of Business Central."""
    return Table(
        name=name,
        key="id",
        modified_on="lastModifiedDateTime",
        title="customerName",
        number="number",
        computed=more,
        marker="externalDocumentNumber" if name in ("salesOrders", "salesQuotes") else "",
    )


def sales_headers(
    name: str, number: str, lookups: dict[str, Lookup], options: tuple[str, ...], **more: Computed
) -> Table:
    """Return a table of documents of Sales."""
    known = {
        "customerid": Lookup("accounts", "customerid_account"),
        "transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid"),
        "ownerid": Lookup("systemusers", "ownerid"),
    }
    return Table(
        name=name,
        key=f"{name[:-1]}id",
        modified_on="modifiedon",
        title="name",
        number=number,
        lookups=known | COMPANY_LOOKUP | lookups,
        options=options,
        computed={"orderdiscount": ORDER_DISCOUNT} | more,
    )


def difference(whole: Value, part: Value) -> Value:
    """Return what an amount is without a part of it."""
    return number(money(whole) - money(part))


ORDER_DISCOUNT = Computed(
    ("totallineitemamount", "totalamountlessfreight"),
    difference,
    lambda value: {"discountamount": value, "discountpercentage": None},
)
"""What the whole document is cheaper, in money, whether it was given as an amount or as a percentage."""


def _address(bc: str, sales: str, direction: Direction, caption: str) -> tuple[FieldMapping, ...]:
    ends = {
        "AddressLine1": ("line1", "Address"),
        "AddressLine2": ("line2", "Address 2"),
        "City": ("city", "City"),
        "State": ("stateorprovince", "County"),
        "PostCode": ("postalcode", "Post Code"),
        "Country": ("country", "Country/Region"),
    }
    return tuple(
        FieldMapping(bc=f"{bc}{name}", sales=f"{sales}_{column}", direction=direction, caption=f"{caption} {word}")
        for name, (column, word) in ends.items()
    )


def addresses(ship_to: Direction) -> tuple[FieldMapping, ...]:
    """Return who gets the goods, whose data flow in the direction given, and who pays: only told, never taken."""
    return (
        FieldMapping(bc="shipToName", sales="shipto_name", direction=ship_to, caption="Ship-to Name"),
        *_address("shipTo", "shipto", ship_to, "Ship-to"),
        FieldMapping(bc="billToName", sales="billto_name", direction=TO_SALES, caption="Bill-to Name"),
        *_address("billTo", "billto", TO_SALES, "Bill-to"),
    )


def addresses_from_sales() -> tuple[FieldMapping, ...]:
    """Return who gets the goods and who pays, where Business Central takes both, which only sales quotes do."""
    return (
        FieldMapping(bc="shipToName", sales="shipto_name", direction=FROM_SALES, caption="Ship-to Name"),
        *_address("shipTo", "shipto", FROM_SALES, "Ship-to"),
        *_address("billTo", "billto", FROM_SALES, "Bill-to"),
    )


def numbers(column: str) -> tuple[FieldMapping, ...]:
    """Return the number of Business Central, told in a column of Sales, where it is a new document's name too."""
    return (
        FieldMapping(bc="number", sales=column, direction=TO_SALES, caption="No."),
        FieldMapping(bc="number", sales="name", direction=TO_SALES, caption="Name", alias="name", only_new=True),
    )


def external_number(column: str) -> FieldMapping:
    """Return the field by which a document of Sales is found again in Business Central: its number there."""
    return FieldMapping(
        bc="externalDocumentNumber", sales=column, direction=FROM_SALES, caption="External Document No."
    )


def made_out(direction: Direction) -> tuple[FieldMapping, ...]:
    """Return to whom a document is made out, and in which currency."""
    customer, currency = Reference("CUSTOMER"), Reference("CURRENCY")
    return (
        FieldMapping(
            bc="customerId",
            sales="customerid",
            direction=direction,
            caption="Customer",
            reference=customer,
            required_from=Side.SALES,
        ),
        FieldMapping(
            bc="currencyId", sales="transactioncurrencyid", direction=direction, caption="Currency", reference=currency
        ),
    )


def shipment_method(direction: Direction) -> FieldMapping:
    """Return the field of the way a document's goods are delivered."""
    return FieldMapping(
        bc="shipmentMethodId",
        sales="freighttermscode",
        direction=direction,
        caption="Shipment Method",
        reference=Reference("SHIPMENT METHOD"),
    )


def invoice_discount(direction: Direction) -> FieldMapping:
    """Return what the whole document is cheaper."""
    return FieldMapping(
        bc="discountAmount", sales="orderdiscount", direction=direction, caption="Invoice Discount Amount"
    )


def payment_terms(direction: Direction) -> FieldMapping:
    """Return the field of the terms by which a document is paid."""
    return FieldMapping(
        bc="paymentTermsId",
        sales="paymenttermscode",
        direction=direction,
        caption="Payment Terms",
        reference=Reference("PAYMENT TERMS"),
    )


SALESPERSON = owner("salesperson")


def status_reason(states: Mapping[int, int]) -> Computed:
    """Return a document's status reason, which is written together with the state it belongs to."""

    def spread(status: Value) -> Values:
        assert isinstance(status, int)
        return {"statecode": states[status], "statuscode": status}

    return Computed(("statuscode",), lambda status: status, spread)
