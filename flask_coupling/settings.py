"""Every COUPLING_* configuration key: its default and what it means, read once in `init_app`."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

from flask_coupling.errors import NotConfigured

PREFIX = "COUPLING_"

Permission = Callable[[str, dict[str, Any]], bool]
"""Asked as `permission(action, resource)`; `resource` holds `connection` and, where it applies, `mapping`."""


def utc_now() -> datetime:
    """The present moment as an aware UTC time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """The extension's configuration; a field `max_wait` is the key `COUPLING_MAX_WAIT`. Its `repr` shows no key."""

    url_prefix: Annotated[str, "where pages and API live; the API is below it at /api"] = "/coupling"
    register_api: Annotated[bool, "whether the REST API is registered"] = True
    register_web: Annotated[bool, "whether the pages are registered"] = True
    base_template: Annotated[str | None, "template of the host that the pages extend; None: our own"] = None
    bind_key: Annotated[str | None, "SQLALCHEMY_BINDS key of the database with our tables"] = None
    permission: Annotated[Permission | None, "callback (action, resource) -> bool; None denies outside debug"] = None
    principal: Annotated[Callable[[], str] | None, "callback that names who is asking, for the job log"] = None
    secret_keys: Annotated[Sequence[str], "Fernet keys for stored secrets; the first encrypts, all decrypt"] = ()
    allowed_hosts: Annotated[Sequence[str], "hosts besides Microsoft's own that credentials may be sent to"] = ()
    allow_insecure: Annotated[bool, "test switch: also allow http and loopback addresses"] = False
    connect_timeout: Annotated[int | float, "seconds to wait for a connection to a service"] = 10
    read_timeout: Annotated[int | float, "seconds a service may be silent while it answers"] = 120
    answer_timeout: Annotated[int | float, "seconds an answer may take in all"] = 600
    max_wait: Annotated[int | float, "seconds a request waits at most when a service asks for it"] = 60
    retries: Annotated[int, "further attempts of a request that may be repeated"] = 4
    parallel: Annotated[int, "requests sent to a service at once"] = 5
    feed_overlap: Annotated[int | float, "seconds a change feed that goes by time stamps looks back each time"] = 600
    brake_share: Annotated[int | float, "share of its couplings a run may change without being confirmed"] = 0.5
    brake_minimum: Annotated[int, "records a run may always change, whatever their share"] = 100
    compare_hours: Annotated[int | float, "hours after which ids are compared to find deletions no feed tells of"] = 24
    list_limit: Annotated[int, "most rows that one page of a list or API answer holds"] = 500
    job_engine: Annotated[Any, "'inline', 'huey', 'celery', or an object with the methods of JobEngine"] = "huey"
    job_workers: Annotated[int, "threads that work on jobs in each process, with the huey engine"] = 1
    job_attempts: Annotated[int, "times a job is begun before it is given up when its worker dies each time"] = 5
    side_by_side: Annotated[int, "table mappings of a full synchronization at once; with SQLite always one"] = 2
    huey_file: Annotated[str | None, "SQLite file of the huey queue; None: in the instance folder"] = None
    celery_app: Annotated[Any, "the host's Celery app, for the celery engine"] = None
    company_column: Annotated[str, "column of Sales that says whose a row is, where several companies share it"] = (
        "bcbi_companyid"
    )
    public_url: Annotated[str, "https address the services reach this host at, for webhooks; empty: none"] = ""
    webhook_pause: Annotated[int | float, "seconds between two runs that webhooks start of one table mapping"] = 30
    lease_seconds: Annotated[int | float, "seconds after which a silent worker's job is given to another"] = 60
    clock: Annotated[Callable[[], datetime], "callback that tells the time as an aware UTC date-time"] = utc_now

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise NotConfigured(detail=problem, remedy="Correct the value in the app's configuration")

    @classmethod
    def read(cls, config: MutableMapping[str, Any]) -> Settings:
        """Fill in the defaults in `config` and return the settings; raises NotConfigured for what cannot be right."""
        fields = dataclasses.fields(cls)
        _refuse_unknown(config, [config_key(each.name) for each in fields])
        return cls(**{each.name: config.setdefault(config_key(each.name), each.default) for each in fields})


def config_key(name: str) -> str:
    """The configuration key of a settings field."""
    return PREFIX + name.upper()


def describe_keys() -> list[tuple[str, Any, str]]:
    """Every key with its default and meaning, in the order of declaration."""
    hints = get_type_hints(Settings, include_extras=True)
    fields = dataclasses.fields(Settings)
    return [(config_key(each.name), each.default, hints[each.name].__metadata__[0]) for each in fields]


def _refuse_unknown(config: MutableMapping[str, Any], known: list[str]) -> None:
    # a misspelled key would be ignored silently, and its default taken for the host's wish
    for key in config:
        if key.startswith(PREFIX) and key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}"
            raise NotConfigured(detail=f"there is no configuration key {key}", remedy=remedy)


_POSITIVE = (
    "connect_timeout",
    "read_timeout",
    "answer_timeout",
    "parallel",
    "list_limit",
    "job_workers",
    "job_attempts",
    "side_by_side",
    "lease_seconds",
)
_NOT_NEGATIVE = (
    "compare_hours",
    "brake_share",
    "brake_minimum",
    "max_wait",
    "retries",
    "feed_overlap",
    "webhook_pause",
)
_CALLABLE = ("permission", "principal", "clock")
_BOOLEAN = ("register_api", "register_web", "allow_insecure")
_SEQUENCE = ("secret_keys", "allowed_hosts")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_address(value: Any) -> bool:
    parts = urlsplit(value) if isinstance(value, str) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query


_CHECKS: tuple[tuple[tuple[str, ...], Callable[[Any], bool], str], ...] = (
    (_POSITIVE, lambda value: _is_number(value) and value > 0, "must be a number above 0"),
    (_NOT_NEGATIVE, lambda value: _is_number(value) and value >= 0, "must be a number, 0 or more"),
    (_CALLABLE, lambda value: value is None or callable(value), "must be callable"),
    (_BOOLEAN, lambda value: isinstance(value, bool), "must be True or False"),
    (_SEQUENCE, lambda value: isinstance(value, list | tuple | set | frozenset), "must be a list of texts"),
    (
        ("url_prefix",),
        lambda value: isinstance(value, str) and value.startswith("/") and not value.endswith("/"),
        "must start with a slash and not end with one",
    ),
    (("company_column",), lambda value: isinstance(value, str) and value.isidentifier(), "must be a column's name"),
    (("public_url",), lambda value: not value or _is_address(value), "must be an http(s) address with a host"),
)


def _problems(settings: Settings) -> list[str]:
    return [
        f"{config_key(name)} is {getattr(settings, name)!r}, but {rule}"
        for names, is_right, rule in _CHECKS
        for name in names
        if not is_right(getattr(settings, name))
    ]
