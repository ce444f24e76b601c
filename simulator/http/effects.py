"""Play the effects of fault rules on one request: before it is handled, instead, or on its answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import orjson

from simulator.faults import TRANSPORT_HEADER, FaultRule
from simulator.http.target import Resolver, Target
from simulator.odata.errors import ServiceError
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.query import parse_options
from simulator.odata.syntax import FilterError
from simulator.store.store import Store
from simulator.store.transaction import Transaction
from simulator.turns import pause

_OTHER_USER = "00000000-0000-0000-0000-0000000000ff"
_HTML = b"<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>Bad gateway</h1></body></html>"

Refuse = Callable[[ServiceError], ServiceResponse]


class Effects:
    """The rules that fired for one request."""

    def __init__(
        self, rules: Sequence[FaultRule], request: ServiceRequest, manners: Manners, store: Store, refuse: Refuse
    ) -> None:
        self.rules = rules
        self.request = request
        self.manners = manners
        self.store = store
        self.refuse = refuse

    def play(self, handle: Callable[[], ServiceResponse], world: Transaction | None = None) -> ServiceResponse:
        """Return what the caller gets: the handled answer, changed, or a refusal instead of it.

        `world` is the transaction of a batch whose part this is; otherwise the other user's writes get their own.
        """
        for rule in self.rules:
            instead = _INSTEAD.get(rule.effect)
            if instead is not None:
                return instead(self, rule)
        with self._clock_off():
            self._prepare(world)
            answer = handle()
            # a copy: the answer may be a kept page, which later requests get too
            response = ServiceResponse(answer.status, dict(answer.headers), answer.body)
        if any(rule.effect == "repeat" for rule in self.rules):
            handle()
        for rule in self.rules:
            change = _CHANGES.get(rule.effect)
            if change is not None:
                response = change(self, rule, response)
        return response

    def _prepare(self, world: Transaction | None) -> None:
        for rule in self.rules:
            if rule.effect == "latency":
                pause(min(float(rule.get("seconds")), 600))
            elif rule.effect in _BEFORE:
                self._as_other_user(rule, _BEFORE[rule.effect], world)

    @contextmanager
    def _clock_off(self) -> Iterator[None]:
        seconds = sum(float(rule.get("seconds")) * _CLOCK[rule.effect] for rule in self.rules if rule.effect in _CLOCK)
        state = self.store.state_of(self.manners.service.name)
        if not seconds:
            yield
            return
        before, state.skew = state.skew, state.skew + timedelta(seconds=seconds)
        try:
            yield
        finally:
            state.skew = before

    def _as_other_user(
        self, rule: FaultRule, change: Callable[[Transaction, Target, FaultRule], None], world: Transaction | None
    ) -> None:
        """Let another user touch the row that the request names; a request that names none is left alone."""
        company, segments = self.manners.locate(self.request, parse_options(self.request.query))
        if world is not None:
            self._change(world.in_scope(company.lower(), _OTHER_USER), segments, change, rule)
            return
        with self.store.writing(self.manners.service.name, company.lower(), _OTHER_USER) as own:
            self._change(own, segments, change, rule)

    def _change(self, world: Transaction, segments: Any, change: Any, rule: FaultRule) -> None:
        try:
            target = Resolver(world, self.manners).resolve(segments)
            change(world, target, rule)
        except (ServiceError, FilterError, LookupError):
            return  # the request names no row, or one that is gone: it gets the answer it would get anyway


def _touch(world: Transaction, target: Target, rule: FaultRule) -> None:
    if target.key:
        world.update(target.shape.name, target.key, {})


def _vanish(world: Transaction, target: Target, rule: FaultRule) -> None:
    if target.key:
        world.delete(target.shape.name, target.key)


def _write_odd(world: Transaction, target: Target, rule: FaultRule) -> None:
    if target.key:
        world.update(target.shape.name, target.key, rule.get("values"))


_BEFORE: dict[str, Callable[[Transaction, Target, FaultRule], None]] = {
    "stale_etag": _touch,
    "vanish": _vanish,
    "odd_values": _write_odd,
}
_CLOCK = {"skew": 1, "late_visible": -1}


# instead of an answer


def _transport(what: str) -> Callable[[Effects, FaultRule], ServiceResponse]:
    return lambda effects, rule: ServiceResponse(503, {TRANSPORT_HEADER: what})


def _html(effects: Effects, rule: FaultRule) -> ServiceResponse:
    return ServiceResponse(int(rule.get("status")), {"Content-Type": "text/html; charset=utf-8"}, _HTML)


def _retry_after(effects: Effects, value: Any) -> dict[str, str]:
    if value == "absent":
        return {}
    if value == "date":
        return {"Retry-After": format_datetime(effects.store.clock.now() + timedelta(seconds=5), usegmt=True)}
    return {"Retry-After": str(value)}


def _throttle(effects: Effects, rule: FaultRule) -> ServiceResponse:
    error = effects.manners.throttled("requests")
    error.headers = _retry_after(effects, rule.get("retry_after"))
    return effects.refuse(error)


def _status(effects: Effects, rule: FaultRule) -> ServiceResponse:
    status = int(rule.get("status"))
    code, message = effects.manners.status_words(status)
    headers = _retry_after(effects, rule.get("retry_after"))
    return effects.refuse(ServiceError(status, rule.get("code") or code, rule.get("message") or message, headers))


def _duplicate(effects: Effects, rule: FaultRule) -> ServiceResponse:
    _, segments = effects.manners.locate(effects.request, {})
    entity = effects.manners.service.model.entity_set(segments[0].name) if segments else None
    if entity is None:
        return effects.refuse(ServiceError(409, "", "The record already exists."))
    return effects.refuse(effects.manners.service.words.duplicate(entity, (entity.key,), {}, ""))


def _poison(effects: Effects, rule: FaultRule) -> ServiceResponse:
    return effects.refuse(effects.manners.invalid_row(str(rule.get("message"))))


def _expired(effects: Effects, rule: FaultRule) -> ServiceResponse:
    options = parse_options(effects.request.query)
    if effects.manners.delta_option in options:
        kept = {name: value for name, value in options.items() if name != effects.manners.delta_option}
        return effects.refuse(effects.manners.delta_expired(effects.manners.link(effects.request, kept)))
    return effects.refuse(effects.manners.bad_token())


_INSTEAD: dict[str, Callable[[Effects, FaultRule], ServiceResponse]] = {
    "reset_before": _transport("reset"),
    "tls": _transport("tls"),
    "html": _html,
    "throttle": _throttle,
    "status": _status,
    "duplicate": _duplicate,
    "poison": _poison,
    "expired_cursor": _expired,
}


# on the answer


def _marked(what: str, parameter: str = "") -> Callable[[Effects, FaultRule, ServiceResponse], ServiceResponse]:
    def change(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
        response.headers[TRANSPORT_HEADER] = f"{what}={rule.get(parameter)}" if parameter else what
        return response

    return change


def _drop_parts(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
    def drop(parts: list[Any]) -> list[Any]:
        return parts[: max(0, len(parts) - int(rule.get("count")))]

    return _edit_parts(response, drop)


def _shuffle_parts(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
    def shuffle(parts: list[Any]) -> list[Any]:
        mixed = parts[:]
        random.Random(rule.seed).shuffle(mixed)
        return mixed

    return _edit_parts(response, shuffle)


def _edit_parts(response: ServiceResponse, edit: Callable[[list[Any]], list[Any]]) -> ServiceResponse:
    boundary = response.headers.get("Content-Type", "").partition("boundary=")[2]
    if boundary:
        delimiter = b"--" + boundary.encode()
        pieces = response.body.split(delimiter)
        response.body = delimiter.join([pieces[0], *edit(pieces[1:-1]), pieces[-1]])
        return response
    document = _document(response)
    if isinstance(document, dict) and isinstance(document.get("responses"), list):
        response.body = orjson.dumps(document | {"responses": edit(document["responses"])})
    return response


def _document(response: ServiceResponse) -> Any:
    try:
        return orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return None


def _move_row(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
    """Change the row behind this page: a reader who orders by modified time will meet it again, or miss it."""
    document = _document(response)
    if not isinstance(document, dict) or "@odata.nextLink" not in document:
        return response
    company, segments = effects.manners.locate(effects.request, parse_options(effects.request.query))
    shape = effects.manners.service.shapes.get(segments[0].name)
    if shape is None or shape.entity.subpage is not None:
        return response
    seen = {row.get(shape.key) for row in document["value"]}
    with effects.store.writing(effects.manners.service.name, company.lower(), _OTHER_USER) as world:
        behind = next((row for row in world.list(shape.name) if row[shape.key] not in seen), None)
        if behind is not None:
            world.update(shape.name, behind[shape.key], {})
    return response


def _loop(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
    document = _document(response)
    if isinstance(document, dict) and "@odata.nextLink" in document:
        own = effects.manners.link(effects.request, parse_options(effects.request.query))
        response.body = orjson.dumps(document | {"@odata.nextLink": own})
    return response


def _without_property(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
    return _edit_rows(response, lambda row: {name: one for name, one in row.items() if name != rule.get("name")})


def _renamed(effects: Effects, rule: FaultRule, response: ServiceResponse) -> ServiceResponse:
    before, after = rule.get("before"), rule.get("after")
    return _edit_rows(response, lambda row: {name: after if one == before else one for name, one in row.items()})


def _edit_rows(response: ServiceResponse, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> ServiceResponse:
    document = _document(response)
    if not isinstance(document, dict) or "error" in document:
        return response
    rows = document.get("value")
    if isinstance(rows, list):
        edited = document | {"value": [edit(row) if isinstance(row, dict) else row for row in rows]}
    else:
        edited = edit(document)
    response.body = orjson.dumps(edited)
    return response


_CHANGES: dict[str, Callable[[Effects, FaultRule, ServiceResponse], ServiceResponse]] = {
    "reset_after": _marked("reset"),
    "timeout": _marked("timeout", "seconds"),
    "cut": _marked("cut", "bytes"),
    "drip": _marked("drip", "bytes_per_second"),
    "drop_parts": _drop_parts,
    "shuffle_parts": _shuffle_parts,
    "move_row": _move_row,
    "looping_link": _loop,
    "missing_property": _without_property,
    "renamed_value": _renamed,
}
