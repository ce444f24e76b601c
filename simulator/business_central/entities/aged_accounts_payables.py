"""Aged accounts payable: what is owed to a vendor, by how long it has been due; derived when it is asked for.

The properties and the periods (not yet due, 30, 60 and more days) are those of Microsoft's published code. Here it is
reached through a vendor only, for today and periods of 30 days; without purchase documents it
is nothing.
"""

from __future__ import annotations

from simulator.business_central.aged_accounts import aged_accounts
from simulator.business_central.rules.aging import age_payables

AGED_ACCOUNTS_PAYABLES = aged_accounts("agedAccountsPayable", "Aged Accounts Payable", "vendor", age_payables)
