"""The entity data model as plain values: what a service consists of, declared as data.

A new entity is one `EntitySet` in one file. Business Central and Dataverse share these classes; what only one of them
uses says so. A worked example of each::

    CUSTOMERS = EntitySet(                                        # Business Central
        name="customers", entity="customer", title="Customer", key="id",
        properties=(
            guid("id", access=Access.READ_ONLY),
            code("number", 20),                                   # Code: trimmed and upper-cased
            text("displayName", 100, required=True),              # 'A "displayName" must be provided.'
            enum("type", "Company", "Person"),                    # first member is the default
            enum("blocked", " ", "Ship", "Invoice", "All"),       # plain captions; the wire is escaped for you
            guid("currencyId"), code("currencyCode", 10),
            decimal("balanceDue", access=Access.READ_ONLY),
            moment("lastModifiedDateTime", access=Access.READ_ONLY),
        ),
        unique=("number",), order=("number",),
        number_series=NumberSeries(property="number", prefix="C", first=10000, step=10, width=5),
        pairs=(CodePair(id="currencyId", code="currencyCode", target="currencies", message="currency"),),
        navigations=(
            Navigation("currency", "currencies", column="currencyId"),
            Navigation("defaultDimensions", "defaultDimensions", collection=True, target_column="parentId"),
        ),
        rules=Rules(before_write=derive_names, before_delete=refuse_when_used),
        change_tracking=True, webhooks=True, sample=lambda fake: {"displayName": fake.company()},
    )

    ACCOUNTS = EntitySet(                                         # Dataverse
        name="accounts", entity="account", title="Account", key="accountid", primary_name="name",
        properties=(
            guid("accountid", access=Access.CREATE_ONLY),
            text("name", 160, required_level="ApplicationRequired"),
            choice("customertypecode", {1: "Competitor", 3: "Customer"}),
            choice("preferredcontactmethodcode", {1: "Any", 2: "Email"}, default=1),
            *state_and_status({0: "Active", 1: "Inactive"}, {1: (0, "Active"), 2: (1, "Inactive")}),
            money("creditlimit"), memo("description"),
            lookup("primarycontactid", "contact"),                # wire: _primarycontactid_value
            lookup("ownerid", "systemuser", "team"),
            moment("createdon", access=Access.READ_ONLY), moment("modifiedon", access=Access.READ_ONLY),
            bigint("versionnumber", access=Access.READ_ONLY),
        ),
        navigations=(
            Navigation("primarycontactid", "contacts", column="primarycontactid"),
            Navigation("contact_customer_accounts", "contacts", collection=True, target_column="parentcustomerid"),
        ),
        alternate_keys=(AlternateKey("accountnumber_key", ("accountnumber",)),),
        change_tracking=True, webhooks=True, sample=lambda fake: {"name": fake.company()},
    )

Document lines name their parent:
`parent=Parent(target="salesOrders", column="documentId", navigation="salesOrderLines")`; the parent declares
`Navigation("salesOrderLines", "salesOrderLines", collection=True, target_column="documentId", contained=True)`,
which makes deep insert, the line rules and "a line change touches its header" work.

Polymorphic Dataverse lookups get one navigation for each target: `Navigation("customerid_account", "accounts",
column="customerid")` and `Navigation("customerid_contact", "contacts", column="customerid")`. Do not declare the
`…idname`, `…idtype` and `…yominame` shadow columns: the Web API does not answer them.

Server-set properties are filled by the services by their names when an entity declares them. Business Central: `id`,
`lastModifiedDateTime`. Dataverse: the key, `createdon`, `modifiedon`, `createdby`, `modifiedby`, `versionnumber`,
`ownerid`, `owninguser`, `owningbusinessunit`, `statecode`, `statuscode`, `overriddencreatedon`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any

from simulator.odata.rules import ActionRun, Rules

if TYPE_CHECKING:
    from faker import Faker


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
    Dataverse. `kind` refines the type: Code, Memo, Money, State, Status. `targets` are entity names a lookup may hold.
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
    return Property(name, Type.DECIMAL, minimum=minimum, maximum=maximum, kind="Money", **({"precision": 2} | more))


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


@dataclass(frozen=True, slots=True)
class Navigation:
    """A way from one row to others.

    Single: `column` of this entity equals `target_column` of the target set (its key when blank). Collection:
    `target_column` of the target rows equals `column` of this row (its key when blank). `contained` rows are
    document lines: deep inserted, deleted with their parent, read only through it.
    """

    name: str
    target: str
    column: str = ""
    target_column: str = ""
    collection: bool = False
    contained: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """Business Central lines: which set their document is in, and through which navigation they are read."""

    target: str
    column: str
    navigation: str


@dataclass(frozen=True, slots=True)
class CodePair:
    """Business Central's pairs of an id and a code which name the same row; setting one fills the other.

    `target_code` is the code's property in the target set. `message` is the noun of the error texts: "currency"
    gives 'The "currencyId" does not match to a Currency.' A pair with `code=""` only checks that the id exists.
    `name` is a property filled from the target's displayName, if any.
    """

    id: str
    code: str
    target: str
    message: str
    target_code: str = "code"
    name: str = ""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """Supplies `property` when a create leaves it out: prefix + zero-padded number. `manual` allows own numbers."""

    property: str
    prefix: str = ""
    first: int = 1
    step: int = 1
    width: int = 1
    manual: bool = True


@dataclass(frozen=True, slots=True)
class AlternateKey:
    """A Dataverse alternate key; rows with a null in it are not constrained. `active` keys are enforced and usable."""

    name: str
    properties: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """An action a client may call: bound to a row, to the collection, or unbound (declared on the ServiceModel).

    `run(call)` answers None (204), a mapping (200) or `Created(set, id)` (201 with Location). `function` is called
    with GET and has no effect.
    """

    name: str
    run: ActionRun
    parameters: tuple[Property, ...] = ()
    bound: str = "entity"
    function: bool = False
    returns: str = ""


def _no_sample(fake: Faker) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class EntitySet:
    """One entity set: everything the engine needs to serve it.

    `unique` properties must be unique in their company (Business Central); `order` is the default order, before the
    key. `scoped` sets live under a company. `api` is the route of a custom API ("coupling/simulator/v1.0"), "" for
    the standard one. `sample(fake)` answers values for one valid new row, enough for a create to succeed in an empty
    world. `object_type_code`, `owned` and `schema_name` are Dataverse metadata.
    """

    name: str
    entity: str
    properties: tuple[Property, ...]
    key: str = "id"
    title: str = ""
    primary_name: str = ""
    navigations: tuple[Navigation, ...] = ()
    actions: tuple[Action, ...] = ()
    alternate_keys: tuple[AlternateKey, ...] = ()
    unique: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    number_series: NumberSeries | None = None
    pairs: tuple[CodePair, ...] = ()
    parent: Parent | None = None
    insert_allowed: bool = True
    modify_allowed: bool = True
    delete_allowed: bool = True
    rules: Rules = field(default_factory=Rules)
    scoped: bool = True
    api: str = ""
    change_tracking: bool = False
    webhooks: bool = False
    sample: Callable[[Faker], Mapping[str, Any]] = _no_sample
    object_type_code: int = 0
    owned: bool = False
    schema_name: str = ""

    def property(self, name: str) -> Property | None:
        """Return the declared property of that name, or None."""
        return next((one for one in self.properties if one.name == name), None)

    def navigation(self, name: str) -> Navigation | None:
        """Return the declared navigation of that name, or None."""
        return next((one for one in self.navigations if one.name == name), None)


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """One service's whole model. `name` is "bc" or "sales"; it prefixes the tables of the store."""

    name: str
    namespace: str
    container: str
    entity_sets: tuple[EntitySet, ...]
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        names = [one.name for one in self.entity_sets]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"entity sets declared twice in {self.name}: {', '.join(twice)}")
        self._check_targets(set(names))

    def _check_targets(self, names: set[str]) -> None:
        for one in self.entity_sets:
            for navigation in one.navigations:
                if navigation.target not in names:
                    raise ValueError(f"{one.name}.{navigation.name} leads to the unknown set {navigation.target}")

    def entity_set(self, name: str) -> EntitySet | None:
        """Return the set of that name, or None."""
        return next((one for one in self.entity_sets if one.name == name), None)

    def by_entity(self, entity: str) -> EntitySet | None:
        """Return the set whose entity (logical) name this is, or None."""
        return next((one for one in self.entity_sets if one.entity == entity), None)
