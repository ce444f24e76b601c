"""How the rows of one entity set hang together with those of others, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.odata.rules import Derive, MakeContent


@dataclass(frozen=True, slots=True)
class Through:
    """A Dataverse many-to-many relationship: the set of its pairs, and where each holds this row's key and the other's.

    `key` is the key of a pair, `name` the relationship's schema name.
    """

    target: str
    key: str
    own: str
    other: str
    name: str

    @property
    def turned(self) -> Through:
        """The same relationship from the other side."""
        return replace(self, own=self.other, other=self.own)


@dataclass(frozen=True, slots=True)
class Navigation:
    """A way from one row to others.

    Single: `column` of this entity equals `target_column` of the target set (its key when blank). Collection:
    `target_column` of the target rows equals `column` of this row (its key when blank). `contained` rows are
    document lines and their like: deep inserted, deleted with their parent. `given` are values (by wire name) that a
    row reached this way has, and one created this way gets. A collection `through` pairs of keys has no column on
    either side.
    """

    name: str
    target: str
    column: str = ""
    target_column: str = ""
    collection: bool = False
    contained: bool = False
    given: tuple[tuple[str, Any], ...] = ()
    through: Through | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """Business Central lines: which set their document is in, and through which navigation they are read."""

    target: str
    column: str
    navigation: str


@dataclass(frozen=True, slots=True)
class Subpage:
    """Business Central's subpages: rows that are reached only through the row they belong to, in one of several sets.

    `navigation` leads to them from each of `owners`, which are named by the value (on the wire) of the property
    `kind`; `column` holds the owner's key. Such a row is stored under its address below the company, for its own key
    is unique within its owner only. `refusal` is said to who reads the set without naming an owner.
    """

    navigation: str
    owners: Mapping[str, str]
    refusal: str
    column: str = "parentId"
    kind: str = "parentType"

    def address(self, row: Mapping[str, Any], key: str) -> str:
        """Return where a row is found below its company."""
        return f"{self.owners[row.get(self.kind, '')]}({row[self.column]})/{self.navigation}({key})"


@dataclass(frozen=True, slots=True)
class Derived:
    """Single rows of a subpage that every owner has though none is stored: blank, or as `fill` completes them.

    Once one is written, it is stored. `content` makes the bytes of their stream property when they are asked for.
    """

    fill: Derive | None = None
    content: MakeContent | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """An abstract entity that others derive from, with the key that all of these show beside their own."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class TableRelation:
    """Business Central's relation of a code to the table it stands in: an unknown one is refused, a blank one is not.

    `property` is this entity's, `code` the target's. `field` and `table` are the captions that the refusal names.
    """

    property: str
    target: str
    field: str
    table: str
    code: str = "code"


@dataclass(frozen=True, slots=True)
class CodePair:
    """Business Central's pairs of an id and a code which name the same row; setting one fills the other.

    `target_code` is the code's property in the target set. `message` is the noun of the error texts: "currency"
    gives 'The "currencyId" does not match to a Currency.' (`noun` is what it is called there, `unknown` another text.)
    A pair with `code=""` only checks that the id exists.
    `name` is a property filled from the target's displayName, if any.
    """

    id: str
    code: str
    target: str
    message: str
    target_code: str = "code"
    name: str = ""
    noun: str = ""
    unknown: str = ""
