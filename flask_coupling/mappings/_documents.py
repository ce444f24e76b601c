"""What the mappings of orders and invoices share: addresses, tables, and the columns computed of several others."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_coupling.core.mapping import Computed, FieldMapping, Lookup, Reference, Table, Within
from flask_coupling.core.record import Value, Values
from flask_coupling.core.side import Direction, Side
from flask_coupling.mappings._products import SOLD_AS

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


def lines(name: str, documents: str) -> Table:
    """Return the table of the lines of documents of Business Central."""
    return Table(
        name=name,
        key="id",
        modified_on="",
        title="description",
        number="sequence",
        computed=LINE_SUBJECT,
        within=Within(documents, "documentId", name),
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
        lookups=known | lookups,
        options=options,
        computed={"orderdiscount": ORDER_DISCOUNT} | more,
    )


def sales_lines(name: str, documents: str, navigation: str) -> Table:
    """Return the table of the lines of documents of Sales."""
    column = f"{documents[:-1]}id"
    return Table(
        name=name,
        key=f"{name[:-1]}id",
        modified_on="modifiedon",
        title="productdescription",
        number="lineitemnumber",
        lookups={
            column: Lookup(documents, column),
            "productid": Lookup("products", "productid"),
            "uomid": Lookup("uoms", "uomid"),
        },
        computed={"linediscount": LINE_DISCOUNT},
        within=Within(documents, column, navigation),
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


def _line_discount(manual: Value, volume: Value, quantity: Value) -> Value:
    return number(money(manual) + money(volume) * money(quantity))


LINE_DISCOUNT = Computed(
    ("manualdiscountamount", "volumediscountamount", "quantity"),
    _line_discount,
    lambda value: {"manualdiscountamount": value},
)
"""What a line is cheaper, in money: a volume discount is one of each unit."""


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


def payment_terms(direction: Direction) -> FieldMapping:
    """Return the field of the terms by which a document is paid."""
    return FieldMapping(
        bc="paymentTermsId",
        sales="paymenttermscode",
        direction=direction,
        caption="Payment Terms",
        reference=Reference("PAYMENT TERMS"),
    )


SALESPERSON = FieldMapping(
    bc="salesperson",
    sales="ownerid",
    direction=TO_SALES,
    caption="Salesperson",
    reference=Reference("SALESPEOPLE", "code"),
    blank_if_missing=True,
    not_null=True,
)


_CATALOG = ("Item", "Resource")


def _is_write_in(line_type: Value) -> Value:
    return line_type not in _CATALOG


def _sold_as(line_type: Value, number: Value) -> Value:
    return f"{line_type} {number}" if line_type in _CATALOG and number else None


def _named(value: Value) -> Values:
    kind, _, number = str(value).partition(" ")
    return {"lineType": kind, "lineObjectNumber": number}


def _ledger_account(line_type: Value, number: Value) -> Value:
    return number if line_type == "Account" else None


def _of_account(value: Value) -> Values:
    return {"lineType": "Account", "lineObjectNumber": value}


LINE_SUBJECT = {
    "isWriteIn": Computed(("lineType",), _is_write_in),
    "product": Computed(("lineType", "lineObjectNumber"), _sold_as, _named),
    "ledgerAccount": Computed(("lineType", "lineObjectNumber"), _ledger_account, _of_account),
}
"""What a line of Business Central sells: an item or resource, or something that is in no catalog of Sales."""


_DOCUMENT = {"SALESORDER-ORDER": "salesorderid", "POSTEDSALESINV-INV": "invoiceid", "SALESQUOTE-QUOTE": "quoteid"}


def line_fields(documents: str, flow: Direction) -> tuple[FieldMapping, ...]:
    """Return the fields of the lines of those documents, whose mapping is given by name.

    What is sold, quantity, price and discount flow as `flow` says, the rest only to Sales, where anything flows there;
    a line of Sales must have a product.
    """
    column = _DOCUMENT[documents]
    fields = (
        FieldMapping(bc="documentId", sales=column, direction=flow, caption="Document", reference=Reference(documents)),
        FieldMapping(
            bc="product",
            sales="productid",
            direction=flow,
            caption="Item",
            reference=Reference("ITEM-PRODUCT", SOLD_AS, others=("RESOURCE-PRODUCT",)),
            required_from=Side.SALES,
        ),
        FieldMapping(bc="description", sales="productdescription", direction=TO_SALES, caption="Description"),
        FieldMapping(
            bc="isWriteIn", sales="isproductoverridden", direction=TO_SALES, caption="Write-In Product", only_new=True
        ),
        FieldMapping(bc="quantity", sales="quantity", direction=flow, caption="Quantity"),
        FieldMapping(
            bc="unitOfMeasureId",
            sales="uomid",
            direction=flow,
            caption="Unit of Measure",
            reference=Reference("BASE UNIT"),
            blank_if_missing=True,
            not_null=True,
        ),
        FieldMapping(bc="unitPrice", sales="priceperunit", direction=flow, caption="Unit Price"),
        FieldMapping(bc="discountAmount", sales="linediscount", direction=flow, caption="Line Discount Amount"),
        FieldMapping(bc="netTaxAmount", sales="tax", direction=TO_SALES, caption="Tax"),
        FieldMapping(sales="ispriceoverridden", constant=True, direction=TO_SALES, caption="Price Overridden"),
    )
    return tuple(each for each in fields if each.direction.within(flow) is not None)


def status_reason(states: Mapping[int, int]) -> Computed:
    """Return a document's status reason, which is written together with the state it belongs to."""

    def spread(status: Value) -> Values:
        assert isinstance(status, int)
        return {"statecode": states[status], "statuscode": status}

    return Computed(("statuscode",), lambda status: status, spread)
