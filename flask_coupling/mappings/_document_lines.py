"""What the mappings of the lines of documents share: tables, computed columns, fields, and how lines are told apart."""

from __future__ import annotations

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import Computed, FieldMapping, Lookup, Reference, Table, TableMapping, Within
from flask_coupling.core.record import Value, Values
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._documents import TO_SALES, money, number
from flask_coupling.mappings._products import SOLD_AS

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


def _line_discount(manual: Value, volume: Value, quantity: Value) -> Value:
    return number(money(manual) + money(volume) * money(quantity))


LINE_DISCOUNT = Computed(
    ("manualdiscountamount", "volumediscountamount", "quantity"),
    _line_discount,
    lambda value: {"manualdiscountamount": value},
)
"""What a line is cheaper, in money: a volume discount is one of each unit."""


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


def line_mapping(
    name: str,
    caption: str,
    parent: str,
    bc: Table,
    sales: Table,
    flow: Direction,
    *more: FieldMapping,
    deletion: DeletionConflictResolution = DeletionConflictResolution.RESTORE_RECORD,
) -> TableMapping:
    """Return the mapping of the lines of documents, whose own mapping is the `parent`, with `more` fields if any.

    Comments stay where they are, and a line that was never coupled is told apart by its item, quantity and price.
    """
    return TableMapping(
        name=name,
        caption=caption,
        direction=flow,
        parent=parent,
        only_coupled=False,
        bc=bc,
        sales=sales,
        bc_filter=where("lineType", "ne", "Comment"),
        depends_on=(parent, "ITEM-PRODUCT", "RESOURCE-PRODUCT", "BASE UNIT"),
        deletion_conflict=deletion,
        match_on=("product", "quantity", "unitPrice"),
        fields=(*_line_fields(parent, sales, flow), *more),
    )


def _line_fields(documents: str, table: Table, flow: Direction) -> tuple[FieldMapping, ...]:
    """Return the fields that all lines have.

    What is sold, quantity, price and discount flow as `flow` says, the rest only to Sales, where anything flows there;
    a line of Sales must have a product.
    """
    column = table.within.column if table.within is not None else ""
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
