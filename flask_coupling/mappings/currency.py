"""Currencies of Business Central and Sales, known to one another by their ISO code."""

from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.side import Direction

CURRENCY = TableMapping(
    name="CURRENCY",
    caption="Currencies",
    direction=Direction.TO_SALES,
    bc=Table(name="currencies", key="id", modified_on="lastModifiedDateTime", title="displayName", number="code"),
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
    ),
)
