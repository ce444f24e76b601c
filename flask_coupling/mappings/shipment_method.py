"""Shipment methods of Business Central and the options of an account's freight terms."""

from flask_coupling.core.mapping import Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.mappings._options import CODE, options_of

SHIPMENT_METHOD = TableMapping(
    name="SHIPMENT METHOD",
    caption="Shipment Methods",
    direction=Direction.TO_SALES,
    bc=Table(name="shipmentMethods", key="id", modified_on="lastModifiedDateTime", title="displayName", number="code"),
    sales=options_of(
        "address1_freighttermscode",
        ("quote", "freighttermscode"),
        ("salesorder", "freighttermscode"),
    ),
    couples_by_value=True,
    match_on=("code",),
    fields=(CODE,),
)
