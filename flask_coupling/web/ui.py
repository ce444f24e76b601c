"""What templates ask for: where they are, what may be offered, addresses, words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from flask import g, request, url_for
from markupsafe import Markup

from flask_coupling.errors import MappingInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.operations import connections, couplings
from flask_coupling.operations.mappings import names_in_use
from flask_coupling.operations.naming import Named
from flask_coupling.operations.setting import find_mapping
from flask_coupling.operations.views import ConnectionView, CouplingView, Problem
from flask_coupling.permissions import allowed

from . import (
    assets,
    language,
    messages,
    naming,
    navigation,
    paging,
    problems,
    security,
    setting_words,
    transformation_words,
    words,
)
from .here import here


@dataclass(frozen=True, slots=True)
class Offer:
    """What the coupling actions of one record offer: its coupling, and whether it may be changed or synchronized."""

    connection: str
    mapping: str
    side: str
    id: str
    coupling: CouplingView | None
    may_couple: bool
    may_synchronize: bool


def connection_name() -> str | None:
    """The connection this page is about, or None on a page about none."""
    return (request.view_args or {}).get("connection")


def is_enabled(connection: str | None = None) -> bool:
    """Whether the connection (without a name: this page's) is enabled; asked once for each request."""
    name = connection or connection_name()
    known: dict[str, bool] = g.setdefault("coupling_enabled", {})
    if name and name not in known:
        known[name] = connections.is_enabled(name)
    return bool(name) and known[str(name)]


def may(action: str, connection: str | None = None, **resource: Any) -> bool:
    """Whether the reader may do this; pages hide what they may not, operations refuse it."""
    return allowed(action, connection=connection or connection_name() or "default", **resource)


def offer(mapping: str, side: str, id: str, connection: str = "default") -> Offer | None:
    """What to offer for one record, or None while the connection is not enabled or the reader may not see it."""
    if not may("view", connection, mapping=mapping) or not is_enabled(connection):
        return None
    return Offer(
        connection,
        mapping,
        side,
        id,
        couplings.find_coupling(connection, mapping, side, id),
        may("couple", connection, mapping=mapping),
        may("synchronize", connection, mapping=mapping),
    )


def mappings(used_in: str | None = None) -> list[tuple[str, str]]:
    """The table mappings by name and caption, in dependency order; lines are shown with their documents.

    Those of a connection are only the ones in use there.
    """
    used = None if used_in is None else names_in_use(used_in)
    shown = [each for name, each in current_coupling.mappings.items() if not each.parent and (not used or name in used)]
    return [(each.name, language.text(each.caption or each.name)) for each in shown]


def caption(mapping: str) -> str:
    """A table mapping's caption; the name itself for one that is not declared any more, none for all tables."""
    if not mapping:
        return language.text("All tables")
    declared = current_coupling.mappings.get(mapping)
    return language.text((declared.caption if declared else "") or mapping)


def refers(mapping: str) -> bool:
    """Whether records of a table mapping refer to records of others."""
    declared = current_coupling.mappings.get(mapping)
    return declared is not None and any(each.reference is not None for each in declared.fields)


def captions(names: Iterable[str]) -> str:
    """The captions of several table mappings, listed."""
    return ", ".join(caption(each) for each in names)


def all_connections() -> list[ConnectionView]:
    """Every connection the reader may see."""
    return connections.list_connections()


def address(endpoint: str, **values: Any) -> str:
    """The address of one of our pages; `connection` is this page's unless given, what is None is left out."""
    if connection_name() and "connection" not in values:
        values["connection"] = connection_name()
    return url_for(f"coupling.{endpoint}", **{name: value for name, value in values.items() if value is not None})


def came_from() -> str | None:
    """The page of the host that our actions stand on, to come back to: this one, or the one htmx asks from."""
    if request.blueprint != "coupling":
        return here()
    asking = urlsplit(request.headers.get("HX-Current-URL", ""))
    return security.local_path(asking.path) if asking.netloc == request.host else None


def _fields(mapping: str) -> tuple[Any, ...]:
    """The fields of a table mapping as an administrator set them; read once for each request."""
    name = connection_name()
    known: dict[tuple[str | None, str], tuple[Any, ...]] = g.setdefault("coupling_fields", {})
    if (name, mapping) not in known:
        declared = current_coupling.mappings.get(mapping)
        known[name, mapping] = declared.fields if declared else ()
        if declared and name:
            with suppress(MappingInvalid):  # the shipped captions are better than none
                known[name, mapping] = find_mapping(name, mapping).fields
    return known[name, mapping]


def property_caption(mapping: str, side: str | None, name: str) -> str:
    """The caption of a service's own property in a table mapping; the property's name when it has none."""
    fields = _fields(mapping) if side else ()
    found = next((each for each in fields if getattr(each, str(side)) == name), None)
    return language.text((found.caption if found else "") or name)


def field_caption(mapping: str, name: str) -> str:
    """The caption of a field mapping by its name; else that of the property of this name, or the name itself."""
    named = next((each for each in _fields(mapping) if each.name == name), None)
    if named is not None and named.caption:
        return language.text(named.caption)
    captions = (property_caption(mapping, side, name) for side in words.SIDES)
    return next((each for each in captions if each != name), name)


def field_captions(mapping: str, names: Iterable[str]) -> str:
    """The captions of several field mappings, listed."""
    return ", ".join(field_caption(mapping, each) for each in names)


def setting(mapping: str, path: str) -> str:
    """The name of a table mapping's setting, with the caption of its field."""
    return setting_words.setting_name(path, partial(field_caption, mapping))


def message(problem: Problem, mapping: str | None = None) -> Markup:
    """What happened, with the captions of the mapping's fields, and records by their names."""
    return named(problems.message_of(problem, partial(field_caption, mapping) if mapping else None))


def named(told: str) -> Markup:
    """A message with links to the records and jobs whose ids it tells."""
    return naming.with_names(told, connection_name(), _place_of)


def _place_of(found: Named) -> tuple[str, str]:
    if found.side is None:
        return address("job", id=found.id), caption(found.mapping)
    return address("record_card", mapping=found.mapping, side=found.side, id=found.id), found.title


def flows(directions: Collection[str], source: str) -> bool:
    """Whether data may leave `source` for the other side, given the directions a table mapping allows."""
    return "bidirectional" in directions or _FROM[source] in directions


_FROM = {"bc": "to_sales", "sales": "from_sales"}


def page_path() -> str:
    """This page's path and query, to come back to."""
    return here()


def base_template() -> str:
    """The template our pages extend."""
    return current_coupling.settings.base_template or "coupling/base.html"


def is_hosted() -> bool:
    """Whether our pages stand in the host's own frame."""
    return current_coupling.settings.base_template is not None


TOOLS = SimpleNamespace(
    address=address,
    all_connections=all_connections,
    amount=language.amount,
    base_template=base_template,
    came_from=came_from,
    caption=caption,
    captions=captions,
    connection_name=connection_name,
    flows=flows,
    here=here,
    hint=problems.hint_of,
    htmx=assets.HTMX,
    htmx_integrity=assets.HTMX_INTEGRITY,
    is_enabled=is_enabled,
    is_hosted=is_hosted,
    is_switchable=language.is_switchable,
    language=language.language,
    languages=language.LANGUAGES,
    mappings=mappings,
    may=may,
    duration=language.duration,
    field_caption=field_caption,
    field_captions=field_captions,
    message=message,
    moment=language.moment,
    named=named,
    offer=offer,
    next_page=paging.next_page,
    other=words.OTHER,
    previous_page=paging.previous_page,
    places=navigation.groups,
    property_caption=property_caption,
    refers=refers,
    setting=setting,
    setting_value=setting_words.setting_value,
    shown=language.shown,
    stands_apart=navigation.stands_apart,
    sides=words.SIDES,
    short_sides=words.SHORT_SIDES,
    take_messages=messages.take_messages,
    argument=transformation_words.argument_name,
    argument_choice=transformation_words.choice_name,
    transformation=transformation_words.transformation_name,
    token=security.token,
    token_name=security.token_name,
    tone=words.tone,
    word=words.word,
)
"""The functions above and the words, under one name in templates."""

GLOBALS = {"coupling_ui": TOOLS, "_ct": language.text, "_cn": language.plural}
