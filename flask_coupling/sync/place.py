"""Where the reading of a side begins, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

_WHOLE = "whole "
"""Stands before a cursor by which the reading of a whole table goes on."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor, None at the beginning of a table; `is_whole` says that the reading is, or was begun, there."""

    cursor: str | None
    is_whole: bool

    @classmethod
    def parse(cls, text: str | None) -> Place:
        """The place that a stored text stands for."""
        if text is None:
            return cls(None, is_whole=True)
        return cls(text.removeprefix(_WHOLE), is_whole=text.startswith(_WHOLE))

    def moved(self, cursor: str) -> str:
        """The text of a place further on in the same reading."""
        return f"{_WHOLE if self.is_whole else ''}{cursor}"
