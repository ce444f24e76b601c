"""Vendors of Business Central and accounts of Sales.

Not reachable over Business Central's API v2.0, so not mapped here: the contact's name, fax number, purchaser, shipment
method, shipping agent and primary contact.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import both, where

ACTIVE = 0
RELATIONSHIP_VENDOR = 11

VENDOR = TableMapping(
    name="VENDOR",
    caption="Vendors",
    bc=Table(name="vendors", key="id", modified_on="lastModifiedDateTime", title="displayName", number="number"),
    sales=Table(
        name="accounts",
        key="accountid",
        modified_on="modifiedon",
        title="name",
        number="accountnumber",
        lookups={"transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid")},
    ),
    bc_filter=where("blocked", "blank", " "),
    sales_filter=both(where("statecode", "eq", ACTIVE), where("customertypecode", "eq", RELATIONSHIP_VENDOR)),
    depends_on=("SALESPEOPLE", "CURRENCY"),
    match_on=("displayName", "postalCode"),
    reference_keys={Side.BC: "contactsInformation/contactNumber"},
    fields=(
        FieldMapping(bc="displayName", sales="name", caption="Name"),
        FieldMapping(bc="addressLine1", sales="address1_line1", caption="Address"),
        FieldMapping(bc="addressLine2", sales="address1_line2", caption="Address 2"),
        FieldMapping(bc="postalCode", sales="address1_postalcode", caption="Post Code"),
        FieldMapping(bc="city", sales="address1_city", caption="City"),
        FieldMapping(bc="state", sales="address1_stateorprovince", caption="County"),
        FieldMapping(bc="country", sales="address1_country", caption="Country/Region"),
        FieldMapping(bc="phoneNumber", sales="telephone1", caption="Phone No."),
        FieldMapping(bc="email", sales="emailaddress1", caption="Email"),
        FieldMapping(bc="website", sales="websiteurl", caption="Home Page"),
        FieldMapping(
            bc="currencyId",
            sales="transactioncurrencyid",
            caption="Currency",
            reference=Reference("CURRENCY"),
            blank_if_missing=False,
        ),
        FieldMapping(bc="number", sales="accountnumber", direction=Direction.TO_SALES, caption="No.", enabled=False),
        FieldMapping(
            sales="customertypecode",
            constant=RELATIONSHIP_VENDOR,
            direction=Direction.TO_SALES,
            caption="Relationship Type",
        ),
    ),
)
