"""The properties of tables as a service's CSDL document tells them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from flask_coupling.core.column import Column, Columns

from .rows import decode_name

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"

_KINDS = {
    "Edm.String": "text",
    "Edm.Guid": "id",
    "Edm.Boolean": "truth",
    "Edm.Date": "day",
    "Edm.DateTimeOffset": "moment",
    "Edm.Decimal": "number",
    "Edm.Double": "number",
    "Edm.Int16": "number",
    "Edm.Int32": "number",
    "Edm.Int64": "number",
}


def read_columns(schema: bytes) -> dict[str, Columns]:
    """The properties of every entity set, those one navigation away among them; raises ParseError.

    CSDL does not say what can be written: properties behind a navigation cannot, keys are not told apart.
    """
    root = ElementTree.fromstring(schema)
    options = {each.get("Name", ""): tuple(_members(each)) for each in root.iter(f"{EDM}EnumType")}
    types = {each.get("Name", ""): each for each in root.iter(f"{EDM}EntityType")}
    own = {name: {column.name: column for column in _own(each, options)} for name, each in types.items()}
    reached = {name: {column.name: column for column in _reached(each, own)} for name, each in types.items()}
    sets = {each.get("Name", ""): _last(each.get("EntityType", "")) for each in root.iter(f"{EDM}EntitySet")}
    return {name: {**own.get(kind, {}), **reached.get(kind, {})} for name, kind in sets.items()}


def _members(found: Element) -> Iterator[str]:
    for each in found.iter(f"{EDM}Member"):
        yield decode_name(each.get("Name", "")) or " "


def _own(found: Element, options: dict[str, tuple[str, ...]]) -> Iterator[Column]:
    for each in found.iter(f"{EDM}Property"):
        kind = each.get("Type", "")
        longest = each.get("MaxLength", "")
        yield Column(
            each.get("Name", ""),
            "option" if _last(kind) in options else _KINDS.get(kind, ""),
            longest=int(longest) if longest.isdecimal() else None,
            options=options.get(_last(kind), ()),
        )


def _reached(found: Element, own: dict[str, dict[str, Column]]) -> Iterator[Column]:
    for each in found.iter(f"{EDM}NavigationProperty"):
        target = _last(each.get("Type", "").removeprefix("Collection(").removesuffix(")"))
        for column in own.get(target, {}).values():
            name = f"{each.get('Name')}/{column.name}"
            yield Column(name, column.kind, column.longest, on_create=False, on_update=False, options=column.options)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
