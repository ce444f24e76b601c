"""Salespersons in Business Central take their names and addresses from the users of Sales.

As long as nobody asks for more they are only coupled. A user of Sales has no code, so a new salesperson's is made of
the user's initials and id (`BD-7K2MQ4XA`): no two users share one, and a repeated attempt makes the same one again.
"""

from base64 import b32encode
from hashlib import sha256

from flask_coupling.core.mapping import Computed, FieldMapping, Table, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import both, where

MOST_INITIALS = 4


def salesperson_code(name: Value, id: Value) -> str:
    """The code of a new salesperson: at most four initials of the user's name, and 40 bits that stand for the id."""
    initials = [letter for word in str(name or "").split() if (letter := word[0].upper()[0]).isalpha()]
    told = b32encode(sha256(str(id).lower().encode()).digest()[:5]).decode()
    return "-".join(part for part in ("".join(initials[:MOST_INITIALS]), told) if part)


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
    sales=Table(
        name="systemusers",
        key="systemuserid",
        modified_on="modifiedon",
        title="fullname",
        computed={"newcode": Computed(("fullname", "systemuserid"), salesperson_code)},
    ),
    sales_filter=both(
        where("isdisabled", "eq", False), where("islicensed", "eq", True), where("isintegrationuser", "ne", True)
    ),
    couples_by_value=True,
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
        FieldMapping(bc="code", sales="newcode", direction=Direction.FROM_SALES, caption="Code", only_new=True),
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
