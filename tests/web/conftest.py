"""Fixtures of the pages' tests: a furnished world to look at, and a reader of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from flask_coupling.operations.views import ConnectionView
from simulator.inprocess import mount
from simulator.instance import Simulator

from .world import BASE, World, furnish, host


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A host and two worlds to look at; tests that use it change nothing."""
    with mount(customers=30) as simulator, host(tmp_path_factory.mktemp("world"), WTF_CSRF_ENABLED=False) as app:
        yield furnish(app, simulator)


class Pages:
    """A reader of pages: `pages.get("/jobs/")` is below the connection's address."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200, **options: object) -> html.HtmlElement:
        """The page, whose status must be as expected."""
        return self._read(self.client.get(self._address(path), **options), status)  # type: ignore[arg-type]

    def post(self, path: str, status: int = 200, **fields: object) -> html.HtmlElement:
        """Send a form and follow where it leads."""
        answer = self.client.post(self._address(path), data=fields, follow_redirects=True)
        self.path = answer.request.path
        return self._read(answer, status)

    def _address(self, path: str) -> str:
        return path if path.startswith("/coupling/") else BASE + path

    def _read(self, answer: TestResponse, status: int) -> html.HtmlElement:
        assert answer.status_code == status, text_of(html.fromstring(answer.text))
        return html.fromstring(answer.text)


def text_of(page: html.HtmlElement) -> str:
    """What a person reads."""
    return " ".join(page.text_content().split())


def messages_of(page: html.HtmlElement) -> list[str]:
    """The notices on the page."""
    return [text_of(each) for each in page.find_class("cpl-notice")]


@pytest.fixture
def pages(client: FlaskClient) -> Pages:
    """A reader of the pages of `app`."""
    return Pages(client)


@pytest.fixture
def two(simulator: Simulator, connected: ConnectionView) -> tuple[str, str]:
    """A customer and an account of the same name, by id, in two connected worlds with nothing else."""
    customer = simulator.bc.create("customers", {"displayName": "Adatum", "phoneNumber": "+45 33 12 34 56"})
    account = simulator.sales.create("accounts", {"name": "Adatum", "customertypecode": 3, "telephone1": "+45 70"})
    return str(customer["id"]), str(account["accountid"])
