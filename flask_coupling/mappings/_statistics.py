"""What Business Central tells Sales of a customer's balance: a row of account statistics, linked from the account.

The table comes with Business Central's base solution for Sales. Not reachable over Business Central's API v2.0, so not
told here: outstanding orders and invoices, what is shipped and not invoiced, and prepayments; they are blank in Sales.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.mappings._parties import parties

TO_SALES = Direction.TO_SALES
DETAILS = "customerFinancialDetail"

ACCOUNT_STATISTICS = TableMapping(
    name="CUSTOMER STATISTICS",
    caption="Customer Statistics",
    direction=TO_SALES,
    bc=parties("customers"),
    sales=Table(
        name="nav_accountstatisticses", key="nav_accountstatisticsid", modified_on="modifiedon", title="nav_name"
    ),
    fields=(
        FieldMapping(bc="displayName", sales="nav_name", direction=TO_SALES, caption="Name"),
        FieldMapping(bc="number", sales="nav_customerno", direction=TO_SALES, caption="No."),
        FieldMapping(bc=f"{DETAILS}/balance", sales="nav_balancelcy", direction=TO_SALES, caption="Balance (LCY)"),
        FieldMapping(
            bc=f"{DETAILS}/overdueAmount",
            sales="nav_overdueamountslcy",
            direction=TO_SALES,
            caption="Overdue Amounts (LCY)",
        ),
        FieldMapping(
            bc=f"{DETAILS}/totalSalesExcludingTax",
            sales="nav_totalsaleslcy",
            direction=TO_SALES,
            caption="Total Sales (LCY)",
        ),
        FieldMapping(bc="creditLimit", sales="nav_creditlimitlcy", direction=TO_SALES, caption="Credit Limit (LCY)"),
    ),
)

LINKED_ACCOUNTS = Table(
    name="accounts",
    key="accountid",
    modified_on="modifiedon",
    title="name",
    lookups={"nav_accountstatisticsid": Lookup("nav_accountstatisticses", "nav_AccountStatisticsId")},
)

STATISTICS_LINK = "nav_accountstatisticsid"
AS_OF = "nav_overdueamountsasof"
