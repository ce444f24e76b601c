"""What one simulator is told when it is made: whom it knows, where its data lives, how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

BC_HOST = "https://api.businesscentral.dynamics.com"
LOGIN_HOST = "https://login.microsoftonline.com"

_AMOUNTS = ("customers", "people", "items", "orders", "invoices")
_MOST_PEOPLE = 9  # the numbers of a company's contacts are ten apart

_DEFAULT_COMPANY = "3a54dcc0-3d5b-ef11-bfe8-6045bd0b1a01"


class ConfigurationError(ValueError):
    """An option of the simulator has a value it cannot work with; the message names the option."""


@dataclass(frozen=True, slots=True)
class Company:
    """A Business Central company: its id, its name (at most 30 characters) and the name it shows."""

    id: str
    name: str
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """The options of one simulator, checked when made.

    ``database`` is an SQLAlchemy URL; the default is private memory. ``customers`` and ``seed`` say which worlds to
    fill an empty database with (0 customers: only what every company has, such as currencies and users).
    ``people`` is how many contact persons each company has at least, ``items`` how many items there are at least, and
    ``orders`` and ``invoices`` how many of them Business Central has in all (0: as suits the customers).
    ``lenient`` takes any tenant, environment, credential and bearer token. ``token_seconds`` is how long an access
    token lasts. ``basic_users`` are user names with their web-service access keys; when there are any, Business
    Central takes Basic too. ``cache`` is a folder where large seeds are kept between runs; None keeps none.
    """

    tenant: str = "0f4a1c52-9d3e-4b6a-8c57-2e1d7b9a6f30"
    tenant_domain: str = "contoso.onmicrosoft.com"
    environment: str = "Production"
    client_id: str = "6b1e0c7d-52f4-4e8a-9b3c-d40a8f21e6c5"
    client_secret: str = "simulator-secret"
    org_url: str = "https://contoso.crm4.dynamics.com"
    companies: tuple[Company, ...] = (Company(_DEFAULT_COMPANY, "CRONUS Danmark A/S", "CRONUS Danmark A/S"),)
    database: str = "sqlite://"
    customers: int = 0
    people: int = 0
    items: int = 0
    orders: int = 0
    invoices: int = 0
    seed: int = 1
    lenient: bool = False
    token_seconds: int = 3599
    basic_users: tuple[tuple[str, str], ...] = ()
    cache: str | None = None

    def __post_init__(self) -> None:
        _check_guid("tenant", self.tenant)
        _check_guid("client_id", self.client_id)
        if not self.companies:
            raise ConfigurationError("companies is empty: Business Central always has at least one company.")
        for company in self.companies:
            _check_guid("companies", company.id)
            if not 0 < len(company.name) <= 30:
                raise ConfigurationError(f"companies: the name {company.name!r} must have 1 to 30 characters.")
        for option in _AMOUNTS:
            if getattr(self, option) < 0:
                raise ConfigurationError(f"{option} is {getattr(self, option)}: it must be 0 or more.")
        if self.people > _MOST_PEOPLE:
            raise ConfigurationError(f"people is {self.people}: a company has at most {_MOST_PEOPLE}.")
        if not self.database.startswith("sqlite"):
            raise ConfigurationError(f"database is {self.database!r}: the simulator stores its state in SQLite only.")
        if urlsplit(self.org_url).scheme not in ("http", "https") or not urlsplit(self.org_url).netloc:
            raise ConfigurationError(
                f"org_url is {self.org_url!r}: an address such as https://contoso.crm4.dynamics.com is needed."
            )

    @property
    def company(self) -> Company:
        """The first company, which is the only one unless more were asked for."""
        return self.companies[0]

    def credentials(self) -> dict[str, str]:
        """Return what an administrator hands to a client: tenant, environment, company, client_id, client_secret."""
        return {
            "tenant": self.tenant,
            "environment": self.environment,
            "company": self.company.name,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def with_options(self, **options: Any) -> SimulatorConfig:
        """Return a copy with some options replaced; an unknown one is a ConfigurationError that lists the known."""
        known = self.__dataclass_fields__
        for name in options:
            if name not in known:
                raise ConfigurationError(f"Unknown option {name!r}. The simulator knows: {', '.join(sorted(known))}.")
        return replace(self, **options)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> SimulatorConfig:
        """Return the options that SIMULATOR_* variables set: SIMULATOR_CUSTOMERS=200, SIMULATOR_LENIENT=1 and so on."""
        options: dict[str, Any] = {"customers": 200}
        for name, read in _READERS.items():
            text = environment.get(f"SIMULATOR_{name.upper()}")
            if text is not None:
                options[name] = _read(name, text, read)
        return cls(**options)


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise ConfigurationError(f"SIMULATOR_{name.upper()} is {text!r}: {error}.") from error


def _read_switch(text: str) -> bool:
    if text.lower() not in ("0", "1", "false", "true", "no", "yes", ""):
        raise ValueError("it must be 1 or 0")
    return text.lower() in ("1", "true", "yes")


_READERS: Mapping[str, Callable[[str], Any]] = {
    "tenant": str,
    "environment": str,
    "client_id": str,
    "client_secret": str,
    "org_url": str,
    "database": str,
    **dict.fromkeys(_AMOUNTS, int),
    "seed": int,
    "lenient": _read_switch,
    "cache": str,
}


def _check_guid(option: str, text: str) -> None:
    try:
        UUID(text)
    except ValueError as error:
        raise ConfigurationError(f"{option} is {text!r}: it must be a GUID.") from error
