"""Contacts: a person belongs to a company contact by its number, and carries that company's name."""

from __future__ import annotations

from simulator.business_central.words import dialog
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Rules, Write


def _complete_contact(write: Write) -> None:
    values = write.values
    if write.changes("displayName") and "searchName" not in write.given:
        values["searchName"] = values["displayName"].upper()
    if values["type"] == "Company":
        values["companyNumber"], values["companyName"] = values["number"], values["displayName"]
    elif write.changes("companyNumber", "type"):
        values["companyName"] = _company_name(write)
    if write.is_create and values["contactBusinessRelation"] == "_x0020_":
        values["contactBusinessRelation"] = "None"


def _company_name(write: Write) -> str:
    number = write.values["companyNumber"]
    if not number:
        return ""
    company = write.world.find("contacts", number=number)
    if company is None or company["type"] != "Company":
        raise ServiceError(
            400, "Internal_InvalidTableRelation",
            f"The field Company No. of table Contact contains a value ({number}) that cannot be found in the related "
            "table (Contact).",
        )  # fmt: skip
    return str(company["displayName"])


def _rename_company(write: Write) -> None:
    """People of a company that has been renamed show its new name, and its new number."""
    values, before = write.values, write.before
    if before is None or values["type"] != "Company" or not write.changes("displayName", "number"):
        return
    named = {"companyNumber": values["number"], "companyName": values["displayName"]}
    for person in write.world.list("contacts", companyNumber=before["number"]):
        if person["id"] != values["id"]:
            write.world.update("contacts", person["id"], named)


def _refuse_when_related(write: Write) -> None:
    relation = write.values["contactBusinessRelation"]
    if write.world.get("contactsInformation", write.values["id"]) is not None:
        raise dialog(
            f"You cannot delete Contact No. {write.values['number']} because it is related to a {relation.lower()}."
        )


CONTACT_RULES = Rules(before_write=_complete_contact, after_write=_rename_company, before_delete=_refuse_when_related)
