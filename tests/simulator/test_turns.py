"""Requests are answered in turn, and nobody waits for another's delay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from simulator.turns import Turns, pause

LONG = 20
"""Seconds that nothing here takes."""


class Request:
    """A request that does something, and notes its end."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self.is_done = Event()
        self.is_cancelled = False

    def service(self) -> None:
        try:
            self._work()
        finally:
            self.is_done.set()

    def cancel(self) -> None:
        self.is_cancelled = True


@pytest.fixture
def make_turns() -> Iterator[Callable[[float], Turns]]:
    made: list[Turns] = []

    def make(patience: float) -> Turns:
        made.append(Turns(4, patience))
        return made[-1]

    yield make
    for turns in made:
        turns.shutdown()


def wait(event: Event) -> None:
    assert event.wait(LONG)


def test_requests_are_answered_one_after_the_other_in_their_order(make_turns: Callable[[float], Turns]) -> None:
    turns, seen = make_turns(LONG), []

    def work(number: int) -> None:
        seen.append(("begin", number))
        Event().wait(0.001)  # whoever works beside this one would be seen
        seen.append(("end", number))

    requests = [Request(lambda number=number: work(number)) for number in range(20)]  # type: ignore[misc]
    for request in requests:
        turns.add_task(request)
    for request in requests:
        wait(request.is_done)
    assert seen == [(what, number) for number in range(20) for what in ("begin", "end")]


def test_a_request_that_pauses_lets_the_next_one_begin(make_turns: Callable[[float], Turns]) -> None:
    turns, next_began = make_turns(LONG), Event()

    def work() -> None:
        pause(0)
        wait(next_began)

    first = Request(work)
    turns.add_task(first)
    turns.add_task(Request(next_began.set))
    wait(first.is_done)


def test_a_request_that_takes_long_lets_the_next_one_begin(make_turns: Callable[[float], Turns]) -> None:
    turns, last_began = make_turns(0.001), Event()
    slow = [Request(lambda: wait(last_began)) for _ in range(3)]
    for request in slow:
        turns.add_task(request)
    turns.add_task(Request(last_began.set))
    for request in slow:
        wait(request.is_done)


def test_a_request_waits_for_a_thread_when_all_are_busy(make_turns: Callable[[float], Turns]) -> None:
    turns, go_on = make_turns(0.001), Event()
    slow = [Request(lambda: wait(go_on)) for _ in range(4)]
    late = Request(lambda: None)
    for request in [*slow, late]:
        turns.add_task(request)
    assert not late.is_done.wait(0.02)
    go_on.set()
    wait(late.is_done)


def test_a_request_that_crashes_costs_nobody_else_the_answer(
    make_turns: Callable[[float], Turns], caplog: pytest.LogCaptureFixture
) -> None:
    turns = make_turns(LONG)
    for _ in range(6):  # more than there are threads
        turns.add_task(Request(lambda: 1 / 0))
    after = Request(lambda: None)
    turns.add_task(after)
    wait(after.is_done)
    assert "request crashed" in caplog.text


def test_what_waits_when_the_server_stops_is_given_up(make_turns: Callable[[float], Turns]) -> None:
    turns, began, go_on = make_turns(LONG), Event(), Event()

    def work() -> None:
        began.set()
        wait(go_on)

    busy, waiting = Request(work), Request(lambda: None)
    turns.add_task(busy)
    wait(began)
    turns.add_task(waiting)
    turns.shutdown(timeout=0)
    go_on.set()
    assert (waiting.is_cancelled, waiting.is_done.is_set()) == (True, False)


def test_a_pause_outside_any_turn_is_only_a_pause() -> None:
    pause(0)
