"""Customers of Business Central and accounts of Sales.

Salesperson and owner, the customer's number and whether it is blocked are there to be enabled: as in Business Central's
own integration, who owns an account is left to Sales unless records belong to persons.

Not reachable over Business Central's API v2.0, so not mapped here: the contact's name, fax number, mobile phone number,
shipping agent and primary contact.
"""

from flask_coupling.core.mapping import FieldMapping, Reference, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._owner import owner
from flask_coupling.mappings._parties import (
    ACCOUNTS,
    COMPANY,
    DEPENDS_ON,
    NUMBER,
    accounts_of,
    parties,
    relationship_type,
)

RELATIONSHIP_CUSTOMER = 3

CUSTOMER = TableMapping(
    name="CUSTOMER",
    caption="Customers",
    bc=parties("customers"),
    sales=ACCOUNTS,
    bc_filter=where("blocked", "blank", " "),
    sales_filter=accounts_of(RELATIONSHIP_CUSTOMER),
    depends_on=DEPENDS_ON,
    match_on=("displayName", "postalCode"),
    reference_keys={Side.BC: "contactsInformation/contactNumber"},
    fields=(
        *COMPANY,
        FieldMapping(
            bc="shipmentMethodId",
            sales="address1_freighttermscode",
            caption="Shipment Method",
            reference=Reference("SHIPMENT METHOD"),
        ),
        FieldMapping(bc="creditLimit", sales="creditlimit", direction=Direction.TO_SALES, caption="Credit Limit (LCY)"),
        NUMBER,
        owner("salespersonCode", enabled=False),
        FieldMapping(
            bc="blocked",
            sales="statecode",
            direction=Direction.FROM_SALES,
            caption="Blocked",
            transformation='lookup {"table": {"All": 1, " ": 0}}',
            not_null=True,
            enabled=False,
        ),
        relationship_type(RELATIONSHIP_CUSTOMER),
    ),
)
