"""Currency exchange rates: what a currency was worth from a day on."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, code, date, decimal

CURRENCY_EXCHANGE_RATES = EntitySet(
    name="currencyExchangeRates",
    entity="currencyExchangeRate",
    title="Currency Exchange Rate",
    properties=(
        ID,
        code("currencyCode", 10),
        date("startingDate"),
        decimal("exchangeRateAmount"),
        code("relationalCurrencyCode", 10),
        decimal("relationalExchangeRateAmount"),
        MODIFIED,
    ),
    order=(
        "currencyCode",
        "startingDate",
    ),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
