"""Which company of Business Central a row of Sales belongs to, where several companies share an environment.

The column comes with Business Central's base solution for Sales. It is looked at, and written, by connections whose
administrator said that several companies share the environment (docs/mappings.md).
"""

from flask_coupling.core.company import Companies
from flask_coupling.core.mapping import Lookup, Table

COMPANY_COLUMN = "bcbi_companyid"

COMPANY_LOOKUP = {COMPANY_COLUMN: Lookup("bcbi_companies", "bcbi_CompanyId")}
"""The lookup of the tables that have it: accounts, contacts, products, price lists, opportunities and documents."""

COMPANIES = Companies(
    table=Table(name="bcbi_companies", key="bcbi_companyid", modified_on="modifiedon", title="bcbi_name"),
    lookup=COMPANY_LOOKUP[COMPANY_COLUMN],
)
"""The companies that Sales knows of; `bcbi_externalid` is the id Business Central gives them."""
