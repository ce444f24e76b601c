"""What is asked of the simulator: one kind of request each, with the share of the floor's speed it is to reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import orjson
import requests

from benchmarks.worlds import bc_company, bc_root, sales_root
from simulator.config import SimulatorConfig

BATCH = 100
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request; `body` makes the body of each, `goal` is the least ratio, or requests a second (`is_rate`)."""

    name: str
    method: str
    address: str
    headers: dict[str, str]
    goal: float
    body: Callable[[], bytes] = bytes
    is_rate: bool = False


def make_cases(address: str) -> list[Case]:
    """All kinds, on both services of a running simulator."""
    bc, sales = _signed_in(address, "bc"), _signed_in(address, "sales")
    customers, accounts = f"{bc_company(address)}/customers", f"{sales_root(address)}/accounts"
    customer = _first(f"{customers}?$top=1", bc)
    account = _first(f"{accounts}?$top=1", sales)
    one, other = f"{customers}({customer['id']})", f"{accounts}({account['accountid']})"
    number, name = customer["number"], quote(account["name"].replace("'", "''"))
    company = bc_company(address).removeprefix(f"{bc_root(address)}/")
    writes = {**bc, **_JSON, "If-Match": "*"}
    batch = {**sales, "Content-Type": "multipart/mixed; boundary=b"}
    cases = []
    for rows in (1_000, 5_000):
        paging = {"Prefer": f"odata.maxpagesize={rows}"}
        cases.append(Case(f"page of {rows:,} customers", "GET", customers, {**bc, **paging}, 0.5))
        cases.append(Case(f"page of {rows:,} accounts", "GET", accounts, {**sales, **paging}, 0.5))
    return [
        *cases,
        Case("one customer", "GET", one, bc, 0.6),
        Case("one account", "GET", other, sales, 0.6),
        Case("PATCH of a customer", "PATCH", one, writes, 0.6, _changes("phoneNumber")),
        Case("PATCH of an account", "PATCH", other, {**sales, **_JSON}, 0.6, _changes("telephone1")),
        Case("new customer", "POST", customers, {**bc, **_JSON}, 0.6, _changes("displayName")),
        Case("new account", "POST", accounts, {**sales, **_JSON}, 0.6, _changes("name")),
        Case("$batch of 100 customers", "POST", f"{bc_root(address)}/$batch", writes, 0.5, _json_batch(company)),
        Case("$batch of 100 accounts", "POST", f"{sales_root(address)}/$batch", batch, 0.5, _multipart_batch),
        Case("customers, number eq", "GET", f"{customers}?$filter=number eq '{number}'", bc, 0.5),
        Case("accounts, name eq", "GET", f"{accounts}?$filter=name eq '{name}'", sales, 0.5),
        Case("customers, contains nothing", "GET", _containing(customers, "displayName"), bc, 20, is_rate=True),
        Case("accounts, contains nothing", "GET", _containing(accounts, "name"), sales, 20, is_rate=True),
    ]


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


def _first(address: str, headers: dict[str, str]) -> dict[str, Any]:
    answer = requests.get(address, headers=headers, timeout=60)
    answer.raise_for_status()
    row: dict[str, Any] = answer.json()["value"][0]
    return row


_numbers = count(1)


def _changes(name: str) -> Callable[[], bytes]:
    """Bodies that set one property, each to another value."""
    return lambda: orjson.dumps({name: f"{next(_numbers):09}"})


def _json_batch(company: str) -> Callable[[], bytes]:
    def body() -> bytes:
        url = f"{company}/customers"
        rows = [{"displayName": f"{next(_numbers):09}"} for _ in range(BATCH)]
        parts = [
            {"id": str(place), "method": "POST", "url": url, "headers": _JSON, "body": row}
            for place, row in enumerate(rows)
        ]
        return orjson.dumps({"requests": parts})

    return body


def _multipart_batch() -> bytes:
    head = (
        b"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        b"POST /api/data/v9.2/accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
    )
    parts = [head + orjson.dumps({"name": f"{next(_numbers):09}"}) + b"\r\n" for _ in range(BATCH)]
    return b"".join([*parts, b"--b--\r\n"])
