"""Aged accounts payable: what is owed to a vendor, by how long it has been due; derived when it is asked for.

The properties and the periods (not yet due, 30, 60 and more days) are those of Microsoft's published code. Here it is
reached through a vendor only, for today and periods of 30 days; without
purchase documents it is nothing.
"""

from __future__ import annotations

from simulator.business_central.rules.aging import age_payables
from simulator.business_central.rules.computed import COMPUTED_RULES
from simulator.odata.edm import Access, Derived, EntitySet, Subpage, code, date, decimal, guid, text

AGED_ACCOUNTS_PAYABLES = EntitySet(
    name="agedAccountsPayables",
    entity="agedAccountsPayable",
    title="Aged Accounts Payable",
    properties=(
        guid("vendorId", access=Access.READ_ONLY),
        code("vendorNumber", 20, access=Access.READ_ONLY),
        text("name", 100, access=Access.READ_ONLY),
        code("currencyCode", 10, access=Access.READ_ONLY),
        decimal("balanceDue", access=Access.READ_ONLY),
        decimal("currentAmount", access=Access.READ_ONLY),
        decimal("period1Amount", access=Access.READ_ONLY),
        decimal("period2Amount", access=Access.READ_ONLY),
        decimal("period3Amount", access=Access.READ_ONLY),
        date("agedAsOfDate", access=Access.READ_ONLY),
        text("periodLengthFilter", 10, access=Access.READ_ONLY),
    ),
    key="vendorId",
    subpage=Subpage(
        "agedAccountsPayable",
        {"": "vendors"},
        "Aged accounts of all vendors are not supported; read those of one vendor.",
        column="vendorId",
        kind="",
    ),
    derived=Derived(fill=age_payables),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    rules=COMPUTED_RULES,
)
