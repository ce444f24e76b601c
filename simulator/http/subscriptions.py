"""Business Central's webhook subscriptions: made with a handshake, renewed, expiring after three days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from simulator.http.bodies import read_object
from simulator.http.preconditions import parse_etags
from simulator.http.sending import Send
from simulator.odata.address import Segment
from simulator.odata.errors import ServiceError
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.store.store import Store

STATE = "subscriptions"
_MOST = 200
_LIFETIME = timedelta(days=3)
_RESOURCE = re.compile(r"(?:.*/)?companies\(([0-9a-fA-F-]{36})\)/(\w+)/?(?:\?.*)?")

Subscription = dict[str, Any]


def known_subscriptions(store: Store, now: datetime) -> dict[str, Subscription]:
    """Return the subscriptions that have not expired, by id."""
    kept: dict[str, Subscription] = store.get_state(STATE, {})
    return {key: one for key, one in kept.items() if datetime.fromisoformat(one["expirationDateTime"]) > now}


def resource_of(subscription: Subscription) -> tuple[str, str]:
    """Return the company id and entity set that a subscription is about."""
    found = _RESOURCE.fullmatch(subscription["resource"])
    return (found.group(1).lower(), found.group(2)) if found else ("", "")


class Subscriptions:
    """One request about subscriptions."""

    def __init__(self, request: ServiceRequest, manners: Manners, store: Store, send: Send) -> None:
        self.request = request
        self.manners = manners
        self.store = store
        self.send = send
        self.now = store.clock.now()

    def answer(self, segments: Sequence[Segment]) -> ServiceResponse:
        """Answer GET, POST, PATCH and DELETE."""
        key, method = segments[0].key, self.request.method
        known = known_subscriptions(self.store, self.now)
        if key is None:
            if method == "POST":
                return self._create(known)
            if method != "GET":
                raise self.manners.method_not_allowed(method, None)
            rows = [self._shown(one) for one in known.values()]
            return self._ok({"@odata.context": f"{self._context}", "value": rows})
        if key not in known:
            raise ServiceError(404, "Internal_RecordNotFound", f"The Webhook Subscription '{key}' does not exist.")
        return self._change(known, key)

    def _change(self, known: dict[str, Subscription], key: str) -> ServiceResponse:
        method = self.request.method
        if method == "GET":
            return self._one(known[key], 200)
        if method not in ("PATCH", "DELETE"):
            raise self.manners.method_not_allowed(method, None)
        self._check_etag(known[key])
        if method == "DELETE":
            del known[key]
            self.store.put_state(STATE, known)
            return ServiceResponse(204)
        body = read_object(self.request, self.manners)
        changed = known[key] | {name: body[name] for name in _SETTABLE if name in body}
        return self._keep(known, changed, 200)

    def _check_etag(self, subscription: Subscription) -> None:
        given = self.request.header("if-match")
        if not given and self.request.method == "PATCH":
            raise self.manners.no_if_match()
        own = parse_etags(self._etag(subscription))[0]
        if given and own not in parse_etags(given) and "*" not in parse_etags(given):
            raise ServiceError(409, "Request_EntityChanged", "Another user has already changed the record.")

    def _create(self, known: dict[str, Subscription]) -> ServiceResponse:
        body = read_object(self.request, self.manners)
        if len(known) >= _MOST:
            raise self.manners.invalid_row(f"The maximum number of webhook subscriptions ({_MOST}) has been reached.")
        stamp = _text(self.now)
        made: Subscription = {
            "subscriptionId": uuid4().hex,
            **{name: body.get(name, "") for name in _SETTABLE},
            "timestamp": self.store.version("bc"),
            "userId": self.request.caller,
            "systemCreatedAt": stamp,
            "systemCreatedBy": self.request.caller,
        }
        return self._keep(known, made, 201)

    def _keep(self, known: dict[str, Subscription], subscription: Subscription, status: int) -> ServiceResponse:
        self._check(subscription)
        self._shake_hands(subscription["notificationUrl"])
        stamp = _text(self.now)
        subscription |= {
            "lastModifiedDateTime": stamp,
            "systemModifiedAt": stamp,
            "systemModifiedBy": self.request.caller,
            "expirationDateTime": _text(self.now + _LIFETIME),
            "revision": subscription.get("revision", 0) + 1,
        }
        known[subscription["subscriptionId"]] = subscription
        self.store.put_state(STATE, known)
        return self._one(subscription, status)

    def _check(self, subscription: Subscription) -> None:
        for name in _SETTABLE:
            if not isinstance(subscription[name], str):
                raise self.manners.bad_json(f"'{name}' must be text.")
        if len(subscription["clientState"]) > 2048:
            raise self.manners.invalid_row("The clientState must be less than or equal to 2048 characters.")
        address = urlsplit(subscription["notificationUrl"])
        is_here = address.hostname in ("localhost", "127.0.0.1", "::1")
        if address.scheme != "https" and not (address.scheme == "http" and is_here):
            raise self.manners.invalid_row("The notificationUrl must be an https address.")
        company, name = resource_of(subscription)
        entity = self.manners.service.model.entity_set(name)
        if entity is None or not entity.webhooks or not company:
            raise self.manners.invalid_row(
                f"The resource '{subscription['resource']}' does not support webhook notifications."
            )

    def _shake_hands(self, url: str) -> None:
        """The subscriber proves itself by answering the token it is sent."""
        token = uuid4().hex
        mark = "&" if urlsplit(url).query else "?"
        status, body = self.send(f"{url}{mark}validationToken={token}", {"Content-Type": "text/plain"}, b"")
        if status != 200 or body.decode("utf-8", "replace").strip() != token:
            raise self.manners.invalid_row(
                "The subscription cannot be validated: the notificationUrl must answer 200 with the validationToken."
            )

    # answers

    @property
    def _context(self) -> str:
        return f"{self.request.root_url}/$metadata#subscriptions"

    def _etag(self, subscription: Subscription) -> str:
        return self.manners.service.conventions.etag(int(subscription["revision"]) + 10_000_000)

    def _shown(self, subscription: Subscription) -> Subscription:
        own = {name: value for name, value in subscription.items() if name != "revision"}
        return {"@odata.etag": self._etag(subscription), **own}

    def _one(self, subscription: Subscription, status: int) -> ServiceResponse:
        response = self._ok({"@odata.context": f"{self._context}/$entity", **self._shown(subscription)})
        response.status = status
        response.headers["ETag"] = self._etag(subscription)
        if status == 201:
            key = subscription["subscriptionId"]
            response.headers["Location"] = f"{self.request.root_url}/subscriptions('{key}')"
        return response

    def _ok(self, document: dict[str, Any]) -> ServiceResponse:
        return ServiceResponse(200, {}, orjson.dumps(document))


_SETTABLE = ("notificationUrl", "resource", "clientState")


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
