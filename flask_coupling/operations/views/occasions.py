"""What starts runs: schedules and the webhooks of both services, as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When a table mapping is synchronized by itself: every `minutes` while `enabled`, else it is on hold.

    `is_woken` says that a service told of a change for which no run was started yet. `is_asleep` says that the last run
    found nothing to do, so that the next is due `idle_minutes` after it (0: when something wakes it; None: no sleep).
    """

    mapping: str
    caption: str
    minutes: int
    enabled: bool
    next_due_at: datetime | None
    last_started_at: datetime | None
    is_woken: bool
    idle_minutes: int | None
    is_asleep: bool

    @property
    def state(self) -> str:
        """One of on_hold, asleep, ready."""
        if not self.enabled:
            return "on_hold"
        return "asleep" if self.is_asleep else "ready"


@dataclass(frozen=True, slots=True)
class WebhookView:
    """What a service is to tell us: of one table mapping (Business Central), or of all (Sales, `mapping` empty).

    `state` is pending, active, expired or failed (`problem` then says why). `expires_at` is None for Sales.
    """

    side: str
    mapping: str
    state: str
    problem: str
    expires_at: datetime | None
    notified_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SalesKey:
    """What an administrator registers in Sales; the `key` is shown once, and travels as `header` or `parameter`."""

    url: str
    header: str
    parameter: str
    key: str
