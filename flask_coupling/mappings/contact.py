"""Contact persons of Business Central and contacts of Sales.

Business Central's API v2.0 has one name field where Sales has three: the full name is mapped, and written to Sales as
first and last name. A person's company is another contact in Business Central, and an account in Sales: the customer
or vendor whose company contact it is leads from one to the other. Fax, pager, salutation, currency and salesperson are
not reachable over that API.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import both, where
from flask_coupling.mappings._company import COMPANY_LOOKUP
from flask_coupling.mappings._parties import ACTIVE, ADDRESS, ONLINE, parties

COMPANY_CONTACT = "contactsInformation/contactNumber"

CONTACT = TableMapping(
    name="CONTACT",
    caption="Contacts",
    bc=parties("contacts"),
    sales=Table(
        name="contacts",
        key="contactid",
        modified_on="modifiedon",
        title="fullname",
        lookups={"parentcustomerid": Lookup("accounts", "parentcustomerid_account"), **COMPANY_LOOKUP},
        composites={"fullname": ("firstname", "lastname")},
    ),
    bc_filter=both(where("type", "eq", "Person"), where("companyNumber", "not_blank", "")),
    sales_filter=both(ACTIVE, where("parentcustomerid", "not_blank")),
    depends_on=("CUSTOMER", "VENDOR"),
    match_on=("displayName", "email"),
    reference_keys={Side.BC: "number"},
    fields=(
        FieldMapping(bc="displayName", sales="fullname", caption="Name"),
        FieldMapping(
            bc="companyNumber",
            sales="parentcustomerid",
            reference=Reference("CUSTOMER", COMPANY_CONTACT, others=("VENDOR",), belongs=True),
            caption="Company",
        ),
        FieldMapping(bc="jobTitle", sales="jobtitle", caption="Job Title"),
        *ADDRESS,
        FieldMapping(bc="mobilePhoneNumber", sales="mobilephone", caption="Mobile Phone No."),
        *ONLINE,
        FieldMapping(bc="type", constant="Person", direction=Direction.FROM_SALES, caption="Type"),
    ),
)
