"""FetchXML, ?sql= and $apply on Dataverse."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tests.simulator.protocol.service import Services

ADATUM, FABRIKAM = "aaaaaaaa-0000-0000-0000-000000000001", "aaaaaaaa-0000-0000-0000-000000000002"


@pytest.fixture
def filled(services: Services) -> Services:
    accounts = [
        {"accountid": ADATUM, "name": "Adatum", "creditlimit": 100, "customertypecode": 3},
        {"accountid": FABRIKAM, "name": "Fabrikam", "creditlimit": 50, "customertypecode": 3},
        {"accountid": "aaaaaaaa-0000-0000-0000-000000000003", "name": "Æblehaven", "customertypecode": 1},
    ]
    contacts = [
        {"lastname": "Berg", "firstname": "Anna", "_parentcustomerid_value": ADATUM},
        {"lastname": "Dahl", "firstname": "Bo", "_parentcustomerid_value": ADATUM},
        {"lastname": "Lund", "firstname": "Cai"},
    ]
    services.store.load("sales", "accounts", accounts)
    services.store.load("sales", "contacts", contacts)
    return services


def ask(services: Services, option: str, text: str, entity_set: str = "accounts", **headers: str) -> Any:
    return services.client.get(f"/api/data/v9.2/{entity_set}", query_string={option: text}, headers=headers)


def rows(services: Services, option: str, text: str, entity_set: str = "accounts") -> list[dict[str, Any]]:
    answer = ask(services, option, text, entity_set)
    assert answer.status_code == 200, answer.data
    return [{name: one for name, one in row.items() if name[0] != "@"} for row in answer.json["value"]]


def fetch(inside: str, entity: str = "account", **attributes: str) -> str:
    listed = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<fetch{listed}><entity name="{entity}">{inside}</entity></fetch>'


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('<condition attribute="name" operator="eq" value="ADATUM"/>', ["Adatum"]),
        ('<condition attribute="name" operator="like" value="%a%"/>', ["Adatum", "Fabrikam", "Æblehaven"]),
        ('<condition attribute="name" operator="not-like" value="f%"/>', ["Adatum", "Æblehaven"]),
        ('<condition attribute="creditlimit" operator="null"/>', ["Æblehaven"]),
        (
            '<condition attribute="creditlimit" operator="between"><value>60</value><value>200</value></condition>',
            ["Adatum"],
        ),
        ('<condition attribute="customertypecode" operator="in"><value>1</value></condition>', ["Æblehaven"]),
        (
            '<condition attribute="accountid" operator="eq" value="{AAAAAAAA-0000-0000-0000-000000000002}"/>',
            ["Fabrikam"],
        ),
    ],
)
def test_fetch_conditions(filled: Services, condition: str, names: list[str]) -> None:
    text = fetch(f'<attribute name="name"/><order attribute="name"/><filter>{condition}</filter>')
    assert [row["name"] for row in rows(filled, "fetchXml", text)] == names


def test_fetch_joins_inner_and_outer(filled: Services) -> None:
    link = '<link-entity name="contact" from="parentcustomerid" to="accountid" alias="c" link-type="{}">'
    inside = '<attribute name="name"/><order attribute="name"/>' + link + '<attribute name="lastname"/></link-entity>'
    inner = rows(filled, "fetchXml", fetch(inside.format("inner")))
    assert sorted(row["c.lastname"] for row in inner) == ["Berg", "Dahl"]
    outer = rows(filled, "fetchXml", fetch(inside.format("outer")))
    assert [row["name"] for row in outer] == ["Adatum", "Adatum", "Fabrikam", "Æblehaven"]


def test_fetch_pages_with_a_cookie_that_moves(filled: Services) -> None:
    text = fetch('<attribute name="name"/><order attribute="name"/>', count="2", page="1")
    first = ask(filled, "fetchXml", text).json
    assert first["@Microsoft.Dynamics.CRM.morerecords"] is True
    cookie = first["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"]
    assert 'pagenumber="2"' in cookie and "accountid last=" in unquote(unquote(cookie))
    second = ask(filled, "fetchXml", text.replace('page="1"', 'page="2"')).json
    assert [row["name"] for row in second["value"]] == ["Æblehaven"]
    assert "@Microsoft.Dynamics.CRM.morerecords" not in second


def test_fetch_groups_and_counts(filled: Services) -> None:
    inside = (
        '<attribute name="customertypecode" groupby="true" alias="kind"/>'
        '<attribute name="accountid" aggregate="count" alias="n"/>'
        '<attribute name="creditlimit" aggregate="sum" alias="total"/><order alias="n" descending="true"/>'
    )
    found = rows(filled, "fetchXml", fetch(inside, aggregate="true"))
    assert found == [{"kind": 3, "n": 2, "total": 150}, {"kind": 1, "n": 1, "total": None}]


SQL = [
    ("SELECT name FROM account WHERE creditlimit > 60", [{"name": "Adatum"}]),
    ("SELECT TOP 1 name FROM account ORDER BY name DESC", [{"name": "Æblehaven"}]),
    ("SELECT name AS n FROM account WHERE name LIKE 'FAB%' OR name = 'Nobody'", [{"n": "Fabrikam"}]),
    ("SELECT name FROM account WHERE name IN ('Adatum', 'X') AND creditlimit IS NOT NULL", [{"name": "Adatum"}]),
    ("SELECT name FROM account WHERE NOT (creditlimit BETWEEN 60 AND 200)", [{"name": "Fabrikam"}]),
    ("SELECT COUNT(*) AS n FROM account", [{"n": 3}]),
    (
        "SELECT customertypecode, COUNT(*) AS n, MAX(creditlimit) m FROM account "
        "GROUP BY customertypecode ORDER BY n DESC",
        [{"customertypecode": 3, "n": 2, "m": 100}, {"customertypecode": 1, "n": 1, "m": None}],
    ),
    (
        "SELECT DISTINCT customertypecode FROM account ORDER BY customertypecode",
        [{"customertypecode": 1}, {"customertypecode": 3}],
    ),
    (
        "SELECT a.name, c.lastname FROM account a INNER JOIN contact c ON c.parentcustomerid = a.accountid "
        "WHERE c.firstname = 'bo'",
        [{"name": "Adatum", "c.lastname": "Dahl"}],
    ),
    (
        "SELECT a.name, COUNT(c.contactid) AS n FROM account AS a LEFT JOIN contact AS c "
        "ON a.accountid = c.parentcustomerid GROUP BY a.name ORDER BY a.name OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY",
        [{"name": "Fabrikam", "n": 0}],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SQL)
def test_sql_queries(filled: Services, text: str, expected: list[dict[str, Any]]) -> None:
    found = rows(filled, "sql", text)
    assert [{name: row.get(name) for name in one} for row, one in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("sql", "SELECT * FROM account"),
        ("sql", "SELECT name FROM account HAVING 1 = 1"),
        ("sql", "SELECT name FROM account UNION SELECT name FROM contact"),
        ("sql", "SELECT UPPER(name) FROM account"),
        ("sql", "SELECT name FROM account RIGHT JOIN contact ON contact.contactid = account.primarycontactid"),
        ("sql", "SELECT name FROM account WHERE accountid IN (SELECT contactid FROM contact)"),
        ("sql", "SELECT nope FROM account"),
        ("sql", "SELECT name FROM nowhere"),
        ("sql", "DELETE FROM account"),
        ("sql", "SELECT name FROM account WHERE creditlimit > 'much'"),
        ("sql", "SELECT"),
        ("sql", "SELECT name FROM account WHERE ("),
        ("sql", "\x00"),
        ("fetchXml", "<fetch>"),
        ("fetchXml", "<fetch/>"),
        ("fetchXml", '<!DOCTYPE x [<!ENTITY a "b">]><fetch/>'),
        ("fetchXml", fetch("", entity="contact")),
        ("fetchXml", fetch('<attribute name="nope"/>')),
        ("fetchXml", fetch("<unknown/>")),
        ("fetchXml", fetch('<filter><condition attribute="name" operator="near" value="x"/></filter>')),
        ("fetchXml", fetch('<filter><condition attribute="name" operator="eq"/></filter>')),
        ("fetchXml", fetch("", count="-1")),
        ("$apply", "concat(aggregate($count as n),filter(name eq 'a'))"),
        ("$apply", "groupby(name)"),
        ("$apply", "aggregate(name with sum as n)"),
        ("$apply", "aggregate(nope with sum as n)"),
    ],
)
def test_what_a_flat_query_cannot_do_is_a_400_that_says_so(filled: Services, option: str, text: str) -> None:
    answer = ask(filled, option, text)
    assert answer.status_code == 400 and answer.json["error"]["message"]


def test_apply_filters_groups_and_aggregates(filled: Services) -> None:
    text = (
        "filter(creditlimit gt 1)/groupby((customertypecode),aggregate($count as n,creditlimit with average as mean))"
    )
    assert rows(filled, "$apply", text) == [{"customertypecode": 3, "n": 2, "mean": 75.0}]
    assert rows(filled, "$apply", "aggregate(name with countdistinct as n)") == [{"n": 3}]
    assert len(rows(filled, "$apply", "groupby((customertypecode))")) == 2


def test_sql_pages_move_on_to_the_end(services: Services) -> None:
    services.store.load("sales", "accounts", ({"name": f"A{number:05}"} for number in range(5_003)))
    first = ask(services, "sql", "SELECT name FROM account ORDER BY name").json
    rest = services.follow(first["@odata.nextLink"]).json
    assert len(first["value"]) == 5_000 and [row["name"] for row in rest["value"]] == ["A05000", "A05001", "A05002"]
    assert "@odata.nextLink" not in rest
