"""A table mapping as a plain document that people and files hold, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .mapping import FieldMapping, TableMapping
from .template import Template

Document = dict[str, Any]
"""What of a table mapping can be set, as plain JSON values."""

SCALARS = (
    "in_use",
    "direction",
    "only_coupled",
    "match_first",
    "multi_company",
    "update_conflict",
    "deletion_conflict",
    "conflict_scope",
)
"""Settings that are one value and named alike in a TableMapping."""

FIELD_SETTINGS = (
    "direction",
    "transformation",
    "constant",
    "blank_if_missing",
    "not_null",
    "cut",
    "resolution",
    "enabled",
)
"""What can be set of a field that the declaration brings; its two properties stay."""


def document_of(mapping: TableMapping) -> Document:
    """All settings of a mapping; `match` holds saved criteria, of which a declaration has none."""
    return {
        **{name: _plain(getattr(mapping, name)) for name in SCALARS},
        "bc_filter": mapping.bc_filter.render(),
        "sales_filter": mapping.sales_filter.render(),
        "depends_on": list(mapping.depends_on),
        "match_on": list(mapping.match_on),
        "match": [],
        "fields": [field_document(each) for each in mapping.fields],
        "templates": [_template_document(each) for each in mapping.templates],
    }


def field_document(field: FieldMapping) -> Document:
    """All settings of a field mapping; `reference` is the name of the table mapping it refers to."""
    return {
        "name": field.name,
        "bc": field.bc,
        "sales": field.sales,
        "caption": field.caption,
        "reference": field.reference.mapping if field.reference is not None else None,
        **{name: _plain(getattr(field, name)) for name in FIELD_SETTINGS},
    }


def _template_document(template: Template) -> Document:
    return {
        "name": template.name,
        "side": template.side.value,
        "priority": template.priority,
        "filter": template.filter.render(),
        "values": dict(template.values),
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def difference(default: Document, document: Document) -> Document:
    """What differs from the default: single settings, by field name, whole fields of one's own, and all templates."""
    changed = {name: value for name, value in document.items() if name != "fields" and value != default[name]}
    before = {each["name"]: each for each in default["fields"]}
    fields = {
        each["name"]: _changed(before[each["name"]], each) for each in document["fields"] if each["name"] in before
    }
    added = [each for each in document["fields"] if each["name"] not in before]
    return {
        **changed,
        **({"fields": kept} if (kept := {name: each for name, each in fields.items() if each}) else {}),
        **({"added": added} if added else {}),
    }


def _changed(before: Document, after: Document) -> Document:
    return {name: after[name] for name in FIELD_SETTINGS if after[name] != before[name]}


def with_difference(default: Document, settings: Mapping[str, Any]) -> Document:
    """The document that `difference` was taken of; what the default no longer has is left out."""
    changes, added = settings.get("fields", {}), settings.get("added", [])
    names = {each["name"] for each in default["fields"]}
    return {
        **default,
        **{name: value for name, value in settings.items() if name in default and name != "fields"},
        "fields": [
            *({**each, **changes.get(each["name"], {})} for each in default["fields"]),
            *(each for each in added if each["name"] not in names),
        ],
    }


def list_changes(before: Document, after: Document) -> Iterator[tuple[str, Any, Any]]:
    """Yield each setting that differs as `(path, before, after)`; what is not there on one side is None."""
    for name in before:
        if name not in ("fields", "templates") and before[name] != after[name]:
            yield name, before[name], after[name]
    for part in ("fields", "templates"):
        then, now = ({each["name"]: each for each in one[part]} for one in (before, after))
        for name in {**then, **now}:
            yield from _list_part(f"{part}.{name}", then.get(name), now.get(name))


def _list_part(path: str, before: Document | None, after: Document | None) -> Iterator[tuple[str, Any, Any]]:
    if before is None or after is None:
        yield path, before, after
        return
    for name in before:
        if before[name] != after.get(name):
            yield f"{path}.{name}", before[name], after.get(name)
