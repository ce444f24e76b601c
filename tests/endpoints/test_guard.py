"""Which addresses may be called."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from flask_coupling.endpoints.clock import SYSTEM_CLOCK
from flask_coupling.endpoints.guard import Guard, same_service
from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.endpoints.wire import Wire
from flask_coupling.errors import AddressRefused, CouplingError, ServiceGarbled, ServiceUnreachable

from .helpers import BC_ROOT

ALLOWED = [
    (Guard(), "https://api.businesscentral.dynamics.com/v2.0"),
    (Guard(), "https://contoso.crm4.dynamics.com/"),
    (Guard(), "https://login.microsoftonline.com"),
    (Guard(), "https://contoso.crm9.dynamics.com"),
    (Guard(), "https://contoso.crm.microsoftdynamics.us"),
    (Guard(("bc.example.com",)), "https://bc.example.com:7048/BC"),
    (Guard(("*.example.com",)), "https://bc.example.com"),
    (Guard(("10.0.0.5",)), "https://10.0.0.5"),
    (Guard((), allow_insecure=True), "http://127.0.0.1:8100"),
    (Guard((), allow_insecure=True), "http://localhost:8100"),
]

REFUSED = [
    (Guard(), "http://contoso.crm4.dynamics.com", "https://"),
    (Guard(), "ftp://contoso.crm4.dynamics.com", "https://"),
    (Guard(), "https://evil.example", "not one of the services' hosts"),
    (Guard(), "https://dynamics.com.evil.example", "not one of the services' hosts"),
    (Guard(), "https://evildynamics.com", "not one of the services' hosts"),
    (Guard(), "https://localhost", "not one of the services' hosts"),
    (Guard(), "https://169.254.169.254", "not one of the services' hosts"),
    (Guard(("169.254.169.254",)), "https://169.254.169.254", "never a service"),
    (Guard(("0.0.0.0",), allow_insecure=True), "http://0.0.0.0", "never a service"),
    (Guard((), allow_insecure=True), "http://10.0.0.5", "not one of the services' hosts"),
    (Guard(), "https://user:word@contoso.crm4.dynamics.com", "plain host"),
    (Guard(), "https://contoso.crm4.dynamics.com/?a=b", "plain host"),
    (Guard(), "https://contoso.crm4.dynamics.com:notaport", "ort"),
    (Guard(), "https://contoso.crm4.dynamics.com\r\nX-Evil: 1", "control characters"),
    (Guard(), "", "https://"),
]


@pytest.mark.parametrize(("guard", "url"), ALLOWED)
def test_the_services_and_explicitly_allowed_hosts_may_be_called(guard: Guard, url: str) -> None:
    assert guard.check(url) == url.rstrip("/")


@pytest.mark.parametrize(("guard", "url", "reason"), REFUSED)
def test_any_other_address_is_refused_with_the_reason(guard: Guard, url: str, reason: str) -> None:
    with pytest.raises(AddressRefused, match=reason) as refused:
        guard.check(url)
    assert "word" not in str(refused.value) or "user:word" not in str(refused.value)
    assert "\n" not in str(refused.value)


PEERS = [
    (Guard(), "20.50.2.1", True),
    (Guard(), "10.1.2.3", False),
    (Guard(), "127.0.0.1", False),
    (Guard(), "169.254.169.254", False),
    (Guard(), "::1", False),
    (Guard(), "fd00::1", False),
    (Guard(), "::ffff:10.0.0.1", False),
    (Guard((), allow_insecure=True), "127.0.0.1", True),
    (Guard((), allow_insecure=True), "10.1.2.3", False),
    (Guard(("host.example",)), "10.1.2.3", True),
    (Guard(("host.example",), allow_insecure=True), "169.254.169.254", False),
]


@pytest.mark.parametrize(("guard", "ip", "is_fine"), PEERS)
def test_a_host_name_may_not_lead_inside_the_network(guard: Guard, ip: str, is_fine: bool) -> None:
    if is_fine:
        guard.check_peer("host.example", ip)
        return
    with pytest.raises(AddressRefused, match=r"it leads to"):
        guard.check_peer("host.example", ip)


GOOD_LINKS = [
    f"{BC_ROOT}/api/v2.0/companies(1)/customers?aid=FIN&$skiptoken=2",
    f"{BC_ROOT.replace('https://api', 'HTTPS://API')}/x",
    f"{BC_ROOT.replace('.com/v2', '.com:443/v2')}/x",
    "api/v2.0/companies",
]

BAD_LINKS = [
    "https://evil.example/v2.0/contoso.com/Production/x",
    BC_ROOT.replace("https", "http") + "/x",
    BC_ROOT.replace(".com/v2", ".com:444/v2") + "/x",
    BC_ROOT.replace("Production", "Sandbox") + "/x",
    f"{BC_ROOT}Other/x",
    f"{BC_ROOT}/../../other/x",
    f"{BC_ROOT}/%2e%2e/x",
    BC_ROOT.replace("https://", "https://me@") + "/x",
    "//evil.example/x",
    "/v2.0/other",
]


@pytest.mark.parametrize("link", GOOD_LINKS)
def test_links_below_the_root_are_followed(link: str) -> None:
    assert same_service(BC_ROOT, link, "BC").lower().startswith("https://api.businesscentral")


@pytest.mark.parametrize("link", ["https://[::1/x", f"{BC_ROOT}/a\r\nb"])
def test_a_link_that_is_no_address_is_garbled(link: str) -> None:
    with pytest.raises(ServiceGarbled, match="no address"):
        same_service(BC_ROOT, link, "BC")


@pytest.mark.parametrize("link", BAD_LINKS)
def test_links_that_lead_elsewhere_are_refused(link: str) -> None:
    with pytest.raises(ServiceGarbled, match="leads elsewhere"):
        same_service(BC_ROOT, link, "BC")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def _reach(url: str, settings: TransportSettings) -> CouplingError:
    with pytest.raises(CouplingError) as caught:
        Wire("BC", settings, SYSTEM_CLOCK, pool_size=1).send("GET", url, {})
    return caught.value


def test_a_connection_that_ends_inside_the_network_is_closed_before_anything_is_sent(listener: socket.socket) -> None:
    """The name was fine when it was checked; where it leads is judged by the socket itself."""
    port = listener.getsockname()[1]
    for scheme in ("http", "https"):
        error = _reach(f"{scheme}://localhost:{port}/", TransportSettings())
        assert isinstance(error, AddressRefused)
        peer, _ = listener.accept()
        with peer:
            assert peer.recv(100) == b""


def test_a_refused_connection_says_that_nothing_was_sent(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    error = _reach(f"http://127.0.0.1:{port}/", TransportSettings(allow_insecure=True))
    assert isinstance(error, ServiceUnreachable)
    assert error.facts["sent"] is False
    assert "refused" in str(error)
