"""What an administrator typed for a connection, checked before any of it is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from unicodedata import category

from sqlalchemy import String

from flask_coupling.endpoints.guard import Guard
from flask_coupling.errors import AddressRefused, InputInvalid
from flask_coupling.models import Connection
from flask_coupling.settings import Settings

TEXTS = ("tenant", "environment", "company", "client_id", "client_secret", "secret_expires_on", "freight_account")
URLS = ("bc_url", "sales_url", "token_url")
SWITCHES = ("several_companies",)

STANDARD = {key: str(Connection.__table__.c[key].default.arg) for key in ("bc_url", "token_url")}
"""Microsoft's own addresses, which an empty value stands for."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_SHAPES: dict[str, tuple[re.Pattern[str], str]] = {
    "tenant": (re.compile(r"[A-Za-z0-9.-]*"), "a GUID or a domain name has only letters, digits, dots and hyphens"),
    "environment": (re.compile(r"[A-Za-z0-9_-]*"), "an environment's name has only letters, digits, - and _"),
    "client_id": (re.compile(r"[A-Za-z0-9.-]*"), "an application id has only letters, digits and hyphens"),
}


def check_name(name: str) -> str:
    """Return a name a connection may have; raises InputInvalid. Names stand in addresses."""
    if not _NAME.fullmatch(name):
        rule = "at most 50 of a-z, 0-9, - and _, beginning with a letter or digit"
        raise InputInvalid(detail=f"a connection's name is {rule}", errors={"name": [rule]})
    return name


def check_values(name: str, values: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the texts trimmed, addresses in full, an empty secret left out; raises InputInvalid, AddressRefused.

    Where Microsoft has one address for all, an empty one means that.
    """
    errors = {key: [problem] for key, value in values.items() if (problem := _problem(key, value))}
    if errors:
        detail = "; ".join(f"{key}: {problems[0]}" for key, problems in errors.items())
        raise InputInvalid(detail=detail, errors=errors, connection=name)
    guard = Guard(tuple(settings.allowed_hosts), settings.allow_insecure)
    switches = {key: value for key, value in values.items() if key in SWITCHES}
    cleaned = {key: _CLEAN.get(key, str.strip)(value) for key, value in values.items() if key not in SWITCHES}
    cleaned |= {key: _checked_url(guard, key, cleaned[key]) for key in URLS if cleaned.get(key)}
    cleaned = {key: value or STANDARD.get(key, "") for key, value in cleaned.items()}
    return {key: value for key, value in cleaned.items() if key != "client_secret" or value} | switches


def _problem(key: str, value: object) -> str | None:
    """What is wrong with one value, or None."""
    if key in SWITCHES:
        return None if isinstance(value, bool) else "it must be true or false"
    if key not in (*TEXTS, *URLS):
        return "there is no such value"
    if not isinstance(value, str):
        return "it must be a text"
    if any(category(character) in ("Cc", "Cs") for character in value.strip()):
        return "it holds control characters, or half a character"
    longest = _longest(key)
    if longest is not None and len(value.strip()) > longest:
        return f"it is longer than {longest} characters"
    if key == "secret_expires_on" and value.strip() and not _is_date(value.strip()):
        return "a day is written as year, month and day: 2027-12-31"
    shape, rule = _SHAPES.get(key, (None, ""))
    return rule if shape and not shape.fullmatch(value.strip()) else None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _longest(key: str) -> int | None:
    kind = Connection.__table__.c[key].type
    return kind.length if isinstance(kind, String) else 500


def _full_url(value: str) -> str:
    """An address as people copy it: with blanks around it, or without its scheme."""
    trimmed = value.strip()
    return trimmed if "://" in trimmed or not trimmed else f"https://{trimmed}"


_CLEAN: dict[str, Callable[[str], str]] = dict.fromkeys(URLS, _full_url)


def _checked_url(guard: Guard, key: str, url: str) -> str:
    try:
        return guard.check(url)
    except AddressRefused as error:
        raise AddressRefused(**error.facts, field=key) from error
