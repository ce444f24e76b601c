"""Salespersons in Business Central take their names and addresses from the users of Sales.

They are coupled and never created: nothing in Sales says what a new salesperson's code should be.
"""

from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import both, where

SALESPEOPLE = TableMapping(
    name="SALESPEOPLE",
    caption="Salespeople",
    direction=Direction.FROM_SALES,
    bc=Table(
        name="salespeoplePurchasers",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="code",
    ),
    sales=Table(name="systemusers", key="systemuserid", modified_on="modifiedon", title="fullname"),
    sales_filter=both(where("isdisabled", "eq", False), where("isintegrationuser", "ne", True)),
    couples_by_value=True,
    creates=False,
    match_on=("email",),
    reference_keys={Side.BC: "code"},
    fields=(
        FieldMapping(
            bc="email",
            sales="internalemailaddress",
            direction=Direction.FROM_SALES,
            caption="Email",
            transformation="trim",
        ),
        FieldMapping(bc="displayName", sales="fullname", direction=Direction.FROM_SALES, caption="Name"),
        FieldMapping(bc="phoneNo", sales="mobilephone", direction=Direction.FROM_SALES, caption="Phone No."),
        FieldMapping(
            bc="jobTitle", sales="jobtitle", direction=Direction.FROM_SALES, caption="Job Title", enabled=False
        ),
        FieldMapping(
            bc="email2",
            sales="personalemailaddress",
            direction=Direction.FROM_SALES,
            caption="Email 2",
            enabled=False,
        ),
    ),
)
