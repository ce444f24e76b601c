"""Many-to-many relationships: pairing by $ref, reading, filtering and expanding through them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.protocol.service import SALES_ROOT, Services

MEMBERS = "teammembership_association"
ROLES = "systemuserroles_association"
ABSENT = "99999999-9999-9999-9999-999999999999"


def add(services: Services, entity_set: str, **values: Any) -> str:
    answer = services.sales("POST", f"/{entity_set}", values)
    assert answer.status_code == 204, answer.data
    return str(answer.headers["OData-EntityId"])[-37:-1]


@pytest.fixture
def team(services: Services) -> str:
    return add(services, "teams", name="North")


@pytest.fixture
def users(services: Services) -> list[str]:
    return [add(services, "systemusers", firstname=name, lastname="Test") for name in ("Ann", "Bo", "Cy")]


def pair(services: Services, team: str, user: str) -> Any:
    return services.sales("POST", f"/teams({team})/{MEMBERS}/$ref", {"@odata.id": f"{SALES_ROOT}/systemusers({user})"})


def members(services: Services, team: str, options: str = "") -> list[str]:
    answer = services.sales("GET", f"/teams({team})/{MEMBERS}?$select=firstname{options}")
    return sorted(row["firstname"] for row in answer.json["value"])


def test_rows_are_paired_from_either_side_and_seen_from_both(services: Services, team: str, users: list[str]) -> None:
    assert pair(services, team, users[0]).status_code == 204
    turned = services.sales("POST", f"/systemusers({users[1]})/{MEMBERS}/$ref", {"@odata.id": f"/teams({team})"})
    assert turned.status_code == 204
    assert members(services, team) == ["Ann", "Bo"]
    assert [row["name"] for row in services.sales("GET", f"/systemusers({users[1]})/{MEMBERS}").json["value"]] == [
        "North"
    ]
    assert services.sales("GET", f"/teams({team})/{MEMBERS}/$count").data == b"2"
    assert members(services, team, "&$filter=startswith(firstname,'B')") == ["Bo"]
    references = services.sales("GET", f"/teams({team})/{MEMBERS}/$ref").json["value"]
    assert sorted(one["@odata.id"][-37:-1] for one in references) == sorted(users[:2])
    one = services.sales("GET", f"/teams({team})/{MEMBERS}({users[0]})")
    assert one.json["firstname"] == "Ann"
    assert services.sales("GET", f"/teams({team})/{MEMBERS}({users[2]})").status_code == 404


def test_a_pair_is_made_once_and_ended_by_either_form_of_address(
    services: Services, team: str, users: list[str]
) -> None:
    for user in users[:2]:
        pair(services, team, user)
    twice = pair(services, team, users[0])
    assert (twice.status_code, twice.json["error"]["code"]) == (412, "0x80040237")
    assert services.sales("DELETE", f"/teams({team})/{MEMBERS}({users[0]})/$ref").status_code == 204
    named = f"/teams({team})/{MEMBERS}/$ref?$id=http://localhost{SALES_ROOT}/systemusers({users[1]})"
    assert services.sales("DELETE", named).status_code == 204
    assert members(services, team) == []
    assert services.sales("DELETE", named).status_code == 404
    assert services.sales("DELETE", f"/teams({team})/{MEMBERS}({users[0]})/$ref").status_code == 404
    assert services.sales("GET", f"/systemusers({users[0]})").status_code == 200


def test_users_and_teams_carry_the_id_by_which_they_own_rows(services: Services, team: str, users: list[str]) -> None:
    assert services.sales("GET", f"/teams({team})").json["ownerid"] == team
    assert services.sales("GET", f"/systemusers?$filter=ownerid eq {users[0]}").json["value"][0]["firstname"] == "Ann"


@pytest.mark.parametrize(
    "body", [{}, {"@odata.id": 5}, {"@odata.id": f"/accounts({ABSENT})"}, {"@odata.id": f"/systemusers({ABSENT})"}]
)
def test_what_is_no_partner_is_refused(services: Services, team: str, body: dict[str, Any]) -> None:
    assert 400 <= services.sales("POST", f"/teams({team})/{MEMBERS}/$ref", body).status_code < 500
    assert members(services, team) == []


def test_expands_show_the_partners_of_each_row(services: Services, team: str, users: list[str]) -> None:
    other = add(services, "teams", name="South")
    for one, user in ((team, users[0]), (team, users[1]), (other, users[1])):
        pair(services, one, user)
    found = services.sales("GET", f"/teams?$select=name&$expand={MEMBERS}($select=firstname;$orderby=firstname desc)")
    shown = {row["name"]: [user["firstname"] for user in row[MEMBERS]] for row in found.json["value"]}
    assert shown == {"North": ["Bo", "Ann"], "South": ["Bo"]}
    alone = services.sales("GET", f"/systemusers({users[2]})?$expand={MEMBERS}")
    assert alone.json[MEMBERS] == []


def test_filters_ask_whether_any_or_all_partners_are_such(services: Services, team: str, users: list[str]) -> None:
    role = add(services, "roles", name="Salesperson")
    for user in users[:2]:
        pair(services, team, user)
    services.sales("POST", f"/systemusers({users[0]})/{ROLES}/$ref", {"@odata.id": f"/roles({role})"})

    def found(condition: str) -> list[str]:
        return [row["firstname"] for row in services.sales("GET", f"/systemusers?$filter={condition}").json["value"]]

    assert found(f"{ROLES}/any(r:r/name eq 'salesperson')") == ["Ann"]
    assert sorted(found(f"not {ROLES}/any()")) == ["Bo", "Cy"]
    assert sorted(found(f"{MEMBERS}/any(t:t/teamid eq {team})")) == ["Ann", "Bo"]
    assert sorted(found(f"{MEMBERS}/all(t:t/name eq 'South')")) == ["Cy"]
    assert found(f"{MEMBERS}/any(t:t/name eq 'North') and {ROLES}/any(r:r/roleid eq {role})") == ["Ann"]


def test_a_row_is_made_with_its_partners_and_below_its_partner(services: Services, team: str) -> None:
    made = services.sales("POST", f"/teams({team})/{MEMBERS}", {"firstname": "Di", "lastname": "Test"})
    assert made.status_code == 204 and members(services, team) == ["Di"]
    deep = add(services, "teams", name="Deep", **{MEMBERS: [{"firstname": "Ed", "lastname": "Test"}]})
    assert members(services, deep) == ["Ed"]


def test_a_deleted_row_leaves_its_pairs(services: Services, team: str, users: list[str]) -> None:
    pair(services, team, users[0])
    assert services.sales("DELETE", f"/systemusers({users[0]})").status_code == 204
    assert members(services, team) == [] and services.sales("GET", "/teammemberships").json["value"] == []


def test_the_pairs_are_a_set_that_is_read_only_and_that_fetchxml_joins(
    services: Services, team: str, users: list[str]
) -> None:
    pair(services, team, users[0])
    (row,) = services.sales("GET", "/teammemberships").json["value"]
    assert (row["teamid"], row["systemuserid"]) == (team, users[0])
    assert services.sales("POST", "/teammemberships", {"teamid": team}).status_code == 405
    xml = (
        "<fetch><entity name='systemuser'><attribute name='firstname'/>"
        "<link-entity name='teammembership' from='systemuserid' to='systemuserid' intersect='true'>"
        f"<filter><condition attribute='teamid' operator='eq' value='{team}'/></filter>"
        "</link-entity></entity></fetch>"
    )
    found = services.sales("GET", f"/systemusers?fetchXml={xml}")
    assert [one["firstname"] for one in found.json["value"]] == ["Ann"]


def test_a_refused_part_of_a_change_set_pairs_nothing(services: Services, team: str, users: list[str]) -> None:
    def part(number: int, user: str) -> str:
        return (
            "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: {number}\r\n\r\nPOST {SALES_ROOT}/teams({team})/{MEMBERS}/$ref HTTP/1.1\r\n"
            f'Content-Type: application/json\r\n\r\n{{"@odata.id": "/systemusers({user})"}}\r\n'
        )

    parts = part(1, users[0]) + part(2, ABSENT)
    body = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n--b--\r\n"
    answer = services.sales("POST", "/$batch", body.encode(), Content_Type="multipart/mixed; boundary=b")
    assert answer.status_code == 404
    assert members(services, team) == []


def test_the_definitions_tell_of_the_relationship(services: Services) -> None:
    found = services.sales("GET", f"/RelationshipDefinitions(SchemaName='{MEMBERS}')").json
    assert (found["RelationshipType"], found["Entity1LogicalName"], found["Entity2LogicalName"]) == (
        "ManyToManyRelationship",
        "team",
        "systemuser",
    )
    assert found["IntersectEntityName"] == "teammembership"
    listed = services.sales("GET", "/EntityDefinitions(LogicalName='systemuser')/ManyToManyRelationships").json
    assert {one["SchemaName"] for one in listed["value"]} == {MEMBERS, ROLES}
