"""Random mappings and worlds for the planner, each made of one seed, and the loop that runs them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from flask_coupling.core.conflict import (
    ConflictScope,
    DeletionConflictResolution,
    Policy,
    UpdateConflictResolution,
)
from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.reference import UnplannableError, spell
from flask_coupling.core.side import Direction, Side

from .world import Row, World

CASE = "COUPLING_TEST_CASE"
"""Environment variable: run only the case of this number."""

BC_TABLE = Table(name="customers", key="id", modified_on="changed", title="name")
SALES_TABLE = Table(name="accounts", key="accountid", modified_on="changed", title="title")

REFERENCES = {
    ("CURRENCY", Side.BC, "DKK"): "guid-dkk",
    ("CURRENCY", Side.BC, "EUR"): "guid-eur",
    ("CURRENCY", Side.BC, None): "guid-dkk",
    ("CURRENCY", Side.SALES, "guid-dkk"): None,
    ("CURRENCY", Side.SALES, "guid-eur"): "EUR",
}
"""Two coupled currencies; the local one is blank in Business Central."""


@dataclass(frozen=True)
class Column:
    """A kind of field: the property on each side, how it is converted, and the values users write there."""

    bc: str
    sales: str
    transformation: str | None
    bc_values: tuple[Value, ...]
    sales_values: tuple[Value, ...]
    reference: Reference | None = None

    @property
    def is_its_own_mirror(self) -> bool:
        """Whether the field works the same way when the two sides change places."""
        return self.transformation in (None, "lowercase", "trim", "not") and self.reference is None

    def without_null_numbers(self) -> Column:
        """The same, without what only one side can hold."""
        if isinstance(self.bc_values[0], str):
            return self
        return replace(self, sales_values=tuple(value for value in self.sales_values if value is not None))


COLUMNS = (
    Column("name", "title", None, ("Adatum", "Adatum A/S", "Æblegård", ""), ("Adatum", "Æblegård", "Ny", None)),
    Column("phone", "phone", None, ("1", "2", "3"), ("1", "2", "4")),
    Column("email", "mail", "lowercase", ("A@x", "a@x", "b@x", ""), ("A@x", "a@x", "B@X", None)),
    Column("city", "town", "trim", (" Ry", "Ry", "Vejle ", ""), ("Ry", " Vejle", "Ry  ", None)),
    Column("code", "short", "uppercase_in_bc", ("DK", "SE", ""), ("DK", "dk ", "Se", None)),
    Column("blocked", "active", "not", (True, False), (True, False)),
    Column("vip", "vip_text", "yes_no", (True, False), ("Yes", "No", "perhaps", None)),
    Column("limit", "credit", None, (0, 5, 7.5), (0, 5.0, 9, None)),
    Column(
        "currency",
        "money",
        None,
        ("", "DKK", "EUR", "XXX"),
        ("guid-dkk", "guid-eur", "guid-new", None),
        Reference("CURRENCY", "code"),
    ),
)

DIRECTIONS = tuple(Direction)
UPDATES = tuple(UpdateConflictResolution)
DELETIONS = tuple(DeletionConflictResolution)


@cache
def mapped(column: Column, direction: Direction, blank_if_missing: bool) -> FieldMapping:
    """A field mapping of that column."""
    return FieldMapping(
        bc=column.bc,
        sales=column.sales,
        direction=direction,
        transformation=column.transformation,
        reference=column.reference,
        blank_if_missing=blank_if_missing,
    )


def some_mapping(random: Random, columns: tuple[Column, ...] = COLUMNS) -> TableMapping:
    """One to four fields, flowing any way; the table itself is mostly bidirectional."""
    whole = random.choice((Direction.BIDIRECTIONAL,) * 3 + DIRECTIONS)
    flows = DIRECTIONS if whole is Direction.BIDIRECTIONAL else (whole, Direction.BIDIRECTIONAL)
    weights = {Direction.BIDIRECTIONAL: 3}
    fields = []
    for column in random.sample(columns, random.randint(1, min(4, len(columns)))):
        flow = random.choices(flows, [weights.get(each, 1) for each in flows])[0]
        fields.append(mapped(column, flow, random.random() < 0.3))
    return TableMapping(
        name="CUSTOMER",
        bc=BC_TABLE,
        sales=SALES_TABLE,
        fields=tuple(fields),
        direction=whole,
        only_coupled=random.random() < 0.3,
        conflict_scope=random.choices(tuple(ConflictScope), (3, 1))[0],
    )


def some_world(random: Random, columns: tuple[Column, ...] = COLUMNS) -> World:
    """One pair that agrees, perturbed on each side on its own: edited, deleted, never synchronized, never coupled."""
    mapping = some_mapping(random, columns)
    used = [column for column in columns if column.bc in {each.bc for each in mapping.fields}]
    bc = {column.bc: random.choice(column.bc_values) for column in used}
    sales = {column.sales: partner(mapping, column, bc, random) for column in used}
    world = World(mapping, REFERENCES, {Side.BC: Row("b", bc), Side.SALES: Row("s", sales)})
    kind = random.choices(("agreed", "coupled", "new"), (6, 2, 1))[0]
    if kind == "agreed":
        world.agree_now()
    if kind == "coupled":
        world.is_coupled, world.source = True, random.choice((None, *Side))
    for side in random.sample(tuple(Side), 2):
        perturb(world, side, used, random)
    if kind == "new":
        world.rows[random.choice(tuple(Side))] = None
    return world


def partner(mapping: TableMapping, column: Column, bc: dict[str, Value], random: Random) -> Value:
    """What the partner of these values holds when the two agree."""
    try:
        return spell(mapping.field(column.bc), Side.BC, bc[column.bc], None, REFERENCES)
    except UnplannableError:
        bc[column.bc] = "EUR"
        return "guid-eur"


def perturb(world: World, side: Side, used: list[Column], random: Random) -> None:
    """What a user may do to one side: nothing, some edits, or deleting the row."""
    if random.random() < 0.08:
        world.rows[side] = None
        return
    for column in used:
        if random.random() < 0.4:
            edit(world, side, column, random)


def edit(world: World, side: Side, column: Column, random: Random) -> None:
    """A user writes one of the values that users write there."""
    if world.rows[side] is not None:
        name, values = (column.bc, column.bc_values) if side is Side.BC else (column.sales, column.sales_values)
        world.edit(side, name, random.choice(values))


def columns_of(mapping: TableMapping) -> list[Column]:
    """The kinds of the mapping's fields."""
    names = {each.bc for each in mapping.fields}
    return [column for column in COLUMNS if column.bc in names]


def some_policy(random: Random) -> Policy:
    """Any rule for updates and deletions, and sometimes another one for a single field."""
    own = {random.choice(COLUMNS).bc: random.choice(UPDATES)} if random.random() < 0.3 else {}
    return Policy(random.choice(UPDATES), random.choice(DELETIONS), own)


def each_case(name: str, number: int, check: Callable[[Random], None]) -> None:
    """Run `check` on that many random cases; a failure tells the command that replays it."""
    for case in _numbers(number):
        try:
            check(Random(f"{name}/{case}"))
        except BaseException as error:
            error.add_note(f"replay: {CASE}={case} pytest tests/core -k {name}")
            raise


def _numbers(number: int) -> Iterator[int]:
    wanted = os.environ.get(CASE)
    yield from range(number) if wanted is None else (int(wanted),)
