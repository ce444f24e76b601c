"""The two systems, and the ways data may flow between them."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """One of the two systems that hold the same records."""

    BC = "bc"
    SALES = "sales"

    @property
    def other(self) -> Side:
        """The opposite system."""
        return Side.SALES if self is Side.BC else Side.BC

    @property
    def label(self) -> str:
        """The system's name as people know it."""
        return "Business Central" if self is Side.BC else "Dynamics 365 Sales"


class Direction(StrEnum):
    """A way data may flow; Business Central calls the last two ToIntegrationTable and FromIntegrationTable."""

    BIDIRECTIONAL = "bidirectional"
    TO_SALES = "to_sales"
    FROM_SALES = "from_sales"

    def allows(self, source: Side) -> bool:
        """Whether data may leave `source` for the other side."""
        return self is Direction.BIDIRECTIONAL or self is direction_from(source)

    @property
    def mirrored(self) -> Direction:
        """The same way seen from the other side."""
        return _MIRRORED[self]

    def within(self, outer: Direction) -> Direction | None:
        """The flow both directions allow, or None when they allow nothing in common."""
        if self is outer or outer is Direction.BIDIRECTIONAL:
            return self
        return outer if self is Direction.BIDIRECTIONAL else None


_MIRRORED = {
    Direction.BIDIRECTIONAL: Direction.BIDIRECTIONAL,
    Direction.TO_SALES: Direction.FROM_SALES,
    Direction.FROM_SALES: Direction.TO_SALES,
}


def direction_from(source: Side) -> Direction:
    """The one-way direction in which `source` gives and the other side takes."""
    return Direction.TO_SALES if source is Side.BC else Direction.FROM_SALES
