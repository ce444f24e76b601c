"""Business Central's webhook subscriptions, as requests: make one, renew it, end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from flask_coupling.core.mapping import Table
from flask_coupling.errors import RecordNotFound, ServiceGarbled, ValueRefused, WebhooksUnsupported

from .business_central import BusinessCentral
from .endpoint import Verb
from .refusal import Subject
from .wire import Answer

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as the service confirmed it."""

    id: str
    expires_at: datetime


def make_subscription(bc: BusinessCentral, table: Table, url: str, secret: str) -> Subscription:
    """Ask to be told of changes in a table; the service first asks `url` whether it agrees.

    Raises WebhooksUnsupported when the table has no webhooks, or the service did not like the address's answer.
    """
    path, body = bc.subscription_path(table), _body(bc, table, url, secret)
    try:
        answer = bc.transport.send(
            "POST", path, headers=_JSON, body=body, subject=Subject("subscriptions", verb=Verb.CREATE)
        )
    except (ValueRefused, RecordNotFound) as error:
        detail = str(error.facts.get("detail") or error.message)
        raise WebhooksUnsupported(service=bc.side.label, table=table.name, detail=detail) from error
    return _read(answer, bc)


def renew_subscription(bc: BusinessCentral, table: Table, url: str, secret: str, id: str) -> Subscription | None:
    """Keep a subscription for three more days; None when the service has forgotten it."""
    path, body = f"{bc.subscription_path(table)}('{id}')", _body(bc, table, url, secret)
    headers = {**_JSON, "If-Match": "*"}
    try:
        answer = bc.transport.send(
            "PATCH", path, headers=headers, body=body, subject=Subject("subscriptions", id, Verb.UPDATE)
        )
    except RecordNotFound:
        return None
    return _read(answer, bc)


def end_subscription(bc: BusinessCentral, table: Table, id: str) -> None:
    """End a subscription; one the service has forgotten is ended already."""
    path = f"{bc.subscription_path(table)}('{id}')"
    try:
        bc.transport.send("DELETE", path, headers={"If-Match": "*"}, subject=Subject("subscriptions", id, Verb.DELETE))
    except RecordNotFound:
        return


def _body(bc: BusinessCentral, table: Table, url: str, secret: str) -> bytes:
    return orjson.dumps({"notificationUrl": url, "resource": bc.resource(table), "clientState": secret})


def _read(answer: Answer, bc: BusinessCentral) -> Subscription:
    content = answer.json()
    try:
        id, expires = content["subscriptionId"], datetime.fromisoformat(content["expirationDateTime"])
    except (TypeError, KeyError, ValueError) as error:
        raise ServiceGarbled(service=bc.side.label, detail="a subscription without its id or expiry") from error
    if not isinstance(id, str) or not id.isalnum() or len(id) > 100 or expires.tzinfo is None:
        raise ServiceGarbled(service=bc.side.label, detail="a subscription without its id or expiry")
    return Subscription(id, expires)
