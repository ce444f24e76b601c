"""What is asked of the simulator: one kind of request each, with the share of the floor's speed it is to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import orjson
import requests

from benchmarks.worlds import bc_company, bc_root, sales_root
from simulator.config import SimulatorConfig

BATCH = 100
_SOME = 400
_QUOTE = "'"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request; `goal` is the least ratio to the floor, or requests a second (`is_rate`).

    They go to the addresses in turn, `body` makes the body of each. A heavy one is asked the less often.
    """

    name: str
    method: str
    addresses: Sequence[str]
    headers: dict[str, str]
    goal: float
    body: Callable[[], bytes] = bytes
    is_rate: bool = False
    weight: int = 1


def make_cases(address: str) -> list[Case]:
    """All kinds, on both services of a running simulator."""
    return [
        case
        for both in zip(_bc_cases(address, _signed_in(address, "bc")), _sales_cases(address), strict=True)
        for case in both
    ]


def _bc_cases(address: str, told: dict[str, str]) -> list[Case]:
    customers = f"{bc_company(address)}/customers"
    rows = _some_rows(customers, told, ("id", "number"), 20_000)
    company = bc_company(address).removeprefix(f"{bc_root(address)}/")
    ones = [f"{customers}({row['id']})" for row in rows]
    writes = {**told, **_JSON, "If-Match": "*"}
    numbers = [f"{customers}?$filter=number eq '{row['number']}'" for row in rows]
    nothing = [_containing(customers, "displayName")]
    return [
        *_pages("customers", customers, told),
        Case("one customer", "GET", ones, told, 0.6),
        Case("PATCH of a customer", "PATCH", ones, writes, 0.6, _changes("phoneNumber")),
        Case("new customer", "POST", [customers], writes, 0.6, lambda: orjson.dumps(_customer())),
        Case("$batch of 100 customers", "POST", [f"{bc_root(address)}/$batch"], writes, 0.5, _json_batch(company),
             weight=5),
        Case("customers, number eq", "GET", numbers, told, 0.5),
        Case("customers, contains nothing", "GET", nothing, told, 20, is_rate=True),
    ]  # fmt: skip


def _sales_cases(address: str) -> list[Case]:
    told, accounts = _signed_in(address, "sales"), f"{sales_root(address)}/accounts"
    rows = _some_rows(accounts, told, ("accountid", "name"), 5_000)
    ones = [f"{accounts}({row['accountid']})" for row in rows]
    batch = {**told, "Content-Type": "multipart/mixed; boundary=b"}
    names = [f"{accounts}?$filter=name eq '{quote(row['name'].replace(_QUOTE, _QUOTE * 2))}'" for row in rows]
    writes = {**told, **_JSON}
    return [
        *_pages("accounts", accounts, told),
        Case("one account", "GET", ones, told, 0.6),
        Case("PATCH of an account", "PATCH", ones, writes, 0.6, _changes("telephone1")),
        Case("new account", "POST", [accounts], writes, 0.6, lambda: orjson.dumps(_account())),
        Case("$batch of 100 accounts", "POST", [f"{sales_root(address)}/$batch"], batch, 0.5, _multipart_batch,
             weight=5),
        Case("accounts, name eq", "GET", names, told, 0.5),
        Case("accounts, contains nothing", "GET", [_containing(accounts, "name")], told, 20, is_rate=True),
    ]  # fmt: skip


def _pages(name: str, address: str, told: dict[str, str]) -> Iterator[Case]:
    for rows in (1_000, 5_000):
        prefer = {"Prefer": f"odata.maxpagesize={rows}"}
        yield Case(f"page of {rows:,} {name}", "GET", [address], {**told, **prefer}, 0.5, weight=5)


def _containing(address: str, name: str) -> str:
    return f"{address}?$filter=contains({name},'no name has this')"


def _signed_in(address: str, service: str) -> dict[str, str]:
    """A token as a client gets it: authentication is on."""
    config = SimulatorConfig()
    audience = {"bc": "https://api.businesscentral.dynamics.com", "sales": config.org_url}[service]
    form = {
        "grant_type": "client_credentials",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "scope": f"{audience}/.default",
    }
    answer = requests.post(f"{address}/{config.tenant}/oauth2/v2.0/token", data=form, timeout=60)
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def _some_rows(address: str, told: dict[str, str], names: tuple[str, ...], size: int) -> list[dict[str, Any]]:
    """Rows from all over the table, for requests which are not to meet the same one again and again."""
    headers = {**told, "Prefer": f"odata.maxpagesize={size}"}
    rows: list[dict[str, Any]] = []
    link: str | None = f"{address}?$select={','.join(names)}"
    while link:
        answer = requests.get(link, headers=headers, timeout=600)
        answer.raise_for_status()
        page = answer.json()
        rows += page["value"]
        link = page.get("@odata.nextLink")
    return rows[:: max(len(rows) // _SOME, 1)]


_numbers = count(1)


def _changes(name: str) -> Callable[[], bytes]:
    """Bodies that set one property, each to another value."""
    return lambda: orjson.dumps({name: f"{next(_numbers):09}"})


def _customer() -> dict[str, str]:
    number = next(_numbers)
    return {
        "displayName": f"Customer {number:09}",
        "addressLine1": f"Main Street {number}",
        "city": "Odense",
        "postalCode": "5000",
        "country": "DK",
        "phoneNumber": f"+45 {number:08}",
        "email": f"mail{number}@example.com",
        "website": "https://www.example.com",
    }


def _account() -> dict[str, str]:
    number = next(_numbers)
    return {
        "name": f"Account {number:09}",
        "address1_line1": f"Main Street {number}",
        "address1_city": "Odense",
        "address1_postalcode": "5000",
        "address1_country": "DK",
        "telephone1": f"+45 {number:08}",
        "emailaddress1": f"mail{number}@example.com",
        "websiteurl": "https://www.example.com",
    }


def _json_batch(company: str) -> Callable[[], bytes]:
    def body() -> bytes:
        url = f"{company}/customers"
        parts = [
            {"id": str(place), "method": "POST", "url": url, "headers": _JSON, "body": _customer()}
            for place in range(BATCH)
        ]
        return orjson.dumps({"requests": parts})

    return body


def _multipart_batch() -> bytes:
    head = (
        b"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        b"POST /api/data/v9.2/accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
    )
    parts = [head + orjson.dumps(_account()) + b"\r\n" for _ in range(BATCH)]
    return b"".join([*parts, b"--b--\r\n"])
