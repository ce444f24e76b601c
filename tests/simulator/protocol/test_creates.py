"""Creates that stand together in a batch: stored together, and yet as if each had come by itself."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from simulator.odata.edm import AlternateKey
from tests.simulator.protocol.service import COMPANY, Services, make_services
from tests.simulator.protocol.test_batches import create, multipart, part, run, send

CASES = [int(case)] if (case := os.environ.get("COUPLING_TEST_CASE")) else range(12)
ID = "33333333-3333-3333-3333-33333333330{}"


def statuses(answers: list[dict[str, Any]]) -> list[int]:
    return [one["status"] for one in answers]


def rows(services: Services, entity_set: str) -> list[dict[str, Any]]:
    """Every row, without what tells when and as which it was made."""
    told = services.sales if entity_set.startswith("acc") else services.bc
    listed = told("GET", f"/{entity_set}").json["value"]
    own = ("id", "accountid", "versionnumber", "createdon", "modifiedon", "lastModifiedDateTime", "@odata.etag")
    shown = [{name: value for name, value in row.items() if name not in own} for row in listed]
    return sorted(shown, key=repr)


def customer(random: Random) -> dict[str, Any]:
    body: dict[str, Any] = {"displayName": random.choice(("A", "B", "Æ" * 100, "C" * 101, "", None, 5))}
    if random.random() < 0.5:
        body["displayName"] = f"Customer {random.randrange(1000)}"
    for name, values in (
        ("number", ("N1", "n2", " N3 ", "", "N" * 21)),
        ("type", ("Person", "Company", "Nobody")),
        ("blocked", ("_x0020_", "All", " ")),
        ("currencyCode", ("DKK", "XXX", "")),
        ("creditLimit", (5, 1.25, "x")),
        ("balanceDue", (1,)),
        ("nonsense", (1,)),
        ("taxLiable", (True, 1)),
    ):
        if random.random() < 0.12:
            body[name] = random.choice(values)
    return body


def account(random: Random) -> dict[str, Any]:
    body: dict[str, Any] = {"name": f"Account {random.randrange(1000)}"}
    for name, values in (
        ("accountid", (ID.format(1), ID.format(2), "x")),
        ("accountnumber", ("1", "2", "3")),
        ("name", ("", None, "N" * 161, 7)),
        ("address1_city", ("Odense", "")),
        ("industrycode", (1, 99, "2")),
        ("revenue", (5, "x")),
        ("statecode", (1,)),
        ("nonsense", (1,)),
        ("parentaccountid@odata.bind", (f"/accounts({ID.format(1)})",)),
        ("createdon", ("2020-01-01T00:00:00Z",)),
    ):
        if random.random() < 0.12:
            body[name] = random.choice(values)
    return body


def compared(answer: dict[str, Any]) -> tuple[Any, ...]:
    """What must be the same of an answer, however it came about: correlation ids and new ids are not."""
    error = (answer.get("body") or {}).get("error")
    return answer["status"], error and (error["code"], error["message"].partition("CorrelationId")[0])


@pytest.mark.parametrize("case", CASES)
def test_customers_of_a_batch_are_as_if_each_had_come_by_itself(case: int) -> None:
    random = Random(case)
    bodies = [customer(random) for _ in range(30)]
    together, alone = make_services(), make_services()
    for one in (together, alone):
        one.bc("POST", "/currencies", {"code": "DKK", "displayName": "Krone"})
    url = f"companies({COMPANY})/customers"
    parts = [part(str(place), "POST", url, body) for place, body in enumerate(bodies)]
    told = run(together, *parts, Prefer="odata.continue-on-error")
    each = [alone.bc("POST", "/customers", body) for body in bodies]
    assert list(map(compared, told)) == [compared({"status": one.status_code, "body": one.json}) for one in each]
    for entity_set in ("customers", "contacts", "customerFinancialDetails"):
        assert rows(together, entity_set) == rows(alone, entity_set), f"case {case}"


@pytest.mark.parametrize("case", CASES)
def test_accounts_of_a_batch_are_as_if_each_had_come_by_itself(case: int) -> None:
    random = Random(case)
    bodies = [account(random) for _ in range(30)]
    together, alone = make_services(), make_services()
    for one in (together, alone):
        if case % 2:
            one.store.set_alternate_keys("sales", "accounts", [AlternateKey("number", ("accountnumber",))])
    texts = [f"POST /api/data/v9.2/accounts\n{body}" for body in map(_json, bodies)]
    told = send(together, multipart(*texts), Prefer="odata.continue-on-error").data.decode()
    each = [alone.sales("POST", "/accounts", body) for body in bodies]
    assert [int(line.split()[1]) for line in told.splitlines() if line.startswith("HTTP/1.1")] == [
        one.status_code for one in each
    ]
    assert rows(together, "accounts") == rows(alone, "accounts"), f"case {case}"
    made = [change.kind for change in together.store.changes("sales", entity_set="accounts")]
    assert made == ["created"] * len(rows(alone, "accounts"))


def _json(body: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(body).decode()


def test_two_of_the_same_number_end_a_batch_at_the_second(services: Services) -> None:
    def numbered(key: str, number: str) -> dict[str, Any]:
        return part(key, "POST", f"companies({COMPANY})/customers", {"displayName": key, "number": number})

    answers = run(services, create("0", "Z"), numbered("1", "A1"), numbered("2", "A2"), numbered("3", "a1 "))
    assert statuses(answers) == [201, 201, 201, 400]
    assert [row["number"] for row in rows(services, "customers")] == ["A1", "A2", "C00010"]
    assert answers[0]["body"]["number"] == "C00010", "what was tried and done again used up no number"
    answers = run(services, numbered("1", "A3"), numbered("2", "A2"), create("3", "Y"))
    assert statuses(answers) == [201, 400]
    assert services.bc("GET", "/customers/$count").data.decode("utf-8-sig") == "4"


def test_a_part_may_read_and_change_what_earlier_ones_made(services: Services) -> None:
    answers = run(
        services,
        *(create(str(number), f"Customer {number}") for number in range(3)),
        part("r", "GET", f"companies({COMPANY})/contacts?$select=displayName"),
        part("x", "GET", f"companies({COMPANY})/customers?$expand=customerFinancialDetail"),
        *(create(str(number), f"Customer {number}") for number in range(3, 5)),
        part("c", "GET", f"companies({COMPANY})/customers/$count"),
    )
    assert [row["displayName"] for row in answers[3]["body"]["value"]] == [f"Customer {number}" for number in range(3)]
    assert all(row["customerFinancialDetail"]["number"] == row["number"] for row in answers[4]["body"]["value"])
    assert answers[-1]["body"].lstrip("\ufeff") == "5"


def test_a_row_may_name_one_made_by_the_part_before_it(services: Services) -> None:
    child = '{"name":"Child","parentaccountid@odata.bind":"$1"}'
    texts = ['POST /api/data/v9.2/accounts\n{"name":"Parent"}', f"POST /api/data/v9.2/accounts\n{child}"]
    assert send(services, multipart(*texts, change_set=True)).status_code == 200
    (found,) = services.sales("GET", "/accounts?$filter=parentaccountid/name eq 'Parent'").json["value"]
    assert found["name"] == "Child"


def test_a_change_set_of_creates_is_all_or_nothing(services: Services) -> None:
    texts = [f'POST /api/data/v9.2/accounts\n{{"name":"{name}"}}' for name in ("A", "B", "C" * 161)]
    send(services, multipart(*texts, change_set=True))
    assert rows(services, "accounts") == [] and services.store.changes("sales") == []


def test_the_answers_of_a_batch_show_rows_as_they_are_read_later(services: Services) -> None:
    answers = run(services, *(create(str(number), f"Customer {number}") for number in range(3)))
    for answer in answers:
        row = services.bc("GET", f"/customers({answer['body']['id']})").json
        assert {**row, "@odata.context": ""} == {**answer["body"], "@odata.context": ""}
        assert answer["headers"]["location"].endswith(f"/customers({row['id']})")


def test_a_batch_with_a_representation_shows_what_was_not_sent_as_null(services: Services) -> None:
    text = 'POST /api/data/v9.2/accounts\n{"name":"A"}'
    body = multipart(text, text).replace(b"Accept:", b"Prefer: return=representation\r\nAccept:")
    told = send(services, body).data.decode()
    assert told.count('"telephone1":null') == 2 and told.count("Preference-Applied: return=representation") == 2
