"""Arithmetic that makes what is sold: items and resources, which half of the products in Sales are too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.seed import basics

_MODELS = (
    "ATHEN", "PARIS", "AMSTERDAM", "BERLIN", "TOKYO", "LONDON", "ROMA", "ANTWERP", "OSLO", "MEXICO", "SYDNEY", "AARHUS",
)  # fmt: skip
_KINDS = (
    ("CHAIR", "Swivel Chair"), ("CHAIR", "Guest Chair"), ("DESK", "Desk"), ("DESK", "Mobile Pedestal"),
    ("TABLE", "Conference Table"), ("LAMP", "Lamp"), ("MISC", "Whiteboard"), ("SUPPLIERS", "Bøjlestativ"),
)  # fmt: skip
_COLORS = ("black", "blue", "green", "red", "yellow", "grå", "hvid")
_FIRST_NUMBER = 1896  # where the numbers of the demo company's items start
_RESOURCES = ("Katherine Hull", "Lina Townsend", "Marty Horst", "Terry Dodds", "Drilling machine")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is sold: an item or a resource."""

    index: int
    number: str
    name: str
    category: str
    unit: str
    price: float
    cost: float
    is_resource: bool = False

    @property
    def in_sales(self) -> bool:
        """Whether Sales offers it too."""
        return self.index % 4 != 3

    @property
    def is_blocked(self) -> bool:
        """Whether Business Central has blocked it."""
        return self.index % 37 == 23


def count_items(customers: int, least: int = 0) -> int:
    """Return how many items a world of this size has: none without customers, 2,000 unless more are wanted."""
    return max(least, min(2_000, 12 + customers // 10)) if customers else 0


def make_items(customers: int, least: int = 0) -> Iterator[Thing]:
    """Yield the items of a world."""
    for index in range(count_items(customers, least)):
        category, kind = _KINDS[index % len(_KINDS)]
        model = _MODELS[index // len(_KINDS) % len(_MODELS)]
        color = _COLORS[index // (len(_KINDS) * len(_MODELS)) % len(_COLORS)]
        series = index // (len(_KINDS) * len(_MODELS) * len(_COLORS))
        name = f"{model} {kind}, {color}" + (f" {series + 1}" if series else "")
        price = 49.5 + index * 137 % 9_000 / 10
        yield Thing(
            index=index, number=f"{_FIRST_NUMBER + index * 4}-S", name=name, category=category,
            unit=basics.UNITS[index % 3][0], price=price, cost=round(price * 0.62, 2),
        )  # fmt: skip


def make_resources(customers: int) -> Iterator[Thing]:
    """Yield the resources of a world: a handful, whatever its size."""
    for index, name in enumerate(_RESOURCES if customers else ()):
        number = name.split()[0].upper()
        yield Thing(index, number, name, "", "HOUR", 650 + index * 75, 400 + index * 50, is_resource=True)
