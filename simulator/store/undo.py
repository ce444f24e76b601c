"""The statements that take back what a transaction has written, kept while it may have to go back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Statement = tuple[str, Sequence[Any]]


class Undo:
    """What to run, latest first, to be where a savepoint began; `depth` counts the savepoints one is inside of."""

    __slots__ = ("depth", "statements")

    def __init__(self) -> None:
        self.depth = 0
        self.statements: list[Statement] = []
