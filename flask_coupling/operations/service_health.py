"""What the services were asked, held against what they allow."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from flask_coupling.core.side import Side
from flask_coupling.endpoints.usage import REQUEST_LIMIT, WINDOW
from flask_coupling.globals import current_coupling

from .usage import KEPT, store_usage, usages
from .views import ServiceHealth


def services_health(connection: str, now: datetime) -> tuple[ServiceHealth, ...]:
    """What each service was asked of late, by all processes that have stored it; this one does so now."""
    store_usage()
    c = usages.c
    sums = [func.sum(each).label(each.name) for each in (c.requests, c.throttled, c.failed, c.seconds)]
    query = select(c.side, c.minute, *sums).where(c.connection == connection, c.minute > now - KEPT)
    rows = current_coupling.session.execute(query.group_by(c.side, c.minute).order_by(c.minute)).all()
    return tuple(_of_side(side, [row for row in rows if row.side == side.value], now) for side in Side)


def _of_side(side: Side, minutes: list[Row[Any]], now: datetime) -> ServiceHealth:
    late = [row for row in minutes if row.minute > now - WINDOW]
    day = sum(row.requests for row in minutes)
    return ServiceHealth(
        side=side.value,
        title=side.label,
        requests=sum(row.requests for row in late),
        limit=REQUEST_LIMIT,
        throttled=sum(row.throttled for row in late),
        requests_day=day,
        throttled_day=sum(row.throttled for row in minutes),
        failed_day=sum(row.failed for row in minutes),
        busiest=_busiest(minutes),
        latency=round(sum(row.seconds for row in minutes) / day, 3) if day else None,
    )


def _busiest(minutes: list[Row[Any]]) -> int:
    """The most requests of any five minutes."""
    counts: dict[datetime, int] = defaultdict(int, {row.minute: row.requests for row in minutes})
    spans = (sum(counts[other] for other in list(counts) if last - WINDOW < other <= last) for last in list(counts))
    return max(spans, default=0)
