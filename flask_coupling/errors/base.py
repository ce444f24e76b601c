"""What all errors have in common: facts, and a sentence made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar


class CouplingError(Exception):
    """Base of all errors; carries facts, and a sentence made of them.

    `code` is stable and machine-readable, `status` the HTTP status a view answers with, `facts` the keyword
    arguments it was raised with, `message` what happened and where, `hint` what to do next (may be empty).
    `retry_after` is the number of seconds after which trying again may help, or None when it will not. `outcomes` is
    what was answered of a batch that then broke off; it is no fact, and neither told nor stored.
    """

    code: ClassVar[str] = "coupling_error"
    status: ClassVar[int] = 400
    template: ClassVar[str] = "{detail}"
    advice: ClassVar[str] = ""

    def __init__(self, *, retry_after: float | None = None, **facts: Any) -> None:
        self.facts: dict[str, Any] = facts
        self.retry_after = retry_after
        self.outcomes: Sequence[Any] = ()
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened, and where."""
        return self.template.format_map(_Lenient(self.facts))

    @property
    def hint(self) -> str:
        """What to do next; empty when there is nothing to advise."""
        return self.advice.format_map(_Lenient(self.facts))

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class _Lenient(dict[str, Any]):
    """Format facts; a fact that was not given reads as `?` instead of hiding the error behind a KeyError."""

    def __missing__(self, key: str) -> str:
        return "?"


def error_classes(base: type[CouplingError] = CouplingError) -> Iterator[type[CouplingError]]:
    """Yield `base` and every error type below it, in no promised order."""
    yield base
    for child in base.__subclasses__():
        yield from error_classes(child)
