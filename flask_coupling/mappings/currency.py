"""Currencies of Business Central and Sales, known to one another by their ISO code.

A new currency in Sales starts with the exchange rate that counts today in Business Central; later rates are told by
whoever keeps those of Sales.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, Rates, Table, TableMapping
from flask_coupling.core.side import Direction

RATES = Rates(
    table=Table(name="currencyExchangeRates", key="id", modified_on="lastModifiedDateTime", title="currencyCode"),
    currency="currencyCode",
    since="startingDate",
    amount="exchangeRateAmount",
    worth="relationalExchangeRateAmount",
    against="relationalCurrencyCode",
)

CURRENCY = TableMapping(
    name="CURRENCY",
    caption="Currencies",
    direction=Direction.TO_SALES,
    bc=Table(
        name="currencies",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="code",
        computed={"exchangeRate": Computed(("code",), lambda code: code)},
    ),
    sales=Table(
        name="transactioncurrencies",
        key="transactioncurrencyid",
        modified_on="modifiedon",
        title="currencyname",
        number="isocurrencycode",
    ),
    couples_by_value=True,
    match_on=("code",),
    fields=(
        FieldMapping(bc="code", sales="isocurrencycode", direction=Direction.TO_SALES, caption="Code"),
        FieldMapping(bc="displayName", sales="currencyname", direction=Direction.TO_SALES, caption="Description"),
        FieldMapping(bc="symbol", sales="currencysymbol", direction=Direction.TO_SALES, caption="Symbol"),
        FieldMapping(
            bc="exchangeRate",
            sales="exchangerate",
            direction=Direction.TO_SALES,
            caption="Exchange Rate",
            only_new=True,
            rates=RATES,
        ),
    ),
)
