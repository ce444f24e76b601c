"""G/L accounts: the chart of accounts."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import Access, EntitySet, boolean, code, decimal, enum, text

ACCOUNTS = EntitySet(
    name="accounts",
    entity="account",
    title="G/L Account",
    properties=(
        ID,
        code("number", 20),
        text("displayName", 100),
        enum("category", " ", "Assets", "Liabilities", "Equity", "Income", "Cost of Goods Sold", "Expense"),
        text("subCategory", 80, access=Access.READ_ONLY),
        boolean("blocked"),
        enum("accountType", "Posting", "Heading", "Total", "Begin-Total", "End-Total"),
        boolean("directPosting"),
        decimal("netChange", access=Access.READ_ONLY),
        enum(
            "consolidationTranslationMethod",
            "Average Rate (Manual)",
            "Closing Rate",
            "Historical Rate",
            "Composite Rate",
            "Equity Rate",
        ),
        text("consolidationDebitAccount", 20),
        text("consolidationCreditAccount", 20),
        boolean("excludeFromConsolidation"),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
    webhooks=True,
)
