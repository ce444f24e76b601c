"""Customer financial details: balance and sales of one customer; its id is the customer's."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import Access, EntitySet, TableRelation, code, decimal

CUSTOMER_FINANCIAL_DETAILS = EntitySet(
    name="customerFinancialDetails",
    entity="customerFinancialDetail",
    title="Customer Financial Details",
    properties=(
        ID,
        code("number", 20, access=Access.READ_ONLY),
        decimal("balance", access=Access.READ_ONLY),
        decimal("totalSalesExcludingTax", access=Access.READ_ONLY),
        decimal("overdueAmount", access=Access.READ_ONLY),
        MODIFIED,
    ),
    order=("number",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    relations=(TableRelation("number", "customers", "No.", "Customer", code="number"),),
    change_tracking=True,
)
