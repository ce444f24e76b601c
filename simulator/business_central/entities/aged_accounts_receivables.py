"""Aged accounts receivable: what a customer owes, by how long it has been due; derived when it is asked for.

The properties and the periods (not yet due, 30, 60 and more days) are those of Microsoft's published code. Here it is
reached through a customer only, for today and periods of 30 days; it is the sum
of the open invoices, which the customer's `balanceDue` of the seed is not.
"""

from __future__ import annotations

from simulator.business_central.rules.aging import age_receivables
from simulator.business_central.rules.computed import COMPUTED_RULES
from simulator.odata.edm import Access, Derived, EntitySet, Subpage, code, date, decimal, guid, text

AGED_ACCOUNTS_RECEIVABLES = EntitySet(
    name="agedAccountsReceivables",
    entity="agedAccountsReceivable",
    title="Aged Accounts Receivable",
    properties=(
        guid("customerId", access=Access.READ_ONLY),
        code("customerNumber", 20, access=Access.READ_ONLY),
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
    key="customerId",
    subpage=Subpage(
        "agedAccountsReceivable",
        {"": "customers"},
        "Aged accounts of all customers are not supported; read those of one customer.",
        column="customerId",
        kind="",
    ),
    derived=Derived(fill=age_receivables),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    rules=COMPUTED_RULES,
)
