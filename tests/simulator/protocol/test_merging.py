"""Merge, which ends one of two records, and InitializeFrom, which begins one from another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.protocol.service import Services

ABSENT = "99999999-9999-9999-9999-999999999999"


def add(services: Services, entity_set: str, **values: Any) -> str:
    answer = services.sales("POST", f"/{entity_set}", values)
    assert answer.status_code == 204, answer.data
    return str(answer.headers["OData-EntityId"])[-37:-1]


def account(key: str) -> dict[str, str]:
    return {"@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": key}


def merge(services: Services, target: Any, subordinate: Any, checks: bool = False, **content: Any) -> Any:
    body = {"Target": target, "Subordinate": subordinate, "PerformParentingChecks": checks}
    return services.sales("POST", "/Merge", body | ({"UpdateContent": content} if content else {}))


@pytest.fixture
def two(services: Services) -> tuple[str, str]:
    return add(services, "accounts", name="Adatum"), add(services, "accounts", name="Adatum A/S", telephone1="1")


def test_the_subordinate_is_deactivated_and_what_hung_on_it_moves(services: Services, two: tuple[str, str]) -> None:
    master, other = two
    contact = add(
        services, "contacts", lastname="Ann", **{"parentcustomerid_account@odata.bind": f"/accounts({other})"}
    )
    quote = add(services, "quotes", name="Q", **{"customerid_account@odata.bind": f"/accounts({other})"})
    services.sales("PATCH", f"/quotes({quote})", {"statecode": 3, "statuscode": 5})  # even one that is closed
    assert merge(services, account(master), account(other)).status_code == 204
    gone, stays = (services.sales("GET", f"/accounts({key})").json for key in (other, master))
    assert (gone["statecode"], gone["statuscode"], gone["merged"], gone["_masterid_value"]) == (1, 2, True, master)
    assert (stays["statecode"], stays["merged"], stays["name"], stays["telephone1"]) == (0, False, "Adatum", None)
    assert services.sales("GET", f"/contacts({contact})").json["_parentcustomerid_value"] == master
    moved = services.sales("GET", f"/quotes({quote})").json
    assert (moved["_customerid_value"], moved["statecode"]) == (master, 3)


def test_what_is_chosen_of_the_subordinate_is_set_in_the_master(services: Services, two: tuple[str, str]) -> None:
    contact = add(services, "contacts", lastname="Ann")
    content = {"telephone1": "1", "primarycontactid@odata.bind": f"/contacts({contact})"}
    named = {"@odata.id": f"accounts({two[1]})"}
    answer = merge(services, account(two[0]), named, **account(two[0]), **content)
    assert answer.status_code == 204, answer.data
    row = services.sales("GET", f"/accounts({two[0]})").json
    assert (row["telephone1"], row["_primarycontactid_value"]) == ("1", contact)


@pytest.mark.parametrize(
    ("target", "subordinate", "status"),
    [
        ("master", "master", 400),
        ("master", "contact", 400),
        ("master", None, 400),
        ("master", {"accountid": "no id"}, 400),
        ("master", {"@odata.id": "x"}, 400),
        ("master", account(ABSENT), 404),
        (5, "other", 400),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_changes(
    services: Services, two: tuple[str, str], target: Any, subordinate: Any, status: int
) -> None:
    contact = add(services, "contacts", lastname="Ann")
    known = {"master": account(two[0]), "other": account(two[1]), "contact": {"contactid": contact}}
    before = services.sales("GET", "/accounts").data
    answer = merge(services, *(known.get(one, one) if isinstance(one, str) else one for one in (target, subordinate)))
    assert answer.status_code == status and answer.json["error"]["message"]
    assert services.sales("GET", "/accounts").data == before


def test_parents_are_compared_when_that_is_asked_for(services: Services, two: tuple[str, str]) -> None:
    parent = add(services, "accounts", name="Group")
    services.sales("PATCH", f"/accounts({two[0]})", {"parentaccountid@odata.bind": f"/accounts({parent})"})
    refused = merge(services, account(two[0]), account(two[1]), checks=True)
    assert refused.status_code == 400 and "parents" in refused.json["error"]["message"]
    assert merge(services, account(two[0]), account(two[1])).status_code == 204
    assert merge(services, account(two[0]), account(two[1])).status_code == 400  # it is inactive now


def test_a_refused_content_leaves_both_as_they_were(services: Services, two: tuple[str, str]) -> None:
    contact = add(
        services, "contacts", lastname="Ann", **{"parentcustomerid_account@odata.bind": f"/accounts({two[1]})"}
    )
    for content in ({"nosuch": 1}, {"telephone1": "x" * 51}, {"primarycontactid@odata.bind": f"/contacts({ABSENT})"}):
        assert merge(services, account(two[0]), account(two[1]), **content).status_code == 400
    assert services.sales("GET", f"/accounts({two[1]})").json["statecode"] == 0
    assert services.sales("GET", f"/contacts({contact})").json["_parentcustomerid_value"] == two[1]


def initialize(services: Services, source: str, target: str, kind: str = "ValidForCreate") -> Any:
    aliases = f"@p1={{'@odata.id':'{source}'}}&@p2='{target}'&@p3=Microsoft.Dynamics.CRM.TargetFieldType'{kind}'"
    return services.sales(
        "GET", f"/InitializeFrom(EntityMoniker=@p1,TargetEntityName=@p2,TargetFieldType=@p3)?{aliases}"
    )


def test_a_new_record_starts_with_what_is_mapped_and_can_be_created_as_it_is(services: Services) -> None:
    place = {"address1_line1": "Nygade 1", "address1_city": "Odense"}
    source = add(services, "accounts", name="Adatum", **place)
    answer = initialize(services, f"accounts({source})", "contact")
    assert answer.json["@odata.context"].endswith("$metadata#contacts/$entity")
    assert answer.json["@odata.type"] == "#Microsoft.Dynamics.CRM.contact"
    assert answer.json["parentcustomerid_account@odata.bind"] == f"accounts({source})"
    made = add(services, "contacts", lastname="Ann", **answer.json)
    row = services.sales("GET", f"/contacts({made})").json
    assert {name: row[name] for name in place} == place and row["_parentcustomerid_value"] == source
    assert len(services.sales("GET", "/contacts").json["value"]) == 1


def test_a_customer_is_bound_by_the_property_of_its_own_table(services: Services) -> None:
    contact = add(services, "contacts", lastname="Ann")
    bound = {"customerid_contact@odata.bind": f"/contacts({contact})"}
    opportunity = add(services, "opportunities", name="Chairs", description="Ten", **bound)
    answer = initialize(services, f"opportunities({opportunity})", "quote").json
    assert (answer["name"], answer["customerid_contact@odata.bind"]) == ("Chairs", f"contacts({contact})")
    assert "customerid_account@odata.bind" not in answer


@pytest.mark.parametrize(
    ("source", "target", "kind", "status"),
    [
        (f"accounts({ABSENT})", "contact", "All", 404),
        ("nonsense", "contact", "All", 400),
        ("{account}", "nosuch", "All", 400),
        ("{account}", "contact", "Some", 400),
        ("{account}", "invoice", "All", 501),
    ],
)
def test_what_cannot_be_initialized_is_refused(
    services: Services, source: str, target: str, kind: str, status: int
) -> None:
    key = add(services, "accounts", name="Adatum")
    answer = initialize(services, source.replace("{account}", f"accounts({key})"), target, kind)
    assert answer.status_code == status and answer.json["error"]["message"]
