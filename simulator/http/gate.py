"""What stands before a service: its protection limits, and the fault rules in force."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from simulator.faults import FaultRule, Faults
from simulator.http.effects import Effects, Refuse
from simulator.limits import Excess, Limits
from simulator.odata.address import BadKey
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.store.store import Store
from simulator.store.transaction import Transaction

Handle = Callable[[], ServiceResponse]


class Gate:
    """Lets requests through to one service, changed or refused as limits and faults say."""

    def __init__(self, manners: Manners, store: Store, faults: Faults, limits: Limits, refuse: Refuse) -> None:
        self.manners = manners
        self.store = store
        self.faults = faults
        self.limits = limits
        self.refuse = refuse

    @property
    def is_open(self) -> bool:
        """Whether requests are neither counted nor tampered with."""
        return not self.limits.is_on and not self.faults

    def request(self, request: ServiceRequest, handle: Handle) -> ServiceResponse:
        """Answer a whole request."""
        if not self.limits.is_on:
            return self._play(request, handle, None)
        name = self.manners.service.name
        excess = self.limits.enter(name, request.caller)
        if excess is not None:
            return self._too_many(excess)
        start = perf_counter()
        try:
            return self._play(request, handle, None)
        finally:
            self.limits.leave(name, request.caller, perf_counter() - start)

    def part(self, request: ServiceRequest, handle: Handle, world: Transaction) -> ServiceResponse:
        """Answer one part of a batch; where parts count as requests, each of them may be the one too many."""
        if self.limits.is_on and self.manners.counts_parts:
            excess = self.limits.enter(self.manners.service.name, request.caller)
            if excess is not None:
                return self._too_many(excess)
            self.limits.leave(self.manners.service.name, request.caller, 0.0)
        return self._play(request, handle, world)

    def _too_many(self, excess: Excess) -> ServiceResponse:
        error = self.manners.throttled(excess.limit)
        error.headers = {"Retry-After": str(excess.retry_after)}
        return self.refuse(error)

    def _play(self, request: ServiceRequest, handle: Handle, world: Transaction | None) -> ServiceResponse:
        if not self.faults:
            return handle()
        rules = self._draw(request, is_part=world is not None)
        if not rules:
            return handle()
        request.remarks.faults.extend(rule.name for rule in rules)
        return Effects(rules, request, self.manners, self.store, self.refuse).play(handle, world)

    def _draw(self, request: ServiceRequest, is_part: bool) -> list[FaultRule]:
        """Return the fault rules that fire for a request; its entity is the last set that its path names."""
        try:
            _, segments = self.manners.locate(request, {})
        except BadKey:
            segments = ()
        shapes = self.manners.service.shapes
        names = [one.name for one in segments if one.name in shapes or one.name == "$batch"]
        return self.faults.draw(
            self.manners.service.name, names[-1] if names else "", request.method, request.path, is_part
        )
