"""Count what a full synchronization of a table mapping would couple and create; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask_coupling.core.criteria import Group
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.match import MatchResult
from flask_coupling.core.side import Side

from .carry_out import Services
from .ledger import Ledger
from .link import count_links
from .matching import Blanks, Found, find_partners


@dataclass(frozen=True, slots=True)
class Census:
    """How many records there are without a partner on each side, and what would become of them.

    `to_couple` match exactly one, `doubtful` several or a coupled one. `new_in_bc` and `new_in_sales` match none, and
    would get a partner there.
    """

    coupled: int
    bc_free: int
    sales_free: int
    to_couple: int
    doubtful: int
    new_in_bc: int
    new_in_sales: int


def take_census(
    services: Services,
    ledger: Ledger,
    groups: Sequence[Group],
    blanks: Blanks,
    others: Iterable[TableMapping],
    each_page: Callable[[], None],
) -> Census:
    """Read both sides once, with no more fields than matching needs, and count."""
    found = find_partners(services, ledger, groups, blanks, others=others, each_page=each_page, both=True, again=False)
    results = Counter(match.result for match in found.matches.values())
    free = [id for id in found.sales.keys if id not in found.taken]
    parted = sum(map(len, found.parted.values()))
    return Census(
        coupled=count_links(ledger.session, ledger.connection, services.mapping.name),
        bc_free=len(found.bc.keys),
        sales_free=len(free),
        to_couple=results[MatchResult.COUPLED],
        doubtful=results[MatchResult.AMBIGUOUS] + results[MatchResult.ALREADY_COUPLED] + parted,
        new_in_bc=len(set(free) - _wanted(found)) if _creates(services.mapping, Side.SALES) else 0,
        new_in_sales=results[MatchResult.NO_MATCH] if _creates(services.mapping, Side.BC) else 0,
    )


def _wanted(found: Found) -> set[str]:
    """The records of Sales that some record matches, certainly or not."""
    matched = {id for match in found.matches.values() for id in match.candidates}
    return matched.union(found.parted.get(Side.SALES, ()))


def _creates(mapping: TableMapping, source: Side) -> bool:
    return mapping.creates and mapping.direction.allows(source)
