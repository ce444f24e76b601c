"""Tables of the services, as mappings describe them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .record import Value, Values


@dataclass(frozen=True, slots=True)
class Lookup:
    """A Dataverse lookup column: bind it by `navigation` to a row of the entity set `target`.

    Read, the column is `_{column}_value`; mappings name it by its plain column name.
    """

    target: str
    navigation: str


@dataclass(frozen=True, slots=True)
class OptionSet:
    """A choice of Dataverse whose options are the rows of a table: `key` their number as text, `title` their label.

    `entity` and `column` are logical names. `copies` are choices of other tables, as (entity, column), that have
    options of their own (an order's payment terms): what is created or renamed here is so there, under its number.
    """

    entity: str
    column: str
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The choice itself, then its copies."""
        return ((self.entity, self.column), *self.copies)


@dataclass(frozen=True, slots=True)
class Computed:
    """A property that the service does not have, made of others: `parts` are read in its place.

    `compute` makes its value of theirs, in their order; `spread` gives what is written for a value, and is None where
    it cannot be written.
    """

    parts: tuple[str, ...]
    compute: Callable[..., Value] = field(repr=False)
    spread: Callable[[Value], Values] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Within:
    """Where the rows of a table belong: to the row of `table` whose id is in `column`; `navigation` leads to them."""

    table: str
    column: str
    navigation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of one service, as a mapping needs to know it.

    `name` is the entity set, `key` the id property, `modified_on` the time-stamp property, `title` the property shown
    as a record's name, `number` the one shown as its number ("" when it has none), `lookups` the Dataverse lookup
    columns in use. `composites` names properties the service computes from others: writing one writes its parts.
    `options` names choices of Dataverse that are references to a table with an `option_set`: their numbers are read as
    text, which is what ids are. `option_set` makes this the table of a choice's options. `computed` names properties
    that we compute. `within` says to what the rows belong where they are lines of a document. `marker` is the property
    by which a row we made is found again, where that is not the title. `route` is empty for the services' standard API,
    else the custom API route below the root (`coupling/simulator/v1.0`).
    """

    name: str
    key: str
    modified_on: str
    title: str
    number: str = ""
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    composites: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    route: str = ""
    options: tuple[str, ...] = ()
    option_set: OptionSet | None = None
    computed: Mapping[str, Computed] = field(default_factory=dict)
    within: Within | None = None
    marker: str = ""

    def with_lookup(self, name: str, lookup: Lookup) -> Table:
        """The same table with one more lookup column."""
        return replace(self, lookups={**self.lookups, name: lookup})

    def parts(self, name: str) -> tuple[str, ...]:
        """The properties that are read for one: itself, or what it is computed from."""
        made = self.computed.get(name)
        return (name,) if made is None else made.parts

    def spread(self, values: Values) -> Values:
        """The values to write where some name a composite: the last word is its second part, the rest the first."""
        if not (self.composites or self.computed):
            return values
        if not values.keys() & (self.composites.keys() | self.computed.keys()):
            return values
        written: dict[str, Value] = {}
        for name, value in values.items():
            made = self.computed.get(name)
            if made is not None and made.spread is not None:
                written.update(made.spread(value))
            elif name in self.composites:
                first, _, last = str(value or "").strip().rpartition(" ")
                written.update(zip(self.composites[name], (first.strip() or None, last or None), strict=True))
            else:
                written[name] = value
        return written


@dataclass(frozen=True, slots=True)
class TableView:
    """A table cut down to the properties a caller wants read; `fields` are property names without duplicates."""

    table: Table
    fields: tuple[str, ...]
