"""How one field of a table mapping flows: which properties, which way, through what."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_coupling.errors import MappingInvalid

from . import formats as formats  # registers what it declares
from . import texts as texts
from .conflict import UpdateConflictResolution
from .rates import Rates
from .record import Value
from .side import Direction, Side
from .transformation import Transformation, get_transformation


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that points to a record of another table mapping, translated by that record's coupling.

    `bc_key` names the property of the referenced Business Central record that the field holds, as in that mapping's
    `reference_keys` (empty: its id); Dataverse lookups always hold ids. `others` names mappings where a record is
    looked for next: a contact's company is a customer or a vendor. `belongs` says that a record is part of the one it
    points to, so that its coupling is removed together with that one's.
    """

    mapping: str
    bc_key: str = ""
    others: tuple[str, ...] = ()
    belongs: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """The mappings whose records the field may point to, in the order they are asked."""
        return (self.mapping, *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """A field in Business Central and its partner in Sales.

    One of `bc` and `sales` may be None: then `constant` is what is written to the other one when a record is created.
    `transformation` is the name of a registered one. `reference` makes it a lookup; `blank_if_missing` then writes a
    blank where the referenced record is not coupled (Clear Value on Failed Synch.) instead of setting the record
    aside. `not_null` leaves the other side alone when the value is blank (Not Null). `resolution` overrides the table
    mapping's rule for update conflicts in this field. `cut` shortens a text that does not fit the other side's
    property, whose length the service tells; `room` holds these lengths, of both sides, once known. `alias` is the
    field's own name where its Business Central property also has another partner. `required_from` is the side whose
    record is set aside when it has no value here; `only_new` fields are written when a record is created, and never
    compared. `rates` makes the value a currency's code in Business Central, and its exchange rate in Sales.
    """

    bc: str | None = None
    sales: str | None = None
    direction: Direction = Direction.BIDIRECTIONAL
    transformation: str | None = None
    constant: Value = None
    reference: Reference | None = None
    blank_if_missing: bool = False
    not_null: bool = False
    resolution: UpdateConflictResolution | None = None
    enabled: bool = True
    caption: str = ""
    alias: str = ""
    cut: bool = False
    room: tuple[int | None, int | None] = field(default=(None, None), repr=False, compare=False)
    required_from: Side | None = None
    only_new: bool = False
    rates: Rates | None = None

    def __post_init__(self) -> None:
        if self.bc is None and self.sales is None:
            raise MappingInvalid(mapping="-", detail="a field mapping names neither side")
        if self.constant is not None and self.is_pair:
            raise MappingInvalid(mapping="-", detail=f"{self.name} is a pair of fields and cannot be constant")
        if self.constant is None and not self.is_pair:
            raise MappingInvalid(mapping="-", detail=f"{self.name} has no partner and no constant value")
        if not self.is_pair and self.direction is not self._constant_direction:
            raise MappingInvalid(mapping="-", detail=f"the constant {self.name} cannot flow {self.direction}")
        if self.transformation is not None:
            self._check_flow(get_transformation(self.transformation))
        if self.transformation is not None and self.reference is not None:
            raise MappingInvalid(mapping="-", detail=f"{self.name} is a reference and cannot be transformed")
        if self.rates is not None and not (self.only_new and self.direction is Direction.TO_SALES):
            raise MappingInvalid(mapping="-", detail=f"{self.name} is a rate, which only new records of Sales get")

    def _check_flow(self, transformation: Transformation) -> None:
        if transformation.one_way and self.direction is Direction.BIDIRECTIONAL:
            detail = f"{transformation.name} has no way back, so {self.name} can only flow one way"
            raise MappingInvalid(mapping="-", detail=detail)

    @property
    def _constant_direction(self) -> Direction:
        return Direction.TO_SALES if self.bc is None else Direction.FROM_SALES

    @property
    def is_pair(self) -> bool:
        """Whether both sides have a field; otherwise it is a constant."""
        return self.bc is not None and self.sales is not None

    @property
    def is_plain(self) -> bool:
        """Whether a value that is not blank reads the same on both sides."""
        return self.reference is None and self.transformation is None and self.rates is None and not self.cut

    def fitted(self, value: Value, side: Side) -> Value:
        """A value as `side` has room for it: whole, unless the field may be cut and it is too long."""
        room = self.room[0] if side is Side.BC else self.room[1]
        if not self.cut or room is None or not isinstance(value, str) or len(value) <= room:
            return value
        return value[:room]

    @property
    def is_copied(self) -> bool:
        """Whether a new partner simply takes the value over."""
        return self.is_pair and self.is_plain and self.required_from is None

    @property
    def name(self) -> str:
        """The field's name in plans, conflicts and history: the Business Central property where there is one."""
        return self.alias or self.bc or self.sales or ""

    def of(self, side: Side) -> str | None:
        """The property name on one side."""
        return self.bc if side is Side.BC else self.sales
