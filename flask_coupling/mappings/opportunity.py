"""Opportunities of Business Central and of Sales.

Business Central's API v2.0 tells value and closing date of an opportunity and does not take them, and tells the name
but not the number of the contact's company, so that the account is not mapped. Where the contact or the salesperson is
not coupled, the opportunity has no contact in Sales, and keeps the owner it has there.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import both, where
from flask_coupling.mappings._company import COMPANY_LOOKUP
from flask_coupling.mappings._owner import owner

OPPORTUNITY = TableMapping(
    name="OPPORTUNITY",
    caption="Opportunities",
    one_company=True,
    stampable=where("statecode", "eq", 0),
    bc=Table(name="opportunities", key="id", modified_on="lastModifiedDateTime", title="description", number="number"),
    sales=Table(
        name="opportunities",
        key="opportunityid",
        modified_on="modifiedon",
        title="name",
        lookups={
            "parentcontactid": Lookup("contacts", "parentcontactid"),
            "ownerid": Lookup("systemusers", "ownerid"),
            **COMPANY_LOOKUP,
        },
    ),
    only_coupled=False,
    bc_filter=both(where("status", "ne", "Won"), where("status", "ne", "Lost")),
    depends_on=("CONTACT", "SALESPEOPLE"),
    match_on=("description",),
    fields=(
        FieldMapping(bc="description", sales="name", caption="Description"),
        FieldMapping(
            bc="contactNumber",
            sales="parentcontactid",
            direction=Direction.TO_SALES,
            caption="Contact",
            reference=Reference("CONTACT", "number"),
            blank_if_missing=True,
        ),
        owner("salespersonCode"),
        FieldMapping(
            bc="estimatedValue", sales="estimatedvalue", direction=Direction.TO_SALES, caption="Estimated Value"
        ),
        FieldMapping(
            bc="estimatedClosingDate",
            sales="estimatedclosedate",
            direction=Direction.TO_SALES,
            caption="Estimated Closing Date",
        ),
        FieldMapping(
            bc="dateClosed",
            sales="actualclosedate",
            direction=Direction.TO_SALES,
            caption="Date Closed",
            enabled=False,
        ),
        FieldMapping(
            bc="chancesOfSuccessPrc",
            sales="closeprobability",
            direction=Direction.TO_SALES,
            caption="Probability %",
            transformation='round {"decimals": 0}',
            enabled=False,
        ),
        FieldMapping(
            bc="calculatedCurrentValue",
            sales="actualvalue",
            direction=Direction.TO_SALES,
            caption="Calcd. Current Value (LCY)",
            enabled=False,
        ),
    ),
)
