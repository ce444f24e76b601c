"""The rules of one simulated world, drawn from its seed: the mapping, the sizes, what goes wrong how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from flask_coupling.core.company import CompanyScope
from flask_coupling.core.conflict import ConflictScope, DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.criteria import Criterion, Group, in_groups
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.sync.run import Brake

from ..bench import CURRENCY, CUSTOMER

FAULTS = (
    "F1 refused",
    "F2 reset",
    "F3 answer lost",
    "F4 timeout",
    "F5 cut off",
    "F6 gateway",
    "F6 HTML",
    "F7 slow drip",
    "F8 no name",
    "F9 delivered twice",
    "F10 throttled",
    "F11 part throttled",
    "F12 failed",
    "F13 token refused",
    "F14 record forbidden",
    "F16 duplicate key",
    "F19 part missing",
    "F19 answers in another order",
    "F22 rows again",
    "F30 busy",
    "F30 dropped",
)
"""Faults that come by chance at an opportunity; the others are things that users, the clock or the script do."""

ONE_WAY = (Direction.TO_SALES, Direction.FROM_SALES)


@dataclass(frozen=True, slots=True)
class Settings:
    """One world's rules. `batch` is how many pairs are stored together; `rates` are probabilities by fault."""

    mapping: TableMapping
    page_size: int
    bc_batch: int
    sales_batch: int
    batch: int
    steps: int
    interference: float
    rates: dict[str, float]
    brake: Brake | None
    shouts: bool
    """Whether Business Central upper-cases the city, as it does with codes."""

    @property
    def others(self) -> dict[str, TableMapping]:
        """The declared mappings by name."""
        return {"CURRENCY": CURRENCY, "CUSTOMER": self.mapping}

    @property
    def match_first(self) -> tuple[Group, ...]:
        """By what new records are coupled before partners are created; none unless the mapping asks for it."""
        return in_groups([Criterion("displayName")], self.mapping) if self.mapping.match_first else ()


def draw_settings(
    random: Random, faults: Sequence[str], editable: Sequence[str], company: CompanyScope | None = None
) -> Settings:
    """Draw the rules of a world in which these faults can happen and users edit these fields; rows are a company's."""
    few = random.sample(faults, random.choice((0, 1, 2, 3, 6)))
    rate = random.choice((0.02, 0.06, 0.2))
    return Settings(
        mapping=_draw_mapping(random, editable).replaced(company=company),
        page_size=random.choice((1, 2, 3, 50)),
        bc_batch=random.choice((1, 2, 3, 100)),
        sales_batch=random.choice((1, 2, 3, 100)),
        batch=random.choice((1, 2, 3, 1000)),
        steps=random.randrange(5, 18),
        interference=random.choice((0.0, 0.02, 0.08)),
        rates=dict.fromkeys(few, rate),
        brake=random.choice((None, None, Brake(0.4, 2))),
        shouts=random.random() < 0.3,
    )


def _draw_mapping(random: Random, editable: Sequence[str]) -> TableMapping:
    direction = random.choice((Direction.BIDIRECTIONAL,) * 4 + ONE_WAY)
    only_coupled = random.random() < 0.3
    return CUSTOMER.replaced(
        direction=direction,
        only_coupled=only_coupled,
        match_first=not only_coupled and random.random() < 0.3,
        fields=tuple(each for each in _draw_fields(random, direction) if not each.is_pair or each.name in editable),
        update_conflict=random.choice((*UpdateConflictResolution, UpdateConflictResolution.NONE)),
        deletion_conflict=random.choice((*DeletionConflictResolution, DeletionConflictResolution.NONE)),
        conflict_scope=ConflictScope.RECORD if random.random() < 0.2 else ConflictScope.FIELD,
    )


def _draw_fields(random: Random, direction: Direction) -> list[FieldMapping]:
    def flow() -> Direction:
        return direction if direction in ONE_WAY else random.choice((Direction.BIDIRECTIONAL, *ONE_WAY))

    rule = random.choice((None, None, *UpdateConflictResolution))
    fields = [
        FieldMapping(bc="displayName", sales="name"),
        FieldMapping(bc="phoneNumber", sales="telephone1", resolution=rule),
        FieldMapping(bc="city", sales="address1_city"),
        FieldMapping(bc="website", sales="websiteurl", direction=flow()),
        FieldMapping(bc="creditLimit", sales="creditlimit", direction=flow()),
        CUSTOMER.field("currencyId"),
    ]
    if direction.allows(Side.BC):
        fields.append(CUSTOMER.field("customertypecode"))
    return fields
