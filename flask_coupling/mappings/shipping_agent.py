"""Shipping agents of Business Central and the options of an account's shipping method.

Business Central's API v2.0 has no shipping agents: they are read over the custom API that an extension installs there.
Customers and vendors do not tell theirs over either, so that only the options themselves are kept alike.
"""

from flask_coupling.core.mapping import Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.mappings._options import CODE, options_of

SHIPPING_AGENT = TableMapping(
    name="SHIPPING AGENT",
    caption="Shipping Agents",
    direction=Direction.TO_SALES,
    bc=Table(
        name="shippingAgents",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="code",
        route="coupling/simulator/v1.0",
    ),
    sales=options_of(
        "address1_shippingmethodcode",
        ("quote", "shippingmethodcode"),
        ("salesorder", "shippingmethodcode"),
        ("invoice", "shippingmethodcode"),
    ),
    couples_by_value=True,
    match_on=("code",),
    fields=(CODE,),
)
