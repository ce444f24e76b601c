"""Contact information: which customer or vendor a company contact stands for."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, TableRelation, code, enum, guid, text

CONTACTS_INFORMATION = EntitySet(
    name="contactsInformation",
    entity="contactInformation",
    title="Contact Information",
    properties=(
        guid("contactId"),
        code("contactNumber", 20),
        text("contactName", 100),
        enum("contactType", "Company", "Person"),
        guid("relatedId"),
        enum("relatedType", " ", "Customer", "Vendor", "Bank Account", "Employee", access=Access.READ_ONLY),
    ),
    order=("contactNumber",),
    relations=(TableRelation("contactNumber", "contacts", "Contact No.", "Contact", code="number"),),
    read_by=("relatedId",),
    navigations=(Navigation("contact", "contacts", column="contactId"),),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
    key="contactId",
)
