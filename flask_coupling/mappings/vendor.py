"""Vendors of Business Central and accounts of Sales.

Not reachable over Business Central's API v2.0, so not mapped here: the contact's name, fax number, mobile phone
number, purchaser, shipment method, shipping agent and primary contact.
"""

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._parties import (
    ACCOUNTS,
    COMPANY,
    DEPENDS_ON,
    NUMBER,
    accounts_of,
    parties,
    relationship_type,
)

RELATIONSHIP_VENDOR = 11

VENDOR = TableMapping(
    name="VENDOR",
    caption="Vendors",
    bc=parties("vendors"),
    sales=ACCOUNTS,
    bc_filter=where("blocked", "blank", " "),
    sales_filter=accounts_of(RELATIONSHIP_VENDOR),
    depends_on=DEPENDS_ON,
    match_on=("displayName", "postalCode"),
    reference_keys={Side.BC: "contactsInformation/contactNumber"},
    fields=(*COMPANY, NUMBER, relationship_type(RELATIONSHIP_VENDOR)),
)
