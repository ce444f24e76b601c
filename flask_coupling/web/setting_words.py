"""Settings of table mappings in words: their names, their values, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_coupling.operations.views.faults import KIND_FACTS, KINDS, TEMPLATES, Fault

from . import language
from .language import mark, text
from .transformation_words import argument_name, told_transformation
from .words import SIDES, word

NAMES: Mapping[str, str] = {
    "in_use": mark("In use"),
    "direction": mark("Direction"),
    "only_coupled": mark("Synch. Only Coupled Records"),
    "match_first": mark("Match before creating"),
    "multi_company": mark("Multi-company"),
    "bc_filter": mark("Table Filter"),
    "sales_filter": mark("Integration Table Filter"),
    "depends_on": mark("Dependencies"),
    "match_on": mark("Match on these fields"),
    "match": mark("Criteria"),
    "update_conflict": mark("Update-Conflict Resolution"),
    "deletion_conflict": mark("Deletion-Conflict Resolution"),
    "conflict_scope": mark("A conflict concerns"),
    "fields": mark("Fields"),
    "templates": mark("Templates for new records"),
    "transformation": mark("Transformation"),
    "constant": mark("Constant Value"),
    "blank_if_missing": mark("Clear Value on Failed Sync"),
    "not_null": mark("Not Null"),
    "cut": mark("Cut what does not fit"),
    "resolution": mark("Winner"),
    "enabled": mark("Enabled"),
    "reference": mark("Refers to"),
    "caption": mark("Caption"),
    "name": mark("Name"),
    "side": mark("Side"),
    "priority": mark("Priority"),
    "filter": mark("Filter"),
    "values": mark("Values"),
    "bc": "Business Central",
    "sales": "Dynamics 365 Sales",
}

_WORD_KINDS = {
    "direction": "direction",
    "update_conflict": "resolution",
    "deletion_conflict": "resolution",
    "resolution": "resolution",
    "conflict_scope": "conflict_scope",
}

Caption = Callable[[str], str]


def setting_name(path: str, caption: Caption) -> str:
    """A setting's name: `fields.city.direction` is the caption of the field and the word for its setting."""
    head, _, rest = path.partition(".")
    if not rest or head not in ("fields", "templates"):
        return text(NAMES.get(head, head))
    name, dot, last = rest.rpartition(".")
    if not dot or last not in NAMES:
        name, last = rest, ""
    told = caption(name) if head == "fields" else name
    place = text(NAMES["fields" if head == "fields" else "templates"])
    return f"{told}: {text(NAMES[last])}" if last else f"{place}: {told}"


def setting_value(path: str, value: Any) -> str:
    """A setting's value in words."""
    last = path.rpartition(".")[2]
    if value is None:
        return text("As the table") if last == "resolution" else ""
    if isinstance(value, str) and last in _WORD_KINDS:
        return word(_WORD_KINDS[last], value)
    if isinstance(value, str) and last == "transformation":
        return told_transformation(value)
    if isinstance(value, str) and last == "side":
        return SIDES.get(value, value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list):
        return ", ".join(setting_value("", each) for each in value)
    return language.shown(value)


def _object(value: Mapping[str, Any]) -> str:
    """A whole field by its two ends, a template by its name and values, other things by their values."""
    if "bc" in value and "sales" in value:
        ends = [str(value[side]) for side in SIDES if value[side] is not None]
        constant = value.get("constant")
        return " ↔ ".join(ends) if constant is None else f"{ends[0]} = {constant}"
    if "values" in value:
        return f"{value.get('name')} ({_object(value['values'])})"
    return ", ".join(f"{name} = {language.shown(each)}" for name, each in value.items())


def fault_message(fault: Fault) -> str:
    """What is wrong, in the reader's language."""
    facts = {name: _fact(name, value) for name, value in fault.facts.items()}
    return text(TEMPLATES[fault.code]).format_map(facts)


def _fact(name: str, value: Any) -> str:
    if name in KIND_FACTS:
        return text(KINDS.get(value, value))
    if name == "direction":
        return word("direction", value)
    if name == "argument":
        return argument_name(value)
    if name == "transformation":
        return told_transformation(value)
    return text(value) if name in ("shape", "detail") and value else str(value)


def faults_by_path(faults: Iterable[Fault]) -> dict[str, list[str]]:
    """The sentences by setting."""
    found: dict[str, list[str]] = {}
    for each in faults:
        found.setdefault(each.path, []).append(fault_message(each))
    return found
