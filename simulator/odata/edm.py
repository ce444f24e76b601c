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
        relations=(TableRelation("country", "countriesRegions", "Country/Region Code", "Country/Region"),),
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

Rows that hang on rows of several sets are a subpage: `subpage=Subpage("picture", {"Item": "items"}, "You must get to
the parent first …")`, reached by `Navigation("picture", "pictures", target_column="id", contained=True,
given=(("parentType", "Item"),))`. With `derived=Derived()` every owner has such a row before one is stored. A
`stream("pictureContent")` is a file: its bytes are read and written at an address of their own.

Polymorphic Dataverse lookups get one navigation for each target: `Navigation("customerid_account", "accounts",
column="customerid")` and `Navigation("customerid_contact", "contacts", column="customerid")`. A many-to-many
relationship has a set of its pairs (`intersect=True`), and on both sides a collection `through` it. Do not declare the
`…idname`, `…idtype` and `…yominame` shadow columns: the Web API does not answer them.

Server-set properties are filled by the services by their names when an entity declares them. Business Central: `id`,
`lastModifiedDateTime`. Dataverse: the key, `createdon`, `modifiedon`, `createdby`, `modifiedby`, `versionnumber`,
`ownerid`, `owninguser`, `owningbusinessunit`, `statecode`, `statuscode`, `overriddencreatedon`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.odata.properties import (
    Access,
    Option,
    Property,
    Type,
    bigint,
    boolean,
    choice,
    code,
    date,
    decimal,
    double,
    enum,
    guid,
    image,
    integer,
    lookup,
    memo,
    moment,
    money,
    state_and_status,
    stream,
    text,
)
from simulator.odata.relations import Base, CodePair, Derived, Navigation, Parent, Subpage, TableRelation, Through
from simulator.odata.rules import ActionRun, Rules

if TYPE_CHECKING:
    from faker import Faker


__all__ = [
    "Access",
    "Action",
    "AlternateKey",
    "Base",
    "CodePair",
    "Derived",
    "EntitySet",
    "Navigation",
    "NumberSeries",
    "Option",
    "Parent",
    "Property",
    "ServiceModel",
    "Subpage",
    "TableRelation",
    "Through",
    "Type",
    "bigint",
    "boolean",
    "choice",
    "code",
    "date",
    "decimal",
    "double",
    "enum",
    "guid",
    "image",
    "integer",
    "lookup",
    "memo",
    "moment",
    "money",
    "state_and_status",
    "stream",
    "text",
]


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
    the standard one. `subpage` rows hang on a row of another set, `derived` ones are there without being stored.
    `base` is the entity it derives from, if not from the model's own.
    A set with `read_by` is read through a parent, or by a filter on these properties.
    `sample(fake)` answers values for one valid new row, enough for a create to succeed in an empty world.
    `object_type_code`, `owned`, `intersect` (the pairs of a many-to-many relationship) and `schema_name` are Dataverse
    metadata.
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
    relations: tuple[TableRelation, ...] = ()
    parent: Parent | None = None
    subpage: Subpage | None = None
    read_by: tuple[str, ...] = ()
    base: Base | None = None
    derived: Derived | None = None
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
    intersect: bool = False
    schema_name: str = ""

    def property(self, name: str) -> Property | None:
        """Return the declared property of that name, or None."""
        return next((one for one in self.properties if one.name == name), None)

    def navigation(self, name: str) -> Navigation | None:
        """Return the declared navigation of that name, or None."""
        return next((one for one in self.navigations if one.name == name), None)


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """One service's whole model. `name` is "bc" or "sales"; it prefixes the tables of the store.

    `alias` is a short name of the namespace, `base_type` an abstract entity that all others are.
    """

    name: str
    namespace: str
    container: str
    entity_sets: tuple[EntitySet, ...]
    actions: tuple[Action, ...] = ()
    alias: str = ""
    base_type: str = ""

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
            for relation in one.relations:
                if relation.target not in names:
                    raise ValueError(f"{one.name}.{relation.property} is a code of the unknown set {relation.target}")

    def entity_set(self, name: str) -> EntitySet | None:
        """Return the set of that name, or None."""
        return next((one for one in self.entity_sets if one.name == name), None)

    def by_entity(self, entity: str) -> EntitySet | None:
        """Return the set whose entity (logical) name this is, or None."""
        return next((one for one in self.entity_sets if one.entity == entity), None)
