"""Currency exchange rates: what a currency was worth from a day on."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, code, date, decimal, guid, moment

CURRENCY_EXCHANGE_RATES = EntitySet(
    name="currencyExchangeRates",
    entity="currencyExchangeRate",
    title="Currency Exchange Rate",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("currencyCode", 10),
        date("startingDate"),
        decimal("exchangeRateAmount"),
        code("relationalCurrencyCode", 10),
        decimal("relationalExchangeRateAmount"),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    order=("currencyCode", "startingDate",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
