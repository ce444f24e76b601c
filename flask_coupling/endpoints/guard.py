"""Which addresses may be called: credentials leave for no other, whatever a form, a setting or an answer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import socket
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from flask_coupling.errors import AddressRefused, ServiceGarbled

KNOWN_HOSTS = (
    "api.businesscentral.dynamics.com",
    "*.dynamics.com",
    "*.dynamics.cn",
    "*.crm.microsoftdynamics.us",
    "*.crm.appsplatform.us",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
)
"""The services' own hosts, sovereign clouds included; `*.` stands for any host below."""

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_PORTS = {"https": 443, "http": 80}

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges outbound addresses.

    Only https to the services' own hosts is allowed. `allowed_hosts` adds hosts (`bc.example.com`, `*.example.com`),
    which may then also have private addresses. `allow_insecure` is for development and tests: it admits plain http,
    and this machine itself.
    """

    allowed_hosts: tuple[str, ...] = ()
    allow_insecure: bool = False

    def check(self, url: str) -> str:
        """Return the address without a trailing slash, or raise AddressRefused, which says why."""
        parts = _split(url)
        host = parts.hostname or ""
        if parts.scheme != "https" and not (self.allow_insecure and parts.scheme == "http"):
            raise AddressRefused(url=_shown(url), detail="it must begin with https://")
        if not host or parts.username or parts.password or parts.query or parts.fragment:
            raise AddressRefused(url=_shown(url), detail="it must be a plain host and path")
        if not self._knows(host):
            raise AddressRefused(url=_shown(url), detail=f"{host} is not one of the services' hosts")
        literal = _literal(host)
        if literal is not None:
            self.check_peer(host, literal)
        return url.rstrip("/")

    def check_peer(self, host: str, address: Address | str) -> None:
        """Raise AddressRefused when a host name leads to an address inside (a forged name, a metadata service)."""
        ip = _unmapped(ip_address(address) if isinstance(address, str) else address)
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
            raise AddressRefused(url=host, detail=f"it leads to {ip}, which is never a service")
        if ip.is_global or _matches(host, self.allowed_hosts) or (ip.is_loopback and self.allow_insecure):
            return
        raise AddressRefused(url=host, detail=f"it leads to {ip}, an address inside this network")

    def _knows(self, host: str) -> bool:
        if self.allow_insecure and host in _LOOPBACK_NAMES:
            return True
        return _matches(host, KNOWN_HOSTS) or _matches(host, self.allowed_hosts)


def same_service(root: str, link: str, service: str) -> str:
    """Return a link from an answer as an absolute address below `root`, or raise ServiceGarbled.

    A nextLink or deltaLink to another host, port or path would take the token along.
    """
    try:
        _split(link)
        target, home = _split(urljoin(root + "/", link)), _split(root)
    except (AddressRefused, ValueError) as error:
        raise ServiceGarbled(service=service, detail="a link that is no address") from error
    path = unquote(target.path)
    is_below = path.startswith(home.path.rstrip("/") + "/") and not {"..", "."} & set(path.split("/"))
    if _origin(target) != _origin(home) or target.username or target.password or not is_below or "\\" in path:
        raise ServiceGarbled(service=service, detail=f"a link leads elsewhere ({_shown(link)})")
    return target.geturl()


def _split(url: str) -> SplitResult:
    if any(character <= " " for character in url):
        raise AddressRefused(url=_shown(url), detail="it holds blanks or control characters")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise AddressRefused(url=_shown(url), detail=str(error)) from error
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme)


def _shown(url: str) -> str:
    """The address for people: without user, password and query, on one line."""
    cut = url.split("?")[0].split("#")[0]
    scheme, mark, rest = cut.partition("://")
    bare = scheme + mark + rest.rpartition("@")[2] if mark else cut.rpartition("@")[2]
    return "".join(character if character.isprintable() else "?" for character in bare)[:200]


def _matches(host: str, patterns: tuple[str, ...]) -> bool:
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in map(str.lower, patterns))


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _unmapped(ip: Address) -> Address:
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


class GuardedAdapter(HTTPAdapter):
    """A connection pool that looks where each connection really ended, before anything is sent over it.

    A name checked beforehand could lead elsewhere when it is resolved again; the peer of a socket cannot.
    """

    def __init__(self, guard: Guard, pool_size: int) -> None:
        self._guard = guard
        super().__init__(pool_connections=4, pool_maxsize=pool_size, pool_block=True)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of guarded connections (a proxy's pool is its own affair)."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._guard.check_peer)


def _guarded_pools(check: Callable[[str, str], None]) -> dict[str, type[HTTPConnectionPool]]:
    def judged(sock: socket, host: str) -> socket:
        try:
            check(host, sock.getpeername()[0])
        except AddressRefused:
            sock.close()
            raise
        return sock

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket:
            return judged(super()._new_conn(), self.host)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket:
            return judged(super()._new_conn(), self.host)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
