"""The Microsoft.Dynamics.CRM query functions that clients use in $filter, as one table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from simulator.odata.filter import Filter, NamedFunction
from simulator.odata.functions import matches
from simulator.odata.literals import Typed
from simulator.odata.source import one_of
from simulator.odata.syntax import Call, Literal, Path, SyntaxProblem, TypeProblem
from simulator.odata.values import ticks_of

Span = tuple[datetime, datetime]
_FIRST = datetime(1, 1, 1)
_LAST = datetime(9999, 12, 31)


def _arguments(call: Call) -> dict[str, Any]:
    found = {name: node.value for name, node in call.named if isinstance(node, Literal)}
    if "PropertyName" not in found or len(found) != len(call.named):
        raise SyntaxProblem(f"The function '{call.name}' needs PropertyName and constant parameters.")
    return found


def _property(filter_: Filter, arguments: dict[str, Any]) -> Typed:
    name = str(arguments["PropertyName"])
    return filter_.value(Path((filter_.source.shape.wire_of.get(name, name),)))


def _one(call: Call, arguments: dict[str, Any]) -> Any:
    if "PropertyValue" not in arguments:
        raise SyntaxProblem(f"The function '{call.name}' needs PropertyValue.")
    return arguments["PropertyValue"]


def _constant(left: Typed, value: Any, filter_: Filter) -> Any:
    """Return a parameter as the column holds it; Dataverse takes numbers and dates as text here."""
    if left.kind == "number" and isinstance(value, str):
        try:
            return float(value) if "." in value else int(value)
        except ValueError:
            raise TypeProblem(f"Unrecognized 'Edm.Decimal' literal '{value}'.") from None
    if left.kind == "boolean":
        return int(str(value).lower() in ("true", "1"))
    kinds = {"moment": "moment", "date": "date", "text": "text", "guid": "text", "number": "number"}
    return filter_.literal(left, value if left.kind == "number" else str(value), kinds[left.kind])


def _values(call: Call, arguments: dict[str, Any]) -> tuple[Any, ...]:
    values = arguments.get("PropertyValues")
    if not isinstance(values, tuple) or not values:
        raise SyntaxProblem(f"The function '{call.name}' needs PropertyValues, a list.")
    return values


def _in(filter_: Filter, call: Call) -> ColumnElement[bool]:
    arguments = _arguments(call)
    left = _property(filter_, arguments)
    found = one_of(left.sql, [_constant(left, one, filter_) for one in _values(call, arguments)])
    return found


def _between(filter_: Filter, call: Call) -> ColumnElement[bool]:
    arguments = _arguments(call)
    left, values = _property(filter_, arguments), _values(call, arguments)
    if len(values) != 2:
        raise SyntaxProblem(f"The function '{call.name}' needs two PropertyValues.")
    low, high = (_constant(left, one, filter_) for one in values)
    return and_(left.sql >= low, left.sql <= high)


def _refuse(function: NamedFunction) -> NamedFunction:
    return lambda filter_, call: not_(function(filter_, call))


def _text(pattern: str) -> NamedFunction:
    def build(filter_: Filter, call: Call) -> ColumnElement[bool]:
        arguments = _arguments(call)
        left = _property(filter_, arguments)
        return matches(left.sql, pattern.format(_constant(left, _one(call, arguments), filter_)))

    return build


def _within(span: Callable[[datetime, int], Span]) -> NamedFunction:
    def build(filter_: Filter, call: Call) -> ColumnElement[bool]:
        arguments = _arguments(call)
        left = _property(filter_, arguments)
        start, end = span(filter_.now, _count(call, arguments))
        return and_(left.sql >= _edge(left, start), left.sql < _edge(left, end))

    return build


def _count(call: Call, arguments: dict[str, Any]) -> int:
    if "PropertyValue" not in arguments:
        return 0
    try:
        count = int(arguments["PropertyValue"])
    except (TypeError, ValueError):
        raise TypeProblem(f"The PropertyValue of '{call.name}' must be a whole number.") from None
    if not 0 <= count <= 100_000:
        raise TypeProblem(f"The PropertyValue of '{call.name}' is out of range.")
    return count


def _edge(left: Typed, moment: datetime) -> Any:
    if left.kind == "date":
        return moment.date().isoformat()
    if left.kind != "moment":
        raise TypeProblem("A date function needs a date property.")
    return ticks_of(moment)


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), moment.tzinfo)


def _month(moment: datetime, step: int) -> datetime:
    months = moment.year * 12 + moment.month - 1 + step
    return _day(moment).replace(year=months // 12, month=months % 12 + 1, day=1)


def _week(moment: datetime, step: int) -> datetime:
    sunday = _day(moment) - timedelta(days=(moment.weekday() + 1) % 7)
    return sunday + timedelta(weeks=step)


def _year(moment: datetime, step: int) -> datetime:
    return _day(moment).replace(year=moment.year + step, month=1, day=1)


def _days(first: int, last: int) -> Callable[[datetime, int], Span]:
    return lambda now, _: (_day(now) + timedelta(days=first), _day(now) + timedelta(days=last))


_SPANS: dict[str, Callable[[datetime, int], Span]] = {
    "Today": _days(0, 1),
    "Yesterday": _days(-1, 0),
    "Tomorrow": _days(1, 2),
    "Last7Days": _days(-7, 1),
    "Next7Days": _days(0, 8),
    "LastXHours": lambda now, n: (now - timedelta(hours=n), now),
    "NextXHours": lambda now, n: (now, now + timedelta(hours=n)),
    "LastXDays": lambda now, n: (_day(now) - timedelta(days=n), now),
    "NextXDays": lambda now, n: (now, _day(now) + timedelta(days=n + 1)),
    "LastXWeeks": lambda now, n: (_day(now) - timedelta(weeks=n), now),
    "NextXWeeks": lambda now, n: (now, _day(now) + timedelta(weeks=n, days=1)),
    "LastXMonths": lambda now, n: (_month(now, -n), now),
    "ThisWeek": lambda now, _: (_week(now, 0), _week(now, 1)),
    "LastWeek": lambda now, _: (_week(now, -1), _week(now, 0)),
    "NextWeek": lambda now, _: (_week(now, 1), _week(now, 2)),
    "ThisMonth": lambda now, _: (_month(now, 0), _month(now, 1)),
    "LastMonth": lambda now, _: (_month(now, -1), _month(now, 0)),
    "NextMonth": lambda now, _: (_month(now, 1), _month(now, 2)),
    "ThisYear": lambda now, _: (_year(now, 0), _year(now, 1)),
    "LastYear": lambda now, _: (_year(now, -1), _year(now, 0)),
    "NextYear": lambda now, _: (_year(now, 1), _year(now, 2)),
    "OlderThanXHours": lambda now, n: (_FIRST.replace(tzinfo=now.tzinfo), now - timedelta(hours=n)),
    "OlderThanXDays": lambda now, n: (_FIRST.replace(tzinfo=now.tzinfo), _day(now) - timedelta(days=n)),
}


def _on(before: bool, after: bool) -> NamedFunction:
    """On, OnOrBefore, OnOrAfter: compare the day."""

    def build(filter_: Filter, call: Call) -> ColumnElement[bool]:
        arguments = _arguments(call)
        left, text = _property(filter_, arguments), str(_one(call, arguments))
        try:
            day = datetime.combine(date.fromisoformat(text[:10]), time(), filter_.now.tzinfo)
        except ValueError:
            raise TypeProblem(f"Unrecognized 'Edm.DateTimeOffset' literal '{text}'.") from None
        parts = []
        if not before:
            parts.append(left.sql >= _edge(left, day))
        if not after and day.date() < _LAST.date():
            parts.append(left.sql < _edge(left, day + timedelta(days=1)))
        return and_(*parts)

    return build


def _user(is_user: bool) -> NamedFunction:
    def build(filter_: Filter, call: Call) -> ColumnElement[bool]:
        left = _property(filter_, _arguments(call))
        if left.kind != "guid":
            raise TypeProblem(f"The function '{call.name}' needs a lookup to a user.")
        same: ColumnElement[bool] = left.sql == filter_.user
        return same if is_user else or_(left.sql != filter_.user, left.sql.is_(None))

    return build


_PREFIX = "Microsoft.Dynamics.CRM."
_TABLE: dict[str, NamedFunction] = {
    "In": _in,
    "NotIn": _refuse(_in),
    "Between": _between,
    "NotBetween": _refuse(_between),
    "BeginsWith": _text("{}%"),
    "DoesNotBeginWith": _refuse(_text("{}%")),
    "EndsWith": _text("%{}"),
    "DoesNotEndWith": _refuse(_text("%{}")),
    "Contains": _text("%{}%"),
    "DoesNotContain": _refuse(_text("%{}%")),
    "Like": _text("{}"),
    "On": _on(before=False, after=False),
    "NotOn": _refuse(_on(before=False, after=False)),
    "OnOrBefore": _on(before=True, after=False),
    "OnOrAfter": _on(before=False, after=True),
    "EqualUserId": _user(is_user=True),
    "NotEqualUserId": _user(is_user=False),
    **{name: _within(span) for name, span in _SPANS.items()},
}
FUNCTIONS: dict[str, NamedFunction] = {_PREFIX + name: build for name, build in _TABLE.items()}
