"""Fault rules as data: which requests they match, when they fire, how often they have; effects are played in `http`."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

TRANSPORT_HEADER = "X-Simulator-Transport"
"""Tells the layer that owns the connection what to do to it, and is never sent: reset, timeout, cut=N, drip=N, tls."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule can do: its parameters with their defaults, and the faults it plays."""

    name: str
    about: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


_EFFECTS = (
    Effect("reset_before", "F1, F2: the connection breaks before the request is handled; nothing is written."),
    Effect("reset_after", "F3: the request is handled and committed, then the connection breaks without an answer."),
    Effect("timeout", "F4: no answer comes in time, though the request is handled.", {"seconds": 0.0}),
    Effect("cut", "F5: the answer's body ends early.", {"bytes": 100}),
    Effect("html", "F6: a proxy answers a page of HTML.", {"status": 502}),
    Effect("drip", "F7: the answer comes slowly.", {"bytes_per_second": 100}),
    Effect("tls", "F8: the secure connection cannot be made (in process only)."),
    Effect("repeat", "F9: the request is delivered twice; the first answer is sent."),
    Effect("throttle", "F10, F11: 429; retry_after is seconds, 'date', 'absent' or any text.", {"retry_after": 5}),
    Effect("status", "F12, F13, F14: an error of this status in the service's own shape.",
           {"status": 503, "code": "", "message": "", "retry_after": "absent"}),
    Effect("latency", "The request is handled after a wait.", {"seconds": 0.1}),
    Effect("stale_etag", "F15: another user changes the row just before the request."),
    Effect("duplicate", "F16: the row is refused as a duplicate."),
    Effect("vanish", "F17: another user deletes the row just before the request."),
    Effect("poison", "F18: the row is refused as invalid.", {"message": "The record is not valid."}),
    Effect("drop_parts", "F19: parts of a batch's answer are missing from the end.", {"count": 1}),
    Effect("shuffle_parts", "F19: the parts of a JSON batch's answer come in another order."),
    Effect("move_row", "F20: after a page another user changes the row that its next page begins with."),
    Effect("expired_cursor", "F21: the skip token or delta token of the request is no longer valid."),
    Effect("looping_link", "F21: a nextLink leads back to its own page."),
    Effect("skew", "F23: the service's clock is off while the request is handled.", {"seconds": 600.0}),
    Effect("late_visible", "F23: the row is stamped as if it had been written earlier.", {"seconds": 30.0}),
    Effect("odd_values", "F24: another user writes these values into the row just before the request.",
           {"values": {}}),
    Effect("missing_property", "F27: a property is missing from the answer.", {"name": ""}),
    Effect("renamed_value", "F27: a value is answered under another name.", {"before": "", "after": ""}),
    Effect("lost_notice", "F32: a webhook notification is not sent."),
    Effect("repeated_notice", "F32: a webhook notification is sent twice."),
    Effect("reordered_notices", "F32: the notifications of a post come in reverse order."),
    Effect("forged_notice", "F32: a notification carries a wrong clientState."),
    Effect("expired_subscription", "F32: the subscription ends before its time."),
)  # fmt: skip
EFFECTS: Mapping[str, Effect] = {effect.name: effect for effect in _EFFECTS}


NOTIFY = "NOTIFY"
"""The method under which a webhook's own post is drawn; the effects of notifications meet nothing else."""
_NOTICE_EFFECTS = {name for name in EFFECTS if "notice" in name or "subscription" in name}


class BadRule(ValueError):
    """A fault rule that cannot be; the text says which part and what is possible."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One rule: which requests it matches and what it does to them.

    Blank texts match everything. `method` is compared with the request's; a batch is POST of entity "$batch" and its
    parts are matched one by one when `parts` is set. `first` skips earlier matches (1: from the first one on), `every`
    takes each n-th from there, `times` ends after so many firings (0: never), `probability` draws from the seed.
    """

    effect: str
    name: str = ""
    service: str = ""
    entity: str = ""
    method: str = ""
    path: str = ""
    parts: bool = False
    first: int = 1
    every: int = 1
    times: int = 0
    probability: float = 1.0
    seed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        effect = EFFECTS.get(self.effect)
        if effect is None:
            raise BadRule(f"Unknown effect '{self.effect}'. Known are: {', '.join(EFFECTS)}.")
        unknown = set(self.parameters) - set(effect.parameters)
        if unknown:
            known = ", ".join(effect.parameters) or "none"
            raise BadRule(f"'{self.effect}' has no parameter {', '.join(sorted(unknown))}; it has {known}.")
        if not 0 <= self.probability <= 1 or self.first < 1 or self.every < 1 or self.times < 0:
            raise BadRule("probability is 0 to 1, first and every are at least 1, times at least 0.")
        if not self.name:
            object.__setattr__(self, "name", self.effect)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> FaultRule:
        """Return the rule that a JSON object describes; BadRule names what is wrong."""
        known = {one.name: one for one in fields(cls)}
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise BadRule(f"A fault rule has no {', '.join(unknown)}; it has {', '.join(known)}.")
        for name, value in values.items():
            kind = _KINDS[name]
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise BadRule(f"'{name}' of a fault rule has a value of the wrong kind: {value!r}.")
        if "effect" not in values:
            raise BadRule("A fault rule needs an effect.")
        return cls(**values)

    def as_mapping(self) -> dict[str, Any]:
        """Return the rule as a JSON object."""
        return asdict(self)

    def get(self, parameter: str) -> Any:
        """Return a parameter of the effect, or its default."""
        return self.parameters.get(parameter, EFFECTS[self.effect].parameters.get(parameter))

    def covers(self, service: str, entity: str, method: str, path: str, is_part: bool) -> bool:
        """Whether the rule is about this request."""
        return (
            (self.effect in _NOTICE_EFFECTS) == (method == NOTIFY)
            and self.parts == is_part
            and self.service in ("", service)
            and self.entity in ("", entity)
            and self.method.upper() in ("", method)
            and self.path.lower() in path.lower()
        )


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("effect", "name", "service", "entity", "method", "path"), str),
    **dict.fromkeys(("first", "every", "times", "seed"), int),
    "parts": bool,
    "probability": (int, float),
    "parameters": dict,
}


class Faults:
    """The rules in force in one simulator, with how often each matched and fired."""

    def __init__(self, rules: Iterable[FaultRule] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Counted] = []
        for rule in rules:
            self.add(rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, rule: FaultRule) -> None:
        """Put a rule in force; one of the same name is replaced and counted anew."""
        with self._lock:
            self._rules = [one for one in self._rules if one.rule.name != rule.name] + [_Counted(rule)]

    def remove(self, name: str) -> None:
        """End a rule; KeyError when there is none of that name."""
        with self._lock:
            kept = [one for one in self._rules if one.rule.name != name]
            if len(kept) == len(self._rules):
                raise KeyError(name)
            self._rules = kept

    def clear(self) -> None:
        """End every rule."""
        with self._lock:
            self._rules = []

    def rules(self) -> list[tuple[FaultRule, int, int]]:
        """Return every rule with how often it matched and how often it fired."""
        with self._lock:
            return [(one.rule, one.matched, one.fired) for one in self._rules]

    def fired(self, name: str) -> int:
        """Return how often the rule of that name fired; 0 when there is none."""
        return next((fired for rule, _, fired in self.rules() if rule.name == name), 0)

    def draw(self, service: str, entity: str, method: str, path: str, is_part: bool = False) -> list[FaultRule]:
        """Return the rules that fire for a request, in the order they were added; each is counted."""
        if not self._rules:
            return []
        with self._lock:
            return [one.rule for one in self._rules if one.draw(service, entity, method, path, is_part)]


class _Counted:
    """A rule with its counters and its own random numbers."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.matched = 0
        self.fired = 0
        self._random = random.Random(f"{rule.seed}:{rule.name}")

    def draw(self, service: str, entity: str, method: str, path: str, is_part: bool) -> bool:
        rule = self.rule
        if not rule.covers(service, entity, method, path, is_part):
            return False
        self.matched += 1
        place = self.matched - rule.first
        is_drawn = self._random.random() < rule.probability
        if place < 0 or place % rule.every or (rule.times and self.fired >= rule.times) or not is_drawn:
            return False
        self.fired += 1
        return True
