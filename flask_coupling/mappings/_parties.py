"""What the mappings of customers, vendors and contacts share: the accounts of Sales, and how to reach a party."""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import TableFilter, both, where
from flask_coupling.mappings._company import COMPANY_LOOKUP

ACTIVE = where("statecode", "eq", 0)

ACCOUNTS = Table(
    name="accounts",
    key="accountid",
    modified_on="modifiedon",
    title="name",
    number="accountnumber",
    lookups={
        "transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid"),
        "ownerid": Lookup("systemusers", "ownerid"),
        **COMPANY_LOOKUP,
    },
    options=("paymenttermscode", "address1_freighttermscode"),
)

DEPENDS_ON = ("SALESPEOPLE", "CURRENCY", "PAYMENT TERMS", "SHIPMENT METHOD", "SHIPPING AGENT")

ADDRESS = (
    FieldMapping(bc="addressLine1", sales="address1_line1", caption="Address"),
    FieldMapping(bc="addressLine2", sales="address1_line2", caption="Address 2"),
    FieldMapping(bc="postalCode", sales="address1_postalcode", caption="Post Code"),
    FieldMapping(bc="city", sales="address1_city", caption="City"),
    FieldMapping(bc="state", sales="address1_stateorprovince", caption="County"),
    FieldMapping(bc="country", sales="address1_country", caption="Country/Region"),
    FieldMapping(bc="phoneNumber", sales="telephone1", caption="Phone No."),
)

ONLINE = (
    FieldMapping(bc="email", sales="emailaddress1", caption="Email"),
    FieldMapping(bc="website", sales="websiteurl", caption="Home Page"),
)

COMPANY = (
    FieldMapping(bc="displayName", sales="name", caption="Name"),
    *ADDRESS,
    *ONLINE,
    FieldMapping(
        bc="currencyId",
        sales="transactioncurrencyid",
        caption="Currency",
        reference=Reference("CURRENCY"),
        blank_if_missing=False,
    ),
    FieldMapping(
        bc="paymentTermsId",
        sales="paymenttermscode",
        caption="Payment Terms",
        reference=Reference("PAYMENT TERMS"),
    ),
)

NUMBER = FieldMapping(bc="number", sales="accountnumber", direction=Direction.TO_SALES, caption="No.", enabled=False)


def parties(name: str) -> Table:
    """Return the table of Business Central of that name, whose records have a number and a name."""
    return Table(name=name, key="id", modified_on="lastModifiedDateTime", title="displayName", number="number")


def accounts_of(relationship: int) -> TableFilter:
    """Return the filter for the active accounts of that relationship type."""
    return both(ACTIVE, where("customertypecode", "eq", relationship))


def relationship_type(relationship: int) -> FieldMapping:
    """Return the field that gives an account its relationship type."""
    return FieldMapping(
        sales="customertypecode", constant=relationship, direction=Direction.TO_SALES, caption="Relationship Type"
    )
