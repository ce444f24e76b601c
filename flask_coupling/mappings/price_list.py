"""Price lists of Business Central and of Sales.

Business Central's API v2.0 has no price lists: they are read over the custom API that an extension installs there.
Sales takes the currency of a price list once, when it is made. The lines of a list are a mapping of their own. The API
does not tell whether a list is one of sales prices, nor whether its defaults may be changed. Customer price groups and
sales prices (CUSTPRCGRP-PRICE and SALESPRC-PRODPRICE) belong to the pricing that price lists have replaced; as both
would be price lists of Sales, a host that still works with them declares them instead of these.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import where

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
    sales=Table(
        name="pricelevels",
        key="pricelevelid",
        modified_on="modifiedon",
        title="name",
        lookups={"transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid")},
    ),
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
