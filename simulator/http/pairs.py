"""Pair two rows by a many-to-many relationship, and part them."""

from __future__ import annotations

from simulator.http.target import Resolver
from simulator.odata.edm import Through
from simulator.store.transaction import Transaction


def pair_rows(world: Transaction, resolver: Resolver, through: Through, own: str, other: str) -> None:
    """Pair two rows; those that are a pair already are refused."""
    if resolver.pair_of(through, own, other) is not None:
        entity = resolver.shapes[through.target].entity
        raise resolver.manners.service.words.duplicate(entity, (entity.key,), {}, "")
    world.create(through.target, {through.own: own, through.other: other})


def part_rows(world: Transaction, resolver: Resolver, through: Through, own: str, other: str) -> None:
    """End the pair that two rows are; those that are none are refused."""
    pair = resolver.pair_of(through, own, other)
    if pair is None:
        raise resolver.manners.service.words.not_found(resolver.shapes[through.target].entity, f"{own}, {other}")
    world.delete(through.target, pair)
