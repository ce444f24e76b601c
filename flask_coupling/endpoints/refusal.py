"""What a service's refusal means: its status, code and words turned into our errors, by one table for each service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from flask_coupling.core.side import Side
from flask_coupling.errors import (
    CouplingError,
    CredentialsRejected,
    CursorExpired,
    DuplicateRecord,
    EnvironmentUnknown,
    FieldUnknown,
    PermissionMissing,
    QueryRefused,
    RecordNotFound,
    ServiceFailed,
    ServiceGarbled,
    ServiceThrottled,
    StaleRecordConflictError,
    TableUnknown,
    ValueRefused,
)

from .endpoint import Verb

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_PROPERTY = re.compile(r"property(?: named)? '([^']+)'")
_SEGMENT = re.compile(r"segment '([^']+)'")
# the reference number Business Central adds to each message, and the preface Dataverse puts before the cause
_NOISE = re.compile(
    r"\s*CorrelationId:\s*[0-9a-fA-F-]{36}\.?\s*$|^.*-{2,}>\s*InnerException\s*:\s*[\w.]+:\s*", re.DOTALL
)
_UNEXPLAINED: dict[int, type[CouplingError]] = {
    401: CredentialsRejected,
    403: PermissionMissing,
    404: RecordNotFound,
    410: CursorExpired,
    412: StaleRecordConflictError,
}

# seconds after which trying again may help, where the service does not say
_USUAL_WAIT: dict[type[CouplingError], float] = {ServiceThrottled: 1.0, ServiceFailed: 5.0}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request was about, for the error's sentence; `verb` is None for a read."""

    table: str = ""
    id: str = ""
    verb: Verb | None = None

    @property
    def record(self) -> str:
        """The record in words: the table and the id, as far as known."""
        if not self.id:
            return f"a new record in {self.table}" if self.verb else self.table or "the request"
        return f"{self.table} {self.id}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one service refuses: `codes` maps its error codes to our error types, `facts` go on every error."""

    side: Side
    codes: Mapping[str, type[CouplingError]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The service's name as people know it."""
        return self.side.label

    def refusal(
        self, status: int, body: bytes | Mapping[str, Any] | None, subject: Subject, retry_after: float | None = None
    ) -> CouplingError:
        """The error for an answer whose status is not a success, whether it came alone or as part of a batch."""
        code, message = _explanation(body)
        kind = self._kind(status, code, message, subject)
        if kind is None:
            return ServiceGarbled(service=self.title, detail=f"status {status} without an explanation")
        wait = retry_after if retry_after is not None else _USUAL_WAIT.get(kind)
        return kind(
            **self.facts,
            service=self.title,
            table=subject.table,
            id=subject.id,
            record=subject.record,
            field=_named(_PROPERTY, message),
            segment=_named(_SEGMENT, message) or subject.table,
            detail=message or f"status {status}",
            http_status=status,
            service_code=code,
            seconds=round(wait or 0),
            retry_after=wait if kind in _USUAL_WAIT else None,
        )

    def _kind(self, status: int, code: str, message: str, subject: Subject) -> type[CouplingError] | None:
        if status == 429 or self.codes.get(code) is ServiceThrottled:
            return ServiceThrottled
        if status >= 500 and status != 501 and code not in self.codes:
            return ServiceFailed
        if "roperty" in message and _PROPERTY.search(message) and _is_about_shape(message):
            return FieldUnknown
        if status == 412 and subject.verb is Verb.CREATE:
            return DuplicateRecord
        kind = self.codes.get(code) or _UNEXPLAINED.get(status)
        if kind is RecordNotFound and _names_another(message, subject.id):
            return ValueRefused  # a write that points to a record which does not exist
        if kind is None and code:
            return ValueRefused if subject.verb else QueryRefused
        return kind


def _is_about_shape(message: str) -> bool:
    return any(words in message for words in ("Could not find", "does not exist on type", "undeclared property"))


def _names_another(message: str, id: str) -> bool:
    named = [each.lower() for each in _GUID.findall(message)]
    return bool(id and named) and id.lower() not in named


def _named(pattern: re.Pattern[str], message: str) -> str:
    found = pattern.search(message)
    return found[1] if found else ""


def _explanation(body: bytes | Mapping[str, Any] | None) -> tuple[str, str]:
    """The code and the message of an error body; empty texts when it has none (a proxy's page, an empty 401)."""
    try:
        content = orjson.loads(body) if isinstance(body, bytes) else body
    except orjson.JSONDecodeError:
        return "", ""
    error = content.get("error") if isinstance(content, Mapping) else None
    if not isinstance(error, Mapping):
        return "", ""
    return str(error.get("code") or ""), clean_message(str(error.get("message") or ""))


def clean_message(message: str) -> str:
    """The service's own words without its reference numbers, on one line."""
    return " ".join(_NOISE.sub("", message).split())


BUSINESS_CENTRAL = Dialect(
    Side.BC,
    {
        "Request_EntityChanged": StaleRecordConflictError,
        "Internal_EntityWithSameKeyExists": DuplicateRecord,
        "Internal_RecordNotFound": RecordNotFound,
        "Internal_TenantUnavailable": EnvironmentUnknown,
        "NoEnvironment": EnvironmentUnknown,
        "BadRequest_ResourceNotFound": TableUnknown,
        "Authentication_InvalidCredentials": CredentialsRejected,
        "Authorization_RequestDenied": PermissionMissing,
        "Application_TooManyRequests": ServiceThrottled,
        "TooManyRequests": ServiceThrottled,
        "SkipTokenIsNoLongerValid": ServiceFailed,
    },
)

SALES = Dialect(
    Side.SALES,
    {
        "0x80040217": RecordNotFound,
        "0x80060891": RecordNotFound,
        "0x80060882": StaleRecordConflictError,
        "0x80040237": DuplicateRecord,
        "0x80060892": DuplicateRecord,
        "0x80040333": DuplicateRecord,
        "0x8006088a": TableUnknown,
        "0x80040220": PermissionMissing,
        "0x80048306": PermissionMissing,
        "0x80072560": PermissionMissing,
        "0x80040225": PermissionMissing,
        "0x80072321": ServiceThrottled,
        "0x80072322": ServiceThrottled,
        "0x80072326": ServiceThrottled,
        "0x80044352": CursorExpired,
    },
)
