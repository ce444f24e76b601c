"""What services say about their tables, and how many rows a filter selects."""

from __future__ import annotations

import pytest

from flask_coupling.core.mapping import Table
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import EVERYTHING, where
from flask_coupling.endpoints.clock import Clock
from flask_coupling.endpoints.endpoint import Count, Endpoint
from flask_coupling.endpoints.known_columns import LIFETIME, KnownColumns
from flask_coupling.errors import SetupError, TableUnknown
from simulator.instance import Simulator

from .conftest import World, connect
from .helpers import ACCOUNT_VIEW, CUSTOMER_VIEW

CUSTOMERS, ACCOUNTS = CUSTOMER_VIEW.table, ACCOUNT_VIEW.table


@pytest.fixture
def services(simulator: Simulator) -> dict[Side, Endpoint]:
    return connect(simulator)


def test_a_filter_selects_what_it_counts(world: World) -> None:
    for name in ("Adatum", "Adatum Holding", "Zenith"):
        world.add(name=name, credit=10 if name == "Zenith" else 5)
    table, names = world.view.table, world.names
    assert world.endpoint.count(table, EVERYTHING) == Count(3)
    assert world.endpoint.count(table, where(names["name"], "startswith", "Adatum")) == Count(2)
    assert world.endpoint.count(table, where(names["credit"], "gt", 5)) == Count(1)


def test_counting_reads_no_rows_and_takes_one_request(services: dict[Side, Endpoint], simulator: Simulator) -> None:
    simulator.bc.create("customers", {"displayName": "Adatum"})
    bc = services[Side.BC]
    bc.count(CUSTOMERS, EVERYTHING)
    before = bc.requests_made  # type: ignore[attr-defined]
    bc.count(CUSTOMERS, EVERYTHING)
    assert bc.requests_made == before + 1  # type: ignore[attr-defined]


def test_a_filter_the_service_does_not_understand_is_an_error_and_no_count(services: dict[Side, Endpoint]) -> None:
    for side, table in ((Side.BC, CUSTOMERS), (Side.SALES, ACCOUNTS)):
        with pytest.raises(SetupError):
            services[side].count(table, where("shoesize", "eq", 4))


def test_sales_stops_counting_and_says_so(services: dict[Side, Endpoint]) -> None:
    assert type(services[Side.SALES]).count_limit == 5_000  # type: ignore[attr-defined]
    assert type(services[Side.BC]).count_limit is None  # type: ignore[attr-defined]


def test_business_central_tells_kind_length_and_options_and_what_lies_behind_a_navigation(
    services: dict[Side, Endpoint],
) -> None:
    columns = services[Side.BC].columns(CUSTOMERS)
    assert columns is not None
    assert (columns["displayName"].kind, columns["displayName"].longest) == ("text", 100)
    assert columns["displayName"].on_create and columns["displayName"].on_update
    assert columns["blocked"].options[:2] == (" ", "Ship")
    assert (columns["creditLimit"].kind, columns["taxLiable"].kind) == ("number", "truth")
    assert not columns["contactsInformation/contactNumber"].on_create


@pytest.mark.parametrize("name", ["id", "lastModifiedDateTime", "balanceDue"])
def test_what_business_central_does_not_let_be_written_is_known(services: dict[Side, Endpoint], name: str) -> None:
    columns = services[Side.BC].columns(CUSTOMERS)
    assert columns is not None and not columns[name].on_create and not columns[name].on_update


def test_sales_tells_kind_length_options_and_what_can_be_written(services: dict[Side, Endpoint]) -> None:
    columns = services[Side.SALES].columns(ACCOUNTS)
    assert columns is not None
    assert (columns["name"].kind, columns["name"].longest) == ("text", 160)
    assert columns["statecode"].options == (0, 1) and 3 in columns["customertypecode"].options
    assert columns["transactioncurrencyid"].kind == "id"
    assert not columns["createdon"].on_create and columns["accountid"].on_create and not columns["accountid"].on_update


@pytest.mark.parametrize("side", Side)
def test_a_table_the_service_does_not_have_is_told(services: dict[Side, Endpoint], side: Side) -> None:
    with pytest.raises(TableUnknown, match="shoes"):
        services[side].columns(Table(name="shoes", key="id", modified_on="", title="name"))


def test_a_custom_api_of_sales_says_nothing_of_itself(services: dict[Side, Endpoint]) -> None:
    table = Table(name="shoes", key="id", modified_on="", title="name", route="coupling/v1.0")
    assert services[Side.SALES].columns(table) is None


def test_what_was_read_is_asked_for_again_after_a_while() -> None:
    now, asked = [0.0], []
    known = KnownColumns(Clock(monotonic=lambda: now[0]))
    for moment in (0.0, LIFETIME, LIFETIME + 1):
        now[0] = moment
        known.of("customers", lambda: asked.append(now[0]) or {})  # type: ignore[func-returns-value]
    assert asked == [0.0, LIFETIME + 1]
