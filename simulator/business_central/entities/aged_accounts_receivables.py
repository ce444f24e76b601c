"""Aged accounts receivable: what a customer owes, by how long it has been due; derived when it is asked for.

The properties and the periods (not yet due, 30, 60 and more days) are those of Microsoft's published code. Here it is
reached through a customer only, for today and periods of 30 days; it is the sum of the
open invoices, which the customer's `balanceDue` of the seed is not.
"""

from __future__ import annotations

from simulator.business_central.aged_accounts import aged_accounts
from simulator.business_central.rules.aging import age_receivables

AGED_ACCOUNTS_RECEIVABLES = aged_accounts(
    "agedAccountsReceivable", "Aged Accounts Receivable", "customer", age_receivables
)
