"""Customers and vendors have a company contact, which Business Central makes and keeps up to date by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.business_central.words import dialog
from simulator.odata.rules import Row, Rules, Write

# what the company contact has from its customer or vendor
_SHARED = (
    "displayName", "addressLine1", "addressLine2", "city", "state", "country", "postalCode", "phoneNumber", "email",
    "website", "taxRegistrationNumber",
)  # fmt: skip
_DOCUMENTS = {
    "customers": (
        ("salesOrders", "customerId", "Sales Order"),
        ("salesQuotes", "customerId", "Sales Quote"),
        ("salesInvoices", "customerId", "Sales Invoice"),
    ),
    "vendors": (),
}


def business_relation(entity_set: str, relation: str) -> Rules:
    """Return the rules of customers or vendors: a contact comes with each, follows its name and address, and stays."""

    def after_write(write: Write) -> None:
        if write.is_create:
            _create_contact(write, relation)
            if relation == "Customer":
                _create_financial_details(write)
        else:
            _update_contact(write)

    def before_delete(write: Write) -> None:
        for documents, column, title in _DOCUMENTS[entity_set]:
            if write.world.find(documents, **{column: write.values["id"]}) is not None:
                raise dialog(
                    f"You cannot delete {relation} {write.values['number']} because there is at least one outstanding "
                    f"{title} for this {relation.lower()}."
                )

    def after_delete(write: Write) -> None:
        _release_contacts(write)
        if relation == "Customer" and write.world.get("customerFinancialDetails", write.values["id"]) is not None:
            write.world.delete("customerFinancialDetails", write.values["id"])

    return Rules(after_write=after_write, before_delete=before_delete, after_delete=after_delete)


def _create_contact(write: Write, relation: str) -> None:
    world, values = write.world, write.values
    key, number = world.new_id(), world.next_number("contacts")
    own = {"id": key, "number": number, "type": "Company", "contactBusinessRelation": relation}
    world.add_later("contacts", _shared(values) | own)
    world.add_later(
        "contactsInformation",
        {
            "contactId": key,
            "contactNumber": number,
            "contactName": values["displayName"],
            "contactType": "Company",
            "relatedId": values["id"],
            "relatedType": relation,
        },
    )


def _create_financial_details(write: Write) -> None:
    details = {"id": write.values["id"], "number": write.values["number"]}
    write.world.add_later("customerFinancialDetails", details)


def _update_contact(write: Write) -> None:
    world, values, before = write.world, write.values, write.before or {}
    changed = {name: values[name] for name in write.given if name in _SHARED and values[name] != before.get(name)}
    if not changed:
        return
    if "displayName" not in changed:
        world.put_later("contacts", changed, ("contactsInformation", "relatedId", values["id"]))
        return
    for information in world.list("contactsInformation", relatedId=values["id"]):  # other rows carry the name as well
        world.put("contacts", information["contactId"], changed)
        world.put("contactsInformation", information["contactId"], {"contactName": values["displayName"]})


def _release_contacts(write: Write) -> None:
    """Keep the contact, as Business Central does, with no relation left."""
    world = write.world
    for information in world.list("contactsInformation", relatedId=write.values["id"]):
        world.delete("contactsInformation", information["contactId"])
        if world.get("contacts", information["contactId"]) is not None:
            world.update("contacts", information["contactId"], {"contactBusinessRelation": "None"})


def _shared(values: Mapping[str, Any]) -> Row:
    return {name: values[name] for name in _SHARED}
