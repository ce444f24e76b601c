"""Limits of the HTTP edge, as plain values: the extension reads them from its configuration."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSettings:
    """How patient and how careful a transport is. All times are seconds.

    `answer_timeout` is how long an answer may take to come in altogether (Business Central itself gives up after
    8 minutes), `read_timeout` how long the line may be silent. `max_wait` is the longest wait a request sits out by
    itself, whether the service asked for it or not; a longer one raises ServiceThrottled with `retry_after`, which
    never exceeds `longest_retry_after`. `retries` counts repetitions after the first try, `backoff` is the first
    pause where the service names none (doubled each time). `parallel` bounds the writing requests sent at once, with
    the service's own limit; 1 sends one after the other. `overlap` is how far back a feed that goes by time stamps
    looks each time.
    """

    connect_timeout: float = 10
    read_timeout: float = 120
    answer_timeout: float = 600
    max_wait: float = 60
    longest_retry_after: float = 3600
    retries: int = 4
    backoff: float = 0.5
    max_body: int = 256 * MEBIBYTE
    parallel: int = 5
    overlap: float = 600
    allowed_hosts: tuple[str, ...] = ()
    allow_insecure: bool = False
