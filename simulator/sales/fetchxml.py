"""Read FetchXML into a flat query; an element, operator or option that is not known is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError, fromstring

from simulator.odata.edm import EntitySet, Property, ServiceModel, Type
from simulator.odata.errors import ServiceError
from simulator.odata.flat import FlatColumn, FlatOrder, FlatQuery, Join, literal_of
from simulator.odata.syntax import Call, Compare, In, Literal, Logic, Node, Not, Path

_CRM = "Microsoft.Dynamics.CRM."
_MOST_ROWS = 5_000


def invalid(message: str) -> ServiceError:
    """Return 400 0x80040239: the FetchXML is not valid."""
    return ServiceError(400, "0x80040239", f"The FetchXML is invalid. {message}")


def parse_fetch(text: str, model: ServiceModel, entity_set: EntitySet) -> FlatQuery:
    """Return the flat query of a FetchXML text about the addressed set."""
    if "<!" in text:
        raise invalid("Document type declarations are not allowed.")
    try:
        fetch = fromstring(text)
    except ParseError as error:
        raise invalid(str(error)) from error
    root = fetch.find("entity")
    if fetch.tag != "fetch" or root is None:
        raise invalid("A fetch element with an entity is expected.")
    if root.get("name") != entity_set.entity:
        raise invalid(f"The entity '{root.get('name')}' is not the one addressed, '{entity_set.entity}'.")
    return _Fetch(model, fetch).read(root, entity_set)


class _Fetch:
    """One fetch element."""

    def __init__(self, model: ServiceModel, fetch: Element) -> None:
        self.model = model
        self.fetch = fetch
        self.is_aggregate = fetch.get("aggregate", "false") in ("true", "1")
        self.columns: list[FlatColumn] = []
        self.groups: list[FlatColumn] = []
        self.joins: list[Join] = []
        self.orders: list[FlatOrder] = []

    def read(self, root: Element, entity: EntitySet) -> FlatQuery:
        condition = self._entity(root, entity, "")
        top, page = self._number("top"), self._number("page") or 1
        count = self._number("count")
        return FlatQuery(
            entity.name, tuple(self.columns), tuple(self.joins), condition, tuple(self.groups), tuple(self.orders),
            self.fetch.get("distinct", "false") in ("true", "1"), top, page,
            min(count or _MOST_ROWS, _MOST_ROWS), kind="fetch",
        )  # fmt: skip

    def _number(self, name: str) -> int | None:
        text = self.fetch.get(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1_000_000_000:
            raise invalid(f"'{text}' is no valid {name}.")
        return int(text)

    def _entity(self, element: Element, entity: EntitySet, alias: str) -> Node | None:
        conditions: list[Node] = []
        for child in element:
            if child.tag == "attribute":
                self._attribute(child, entity, alias)
            elif child.tag == "all-attributes":
                self._all(entity, alias)
            elif child.tag == "order":
                self._order(child, entity, alias)
            elif child.tag == "filter":
                conditions += _filter(child, entity)
            elif child.tag == "link-entity":
                self._link(child, entity, alias)
            else:
                raise invalid(f"The element '{child.tag}' is not supported.")
        return Logic("and", tuple(conditions)) if len(conditions) > 1 else next(iter(conditions), None)

    def _attribute(self, element: Element, entity: EntitySet, alias: str) -> None:
        prop = attribute_of(entity, element.get("name", ""))
        how = element.get("aggregate", "") if self.is_aggregate else ""
        if element.get("distinct") in ("true", "1") and how == "countcolumn":
            how = "countdistinct"
        default = f"{alias}.{prop.name}" if alias else prop.wire
        column = FlatColumn(prop.name, element.get("alias") or default, alias, how)
        if element.get("dategrouping"):
            raise invalid("The option 'dategrouping' is not supported.")
        self.columns.append(column)
        if self.is_aggregate and element.get("groupby") in ("true", "1"):
            self.groups.append(column)

    def _all(self, entity: EntitySet, alias: str) -> None:
        for prop in entity.properties:
            self.columns.append(FlatColumn(prop.name, f"{alias}.{prop.name}" if alias else prop.wire, alias))

    def _order(self, element: Element, entity: EntitySet, alias: str) -> None:
        descending = element.get("descending") in ("true", "1")
        if element.get("alias"):
            self.orders.append(FlatOrder(element.get("alias", ""), "", descending, True))
            return
        prop = attribute_of(entity, element.get("attribute", ""))
        self.orders.append(FlatOrder(prop.name, alias, descending))

    def _link(self, element: Element, parent: EntitySet, parent_alias: str) -> None:
        entity = self.model.by_entity(element.get("name", ""))
        if entity is None:
            raise unknown_entity(element.get("name", ""))
        kind = element.get("link-type", "inner")
        if kind not in ("inner", "outer"):
            raise invalid(f"The link-type '{kind}' is not supported.")
        alias = element.get("alias") or f"{entity.entity}{len(self.joins) + 1}"
        place = len(self.joins)
        own = attribute_of(entity, element.get("from", ""))
        other = attribute_of(parent, element.get("to", ""))
        self.joins.append(Join(entity.name, alias, own.name, other.name, parent_alias, kind == "outer"))
        condition = self._entity(element, entity, alias)
        self.joins[place] = Join(entity.name, alias, own.name, other.name, parent_alias, kind == "outer", condition)


def unknown_entity(name: str) -> ServiceError:
    """Return 400 0x80041102: no table of that name."""
    return ServiceError(400, "0x80041102", f"The entity with a name = '{name}' was not found in the MetadataCache.")


def attribute_of(entity: EntitySet, name: str) -> Property:
    """Return a column by logical name, or raise 400 0x80041103."""
    found = entity.property(name)
    if found is None:
        raise ServiceError(
            400, "0x80041103",
            f"'{entity.entity}' entity doesn't contain attribute with Name = '{name}' and NameMappingType = 'Logical'.",
        )  # fmt: skip
    return found


def _filter(element: Element, entity: EntitySet) -> list[Node]:
    parts: list[Node] = []
    for child in element:
        if child.tag == "condition":
            parts.append(_condition(child, entity))
        elif child.tag == "filter":
            parts += _filter(child, entity)
        else:
            raise invalid(f"The element '{child.tag}' in a filter is not supported.")
    kind = element.get("type", "and")
    if kind not in ("and", "or"):
        raise invalid(f"The filter type '{kind}' is unknown.")
    return [Logic(kind, tuple(parts))] if len(parts) > 1 else parts


def _condition(element: Element, entity: EntitySet) -> Node:
    if element.get("entityname") or element.get("valueof"):
        raise invalid("Conditions with 'entityname' or 'valueof' are not supported.")
    prop = attribute_of(entity, element.get("attribute", ""))
    name = element.get("operator", "")
    texts = [one.text or "" for one in element.findall("value")]
    if element.get("value") is not None:
        texts.insert(0, element.get("value", ""))
    build = _OPERATORS.get(name)
    if build is None:
        raise invalid(f"The operator '{name}' is not supported.")
    return build(prop, texts)


def _texts(texts: list[str], least: int = 1) -> list[str]:
    if len(texts) < least:
        raise invalid("A condition lacks its value.")
    return texts


def _compare(name: str) -> Callable[[Property, list[str]], Node]:
    return lambda prop, texts: Compare(name, Path((prop.wire,)), literal_of(prop, _texts(texts)[0]))


def _call(name: str) -> Callable[[Property, list[str]], Node]:
    def build(prop: Property, texts: list[str]) -> Node:
        named: list[tuple[str, Node]] = [("PropertyName", Literal("text", prop.name))]
        if texts:
            named.append(("PropertyValue", Literal("text", texts[0])))
        return Call(_CRM + name, (), tuple(named))

    return build


def _between(prop: Property, texts: list[str]) -> Node:
    low, high = _texts(texts, 2)[:2]
    path = Path((prop.wire,))
    return Logic("and", (Compare("ge", path, literal_of(prop, low)), Compare("le", path, literal_of(prop, high))))


def _in(prop: Property, texts: list[str]) -> Node:
    return In(Path((prop.wire,)), tuple(literal_of(prop, text) for text in _texts(texts)))


def like(prop: Property, pattern: str) -> Node:
    """Return the condition of a LIKE pattern with % and _."""
    if prop.type is not Type.TEXT:
        raise invalid(f"'{prop.name}' is no text.")
    return Call(
        _CRM + "Like", (), (("PropertyName", Literal("text", prop.name)), ("PropertyValue", Literal("text", pattern)))
    )


def _not(build: Callable[[Property, list[str]], Node]) -> Callable[[Property, list[str]], Node]:
    return lambda prop, texts: Not(build(prop, texts))


def _null(name: str) -> Callable[[Property, list[str]], Node]:
    return lambda prop, texts: Compare(name, Path((prop.wire,)), Literal("null", None))


def _like(prop: Property, texts: list[str]) -> Node:
    return like(prop, _texts(texts)[0])


def _pattern(form: str) -> Callable[[Property, list[str]], Node]:
    return lambda prop, texts: like(prop, form.format(_texts(texts)[0]))


_DAYS = (
    "today", "yesterday", "tomorrow", "this-week", "last-week", "next-week", "this-month", "last-month", "next-month",
    "this-year", "last-year", "next-year", "last-x-days", "next-x-days", "last-x-hours", "next-x-hours",
    "last-x-weeks", "next-x-weeks", "last-x-months", "on", "not-on", "on-or-after", "on-or-before",
)  # fmt: skip
_OPERATORS: dict[str, Callable[[Property, list[str]], Node]] = {
    **{name: _compare(name) for name in ("eq", "ne", "gt", "ge", "lt", "le")},
    "neq": _compare("ne"),
    "null": _null("eq"),
    "not-null": _null("ne"),
    "in": _in,
    "not-in": _not(_in),
    "between": _between,
    "not-between": _not(_between),
    "like": _like,
    "not-like": _not(_like),
    "begins-with": _pattern("{}%"),
    "not-begin-with": _not(_pattern("{}%")),
    "ends-with": _pattern("%{}"),
    "not-end-with": _not(_pattern("%{}")),
    "last-seven-days": _call("Last7Days"),
    "next-seven-days": _call("Next7Days"),
    "eq-userid": _call("EqualUserId"),
    "ne-userid": _call("NotEqualUserId"),
    **{name: _call("".join(word.capitalize() for word in name.split("-"))) for name in _DAYS},
}
