"""Threads that are none: what would run at the same time runs one after the other, in an order the seed decides."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import TracebackType
from typing import Any


class Promise:
    """A call that is made at once or when its result is asked for."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._result: Any = None
        self._error: Exception | None = None
        self._is_done = False

    def run(self) -> None:
        """Make the call now; what it raises is kept for whoever asks, but a killed process is dead at once."""
        if self._is_done:
            return
        self._is_done = True
        try:
            self._result = self._call()
        except Exception as error:
            self._error = error

    def done(self) -> bool:
        """Whether the call was made."""
        return self._is_done

    def result(self) -> Any:
        """The result, made now if it was not made before."""
        self.run()
        if self._error is not None:
            raise self._error
        return self._result


class InTurn:
    """Stands in for a ThreadPoolExecutor."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._promises: list[Promise] = []

    def __enter__(self) -> InTurn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for promise in self._promises if error is None else ():
            promise.run()

    def shutdown(self, *, cancel_futures: bool = False) -> None:
        """Make no further call."""
        for promise in () if cancel_futures else self._promises:
            promise.run()

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Promise:
        """Make the call now or later, as the seed decides."""
        promise = Promise(lambda: call(*arguments))
        self._promises.append(promise)
        if self._random.random() < 0.5:
            promise.run()
        return promise
