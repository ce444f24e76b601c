"""Currencies of Business Central and Sales, known to one another by their ISO code.

A new currency in Sales starts with the exchange rate that counts today in Business Central; later rates are told by
whoever keeps those of Sales. Sales demands a name, a symbol and a number of decimals: where Business Central has none,
the code stands for name and symbol, and amounts have two decimals.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, Rates, Table, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction

MOST_DECIMALS = 4

RATES = Rates(
    table=Table(name="currencyExchangeRates", key="id", modified_on="lastModifiedDateTime", title="currencyCode"),
    currency="currencyCode",
    since="startingDate",
    amount="exchangeRateAmount",
    worth="relationalExchangeRateAmount",
    against="relationalCurrencyCode",
)


def _decimals(places: Value) -> Value:
    """The most decimals of amounts: `2:5` is two to five of them."""
    told = str(places or "").rpartition(":")[2].strip()
    return min(int(told), MOST_DECIMALS) if told.isdecimal() else 2


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
        computed={
            "exchangeRate": Computed(("code",), lambda code: code),
            "name": Computed(("displayName", "code"), lambda name, code: name or code),
            "shownSymbol": Computed(("symbol", "code"), lambda symbol, code: symbol or code),
            "decimals": Computed(("amountDecimalPlaces",), _decimals),
        },
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
        FieldMapping(
            bc="name", sales="currencyname", direction=Direction.TO_SALES, caption="Description", alias="displayName"
        ),
        FieldMapping(
            bc="shownSymbol", sales="currencysymbol", direction=Direction.TO_SALES, caption="Symbol", alias="symbol"
        ),
        FieldMapping(
            bc="decimals",
            sales="currencyprecision",
            direction=Direction.TO_SALES,
            caption="Amount Decimal Places",
            only_new=True,
        ),
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
