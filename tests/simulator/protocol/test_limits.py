"""Service protection limits, counted for real."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.limits import Limit, Limits


class Watch:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now = datetime.fromtimestamp(self.now.timestamp() + seconds, UTC)


def test_requests_are_counted_in_a_sliding_window_for_each_user() -> None:
    watch = Watch()
    limits = Limits(watch, {"bc": Limit(requests=3, concurrency=9)}, is_on=True)

    def ask(user: str) -> str | None:
        excess = limits.enter("bc", user)
        if excess is None:
            limits.leave("bc", user, 0)
        return excess.limit if excess else None

    assert [ask("a"), ask("a"), ask("a"), ask("a")] == [None, None, None, "requests"]
    assert ask("b") is None
    watch.advance(299)
    assert ask("a") == "requests"
    watch.advance(2)
    assert ask("a") is None
    assert limits.refused == 2


def test_retry_after_says_when_the_oldest_request_leaves_the_window() -> None:
    watch = Watch()
    limits = Limits(watch, {"bc": Limit(requests=1, concurrency=9)}, is_on=True)
    limits.enter("bc", "a")
    watch.advance(100)
    excess = limits.enter("bc", "a")
    assert excess is not None and excess.retry_after == 201


def test_concurrency_and_execution_time_have_limits_of_their_own() -> None:
    watch = Watch()
    limits = Limits(watch, {"sales": Limit(requests=99, concurrency=2, seconds=10)}, is_on=True)
    assert [limits.enter("sales", "a"), limits.enter("sales", "a")] == [None, None]
    third = limits.enter("sales", "a")
    assert third is not None and third.limit == "concurrency"
    limits.leave("sales", "a", 11)
    fourth = limits.enter("sales", "a")
    assert fourth is not None and fourth.limit == "time"


@pytest.mark.parametrize("is_on", [True, False])
def test_a_service_without_limits_and_limits_that_are_off_refuse_nothing(is_on: bool) -> None:
    limits = Limits(Watch(), {"sales": Limit(requests=0, concurrency=0)}, is_on)
    assert (limits.enter("sales", "a") is None) is not is_on
    assert limits.enter("token", "a") is None
