"""What Sales knows of an account that people in Business Central want to see: open business, by table."""

from flask_coupling.core.mapping import Lookup, Table
from flask_coupling.core.table_filter import TableFilter, where

OPEN_OPPORTUNITY = where("statecode", "eq", 0)
NOT_CLOSED = where("statecode", "lt", 2)
ACTIVE_CASE = where("statecode", "eq", 0)


def _of_account(name: str, key: str, column: str, navigation: str = "", title: str = "name") -> Table:
    lookups = {column: Lookup("accounts", navigation or column)}
    return Table(name=name, key=key, modified_on="modifiedon", title=title, lookups=lookups)


_CUSTOMER = ("customerid", "customerid_account")

ACTIVITY: dict[str, tuple[Table, str, TableFilter]] = {
    "opportunities": (
        _of_account("opportunities", "opportunityid", "parentaccountid"),
        "parentaccountid",
        OPEN_OPPORTUNITY,
    ),
    "quotes": (_of_account("quotes", "quoteid", *_CUSTOMER), "customerid", NOT_CLOSED),
    "orders": (_of_account("salesorders", "salesorderid", *_CUSTOMER), "customerid", NOT_CLOSED),
    "cases": (_of_account("incidents", "incidentid", *_CUSTOMER, "title"), "customerid", ACTIVE_CASE),
}
"""By name: the table, the lookup to the account, and which rows are open (drafts and active ones)."""
