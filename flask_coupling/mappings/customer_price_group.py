"""Customer price groups of Business Central and price lists of Sales: the pricing before price lists.

Not in use by default: Business Central has either this pricing or price lists, and both would make price lists of
Sales. Take PLHEADER-PRICE and PLLINE-PRODPRICE out of use first, then this and SALESPRC-PRODPRICE into it. Groups are
read over the custom API that an extension installs. A group has no currency; its prices are told in the local one,
which Sales takes once, when the price list is made.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction
from flask_coupling.mappings._prices import PRICE_LISTS_OF_SALES


def _local_currency(_: Value) -> Value:
    return None


CUSTOMER_PRICE_GROUP = TableMapping(
    name="CUSTPRCGRP-PRICE",
    caption="Customer Price Groups",
    in_use=False,
    instead_of="PLHEADER-PRICE",
    direction=Direction.TO_SALES,
    bc=Table(
        name="customerPriceGroups",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="code",
        route="coupling/simulator/v1.0",
        computed={"currencyId": Computed(("code",), _local_currency)},
    ),
    sales=PRICE_LISTS_OF_SALES,
    depends_on=("CURRENCY", "ITEM-PRODUCT"),
    match_on=("code",),
    fields=(
        FieldMapping(bc="code", sales="name", direction=Direction.TO_SALES, caption="Code"),
        FieldMapping(
            bc="currencyId",
            sales="transactioncurrencyid",
            direction=Direction.TO_SALES,
            caption="Currency",
            reference=Reference("CURRENCY"),
            only_new=True,
        ),
    ),
)
