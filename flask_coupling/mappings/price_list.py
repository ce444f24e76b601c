"""Price lists of Business Central and of Sales.

Business Central's API v2.0 has no price lists: they are read over the custom API that an extension installs there.
Sales takes the currency of a price list once, when it is made. The lines of a list are a mapping of their own. The API
does not tell whether a list is one of sales prices, nor whether its defaults may be changed. Where a company still has
the pricing that price lists have replaced, CUSTPRCGRP-PRICE and SALESPRC-PRODPRICE are taken into use instead.
"""

from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._prices import PRICE_LISTS_OF_SALES

PRICE_LIST = TableMapping(
    name="PLHEADER-PRICE",
    caption="Price Lists",
    direction=Direction.TO_SALES,
    bc=Table(
        name="priceLists",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="code",
        route="coupling/simulator/v1.0",
    ),
    sales=PRICE_LISTS_OF_SALES,
    bc_filter=where("status", "eq", "Active"),
    depends_on=("CURRENCY", "ITEM-PRODUCT"),
    match_on=("code",),
    fields=(
        FieldMapping(bc="code", sales="name", direction=Direction.TO_SALES, caption="Code"),
        FieldMapping(bc="displayName", sales="description", direction=Direction.TO_SALES, caption="Description"),
        FieldMapping(
            bc="currencyId",
            sales="transactioncurrencyid",
            direction=Direction.TO_SALES,
            caption="Currency",
            reference=Reference("CURRENCY"),
        ),
        FieldMapping(bc="startingDate", sales="begindate", direction=Direction.TO_SALES, caption="Starting Date"),
        FieldMapping(bc="endingDate", sales="enddate", direction=Direction.TO_SALES, caption="Ending Date"),
    ),
)
