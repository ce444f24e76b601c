"""Which company of Business Central a row of Sales belongs to, where several companies share an environment.

The column comes with Business Central's base solution for Sales. By default nothing is written to it, and all rows take
part: an administrator adds a constant and a condition to the mappings of each company (docs/mappings.md).
"""

from flask_coupling.core.mapping import Lookup

COMPANY_LOOKUP = {"bcbi_companyid": Lookup("bcbi_companies", "bcbi_CompanyId")}
"""The lookup of the tables that have it: accounts, contacts, products, price lists, opportunities and documents."""
