"""Tokens: fetched once, renewed early, and refusals in words an administrator can act on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses

from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.endpoints.token import TokenSource
from flask_coupling.errors import (
    CredentialsRejected,
    PermissionMissing,
    ServiceFailed,
    ServiceGarbled,
    ServiceThrottled,
    ServiceUnreachable,
    TenantUnknown,
)

from .helpers import SECRET, TOKEN_URL, FakeClock, answer_token


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def source(time: FakeClock) -> TokenSource:
    return TokenSource(
        service="Business Central",
        tenant="contoso.com",
        client_id="the-client",
        client_secret=SECRET,
        scope="https://api.businesscentral.dynamics.com/.default",
        settings=TransportSettings(retries=2, backoff=1),
        clock=time.clock,
    )


def _refuse(mock: responses.RequestsMock, error: str, description: str, status: int = 401) -> None:
    mock.post(TOKEN_URL, json={"error": error, "error_description": description}, status=status)


def test_a_token_is_asked_for_with_the_client_credentials(source: TokenSource) -> None:
    with responses.RequestsMock() as mock:
        answer_token(mock)
        assert source.access_token() == "canary-token"
        form = parse_qs(str(mock.calls[0].request.body))
    assert form == {
        "grant_type": ["client_credentials"],
        "client_id": ["the-client"],
        "client_secret": [SECRET],
        "scope": ["https://api.businesscentral.dynamics.com/.default"],
    }


def test_a_token_is_kept_until_shortly_before_its_end(source: TokenSource, time: FakeClock) -> None:
    with responses.RequestsMock() as mock:
        answer_token(mock, expires_in=3600)
        for seconds, requests in [(0, 1), (3000, 1), (299, 1), (2, 2)]:
            time.now += seconds
            source.access_token()
            assert source.requests_made == len(mock.calls) == requests


def test_a_forgotten_token_is_fetched_anew_but_only_once(source: TokenSource) -> None:
    with responses.RequestsMock() as mock:
        answer_token(mock)
        token = source.access_token()
        mock.replace("POST", TOKEN_URL, json={"expires_in": "3599", "access_token": "second"})
        source.forget(token)
        assert source.access_token() == "second"
        source.forget(token)  # a second thread comes late with the same refusal
        assert source.access_token() == "second"
        assert source.requests_made == 2


def test_threads_that_ask_at_once_cause_one_request(source: TokenSource) -> None:
    with responses.RequestsMock() as mock:
        answer_token(mock)
        with ThreadPoolExecutor(8) as pool:
            tokens = list(pool.map(lambda _: source.access_token(), range(32)))
        assert set(tokens) == {"canary-token"}
        assert len(mock.calls) == 1


def test_a_token_that_still_holds_bridges_an_outage_of_the_token_service(source: TokenSource, time: FakeClock) -> None:
    with responses.RequestsMock() as mock:
        answer_token(mock, expires_in=3600)
        source.access_token()
        mock.replace("POST", TOKEN_URL, status=503)
        time.now += 3400
        assert source.access_token() == "canary-token"
        time.now += 200
        with pytest.raises(ServiceFailed):
            source.access_token()


REFUSALS: list[tuple[str, str, type[Exception], str]] = [
    ("invalid_client", "AADSTS7000215: Invalid client secret provided.", CredentialsRejected, "secret is wrong"),
    ("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", CredentialsRejected, "expired"),
    ("unauthorized_client", "AADSTS700016: Application not found.", CredentialsRejected, "no application"),
    ("invalid_request", "AADSTS90002: Tenant 'x' not found.", TenantUnknown, "no such tenant"),
    ("invalid_request", "AADSTS900023: Specified tenant identifier is invalid.", TenantUnknown, "neither a tenant id"),
    ("invalid_resource", "AADSTS500011: The resource principal was not found.", PermissionMissing, "businesscentral"),
    ("invalid_scope", "AADSTS70011: The provided value is not valid.", PermissionMissing, "not a scope"),
    ("invalid_client", "AADSTS999: Odd. Trace ID: 7 Timestamp: now", CredentialsRejected, r"AADSTS999: Odd\. Check"),
    ("temporarily_unavailable", "AADSTS90033: A transient error.", ServiceFailed, "temporarily_unavailable"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "description", "kind", "words"), REFUSALS)
def test_a_refusal_says_who_can_mend_what(
    source: TokenSource, error: str, description: str, kind: type[Exception], words: str
) -> None:
    with responses.RequestsMock() as mock:
        _refuse(mock, error, f"{description} {SECRET}", 400)
        with pytest.raises(kind, match=words) as caught:
            source.access_token()
    assert SECRET not in f"{caught.value}{caught.value!r}{vars(caught.value)}"


def test_an_unwell_token_service_is_asked_again_a_few_times(source: TokenSource, time: FakeClock) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:
        mock.post(TOKEN_URL, status=503, headers={"Retry-After": "7"})
        mock.post(TOKEN_URL, body=requests.ConnectionError("reset"))
        answer_token(mock)
        assert source.access_token() == "canary-token"
    assert time.sleeps == [7, 2]


def test_a_throttling_token_service_is_left_alone_for_as_long_as_it_asks(source: TokenSource) -> None:
    with responses.RequestsMock() as mock:
        mock.post(TOKEN_URL, status=429, headers={"Retry-After": "900"})
        with pytest.raises(ServiceThrottled) as caught:
            source.access_token()
        assert caught.value.retry_after == pytest.approx(900)
        assert len(mock.calls) == 1


@pytest.mark.parametrize("answer", [{"body": "<html>"}, {"json": []}, {"json": {"access_token": "x"}}])
def test_an_answer_without_a_token_is_garbled(source: TokenSource, answer: dict[str, Any]) -> None:
    with responses.RequestsMock() as mock:
        mock.post(TOKEN_URL, **answer)
        with pytest.raises(ServiceGarbled):
            source.access_token()


def test_nothing_at_the_address_is_unreachable(source: TokenSource, time: FakeClock) -> None:
    with responses.RequestsMock(), pytest.raises(ServiceUnreachable, match=r"login\.microsoftonline\.com"):
        source.access_token()
    assert time.sleeps == [1, 2]


def test_a_token_source_never_shows_its_secret(source: TokenSource) -> None:
    assert SECRET not in repr(source)
