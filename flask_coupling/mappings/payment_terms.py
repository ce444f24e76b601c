"""Payment terms of Business Central and the options of an account's payment terms."""

from flask_coupling.core.mapping import Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.mappings._options import CODE, options_of

PAYMENT_TERMS = TableMapping(
    name="PAYMENT TERMS",
    caption="Payment Terms",
    direction=Direction.TO_SALES,
    bc=Table(name="paymentTerms", key="id", modified_on="lastModifiedDateTime", title="displayName", number="code"),
    sales=options_of(
        "paymenttermscode",
        ("quote", "paymenttermscode"),
        ("salesorder", "paymenttermscode"),
        ("invoice", "paymenttermscode"),
    ),
    couples_by_value=True,
    match_on=("code",),
    fields=(CODE,),
)
