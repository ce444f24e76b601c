"""Plain addresses, whose meaning is remembered: asked again, they mean what they meant, or what they mean by now."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.protocol.service import COMPANY, OTHER_COMPANY, USER, Services

UNKNOWN = "99999999-9999-9999-9999-999999999999"
HERE, THERE = f"/companies({COMPANY})", f"/companies({OTHER_COMPANY})"


def create(services: Services, company: str, name: str) -> str:
    answer = services.bc_root("POST", f"{company}/customers", {"displayName": name})
    assert answer.status_code == 201, answer.data
    return str(answer.json["id"])


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


@pytest.mark.parametrize(
    "address",
    [
        f"{HERE}/customers", f"{HERE.upper()}/CUSTOMERS", f"{HERE}/customers({UNKNOWN})", f"{HERE}/customers/$count",
        f"{HERE}/nothing", f"{HERE}/subscriptions", f"/companies({UNKNOWN})/customers", "/companies", HERE,
        "/customers", f"{HERE}/currencies({UNKNOWN})", f"{HERE}/customers({UNKNOWN})/currency", "/subscriptions",
        "/$metadata",
    ],
)  # fmt: skip
def test_an_address_is_answered_alike_the_second_time(services: Services, address: str) -> None:
    create(services, HERE, "Adatum")
    for method in ("GET", "PATCH", "DELETE"):
        told = [services.bc_root(method, address, {"displayName": "X"}, If_Match="*") for _ in range(2)]
        assert told[0].status_code == told[1].status_code
        assert _plain(told[0].data) == _plain(told[1].data)


def _plain(body: bytes) -> bytes:
    """An answer without the id of its error, which is another each time."""
    return body.partition(b"CorrelationId")[0]


def test_companies_keep_their_rows_apart(services: Services) -> None:
    ours, theirs = create(services, HERE, "Ours"), create(services, THERE, "Theirs")
    for company, own, other in ((HERE, ours, theirs), (THERE, theirs, ours)) * 2:
        assert services.bc_root("GET", f"{company}/customers({own.upper()})").status_code == 200
        assert services.bc_root("GET", f"{company}/customers({other})").status_code == 404
        assert services.bc_root("PATCH", f"{company}/customers({other})", {}, If_Match="*").status_code == 404


def test_a_company_that_is_gone_is_not_found_at_an_address_met_before(services: Services) -> None:
    key = create(services, THERE, "Theirs")
    path = f"{THERE}/customers({key})"
    assert services.bc_root("GET", path).status_code == 200
    services.store.snapshot("before")
    with services.store.writing("bc", "", USER) as world:
        world.delete("companies", OTHER_COMPANY)
    for method in ("GET", "PATCH", "DELETE"):
        assert error(services.bc_root(method, path, {}, If_Match="*")) == (404, "Internal_CompanyNotFound")
    services.store.restore("before")
    assert services.bc_root("GET", path).status_code == 200
    services.store.reset()
    assert error(services.bc_root("GET", path)) == (404, "Internal_CompanyNotFound")


def test_a_company_named_beside_the_address_is_not_remembered_for_the_next(services: Services) -> None:
    ours = create(services, HERE, "Ours")
    assert services.bc_root("GET", f"/customers({ours})", company=COMPANY).status_code == 200
    assert services.bc_root("GET", f"/customers({ours})", company=OTHER_COMPANY).status_code == 404
    assert error(services.bc_root("GET", f"/customers({ours})")) == (404, "Internal_CompanyNotFound")


def test_an_option_that_was_published_holds_at_an_address_met_before(services: Services) -> None:
    for value, expected in ((12, 400), (12, 400)):
        answer = services.sales("POST", "/accounts", {"name": "A", "accountcategorycode": value})
        assert answer.status_code == expected
    with services.store.writing("sales", "", USER) as world:
        known = world.options_of("account", "accountcategorycode") or ()
        world.change_options("account", "accountcategorycode", (*known, type(known[0])(12, "Twelfth")))
        world.publish_options()
    answer = services.sales("POST", "/accounts", {"name": "A", "accountcategorycode": 12})
    assert answer.status_code == 204, answer.data
