"""Properties of an entity as plain values, with a short helper for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any


class Type(StrEnum):
    """What a property holds; the value is its CSDL type. ENUM is text on the wire, CHOICE a number (Dataverse)."""

    GUID = "Edm.Guid"
    TEXT = "Edm.String"
    INTEGER = "Edm.Int32"
    BIGINT = "Edm.Int64"
    DECIMAL = "Edm.Decimal"
    DOUBLE = "Edm.Double"
    BOOLEAN = "Edm.Boolean"
    DATE = "Edm.Date"
    MOMENT = "Edm.DateTimeOffset"
    STREAM = "Edm.Stream"
    ENUM = "enum"
    CHOICE = "choice"
    LOOKUP = "lookup"


class Access(Enum):
    """When a client may set a property: (on create, on update)."""

    ALL = (True, True)
    READ_ONLY = (False, False)
    CREATE_ONLY = (True, False)
    UPDATE_ONLY = (False, True)

    @property
    def on_create(self) -> bool:
        """Whether a create may carry the property."""
        return self.value[0]

    @property
    def on_update(self) -> bool:
        """Whether an update may carry the property."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Option:
    """One member of an option set; `state` ties a Dataverse status reason to its state code."""

    value: int
    label: str
    state: int | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity; use the helpers below rather than this constructor.

    `default` is what an omitted property becomes: None means the type's blank in Business Central and null in
    Dataverse. `kind` refines the type: Code, Memo, Money, BaseMoney (in the organization's currency), State, Status,
    Image (a stream that a row shows when it is selected).
    `targets` are entity names a lookup may hold.
    A `secret` can be written and is never answered. `option_set` names the global choice whose options these are.
    """

    name: str
    type: Type
    max_length: int | None = None
    access: Access = Access.ALL
    required: bool = False
    required_level: str = "None"
    default: Any = None
    options: tuple[Option, ...] = ()
    targets: tuple[str, ...] = ()
    kind: str = ""
    minimum: float | None = None
    maximum: float | None = None
    precision: int | None = None
    display: str = ""
    wire: str = ""
    secret: bool = False
    option_set: str = ""

    def __post_init__(self) -> None:
        if not self.wire:
            object.__setattr__(self, "wire", f"_{self.name}_value" if self.type is Type.LOOKUP else self.name)


def text(name: str, max_length: int | None = None, **more: Any) -> Property:
    """One line of text with a length limit."""
    return Property(name, Type.TEXT, max_length, **more)


def code(name: str, max_length: int = 20, **more: Any) -> Property:
    """A Business Central Code: trimmed and upper-cased before it is stored and compared."""
    return Property(name, Type.TEXT, max_length, kind="Code", **more)


def memo(name: str, max_length: int = 2000, **more: Any) -> Property:
    """Several lines of text."""
    return Property(name, Type.TEXT, max_length, kind="Memo", **more)


def guid(name: str, **more: Any) -> Property:
    """A GUID that is not a Dataverse lookup."""
    return Property(name, Type.GUID, **more)


def integer(name: str, minimum: int = -2147483648, maximum: int = 2147483647, **more: Any) -> Property:
    """A 32-bit whole number."""
    return Property(name, Type.INTEGER, minimum=minimum, maximum=maximum, **more)


def bigint(name: str, **more: Any) -> Property:
    """A 64-bit whole number."""
    return Property(name, Type.BIGINT, **more)


def decimal(name: str, minimum: float | None = None, maximum: float | None = None, **more: Any) -> Property:
    """A decimal number, a JSON number on the wire."""
    return Property(name, Type.DECIMAL, minimum=minimum, maximum=maximum, **more)


def double(name: str, minimum: float = -100000000000, maximum: float = 100000000000, **more: Any) -> Property:
    """A floating-point number."""
    return Property(name, Type.DOUBLE, minimum=minimum, maximum=maximum, **more)


def money(name: str, minimum: float = 0, maximum: float = 922337203685477, **more: Any) -> Property:
    """A Dataverse money value; precision is two decimals unless given."""
    facts: dict[str, Any] = {"kind": "Money", "precision": 2} | more
    return Property(name, Type.DECIMAL, minimum=minimum, maximum=maximum, **facts)


def boolean(name: str, default: bool | None = None, labels: tuple[str, str] = ("No", "Yes"), **more: Any) -> Property:
    """A truth value; `labels` are Dataverse's words for false and true."""
    options = (Option(0, labels[0]), Option(1, labels[1]))
    return Property(name, Type.BOOLEAN, default=default, options=options, **more)


def date(name: str, **more: Any) -> Property:
    """A day without a time, 2020-01-31."""
    return Property(name, Type.DATE, **more)


def moment(name: str, **more: Any) -> Property:
    """A point in time, kept in UTC."""
    return Property(name, Type.MOMENT, **more)


def stream(name: str, access: Access = Access.UPDATE_ONLY) -> Property:
    """A file: a row shows where it is read (and written, if it may be), and its bytes travel by themselves."""
    return Property(name, Type.STREAM, access=access)


def image(name: str) -> Property:
    """A Dataverse image: base64 in JSON that selects or writes it, bytes at its own address."""
    return Property(name, Type.STREAM, kind="Image")


def enum(name: str, *captions: str, default: str | None = None, **more: Any) -> Property:
    """A Business Central option field; captions in plain text, " " for the blank member; the first is the default."""
    options = tuple(Option(number, caption) for number, caption in enumerate(captions))
    return Property(name, Type.ENUM, options=options, default=captions[0] if default is None else default, **more)


def choice(name: str, labels: Mapping[int, str], default: int | None = None, **more: Any) -> Property:
    """A Dataverse choice (picklist): a number on the wire."""
    options = tuple(Option(value, label) for value, label in labels.items())
    return Property(name, Type.CHOICE, options=options, default=default, **more)


def state_and_status(states: Mapping[int, str], statuses: Mapping[int, tuple[int, str]]) -> tuple[Property, Property]:
    """Dataverse's statecode and statuscode; a state's first status is the one it gets when none is named."""
    reasons = tuple(Option(value, label, state) for value, (state, label) in statuses.items())
    state_options = tuple(Option(value, label) for value, label in states.items())
    first_state = state_options[0].value
    first_status = next(reason.value for reason in reasons if reason.state == first_state)
    return (
        Property(
            "statecode",
            Type.CHOICE,
            options=state_options,
            default=first_state,
            kind="State",
            required_level="SystemRequired",
        ),
        Property("statuscode", Type.CHOICE, options=reasons, default=first_status, kind="Status"),
    )


def lookup(name: str, *targets: str, **more: Any) -> Property:
    """A Dataverse lookup: column `name`, read as `_name_value`, holding the id of one of the named entities."""
    return Property(name, Type.LOOKUP, targets=targets, **more)
