"""Whether what somebody sent has the shape of a mapping's document, and a whole document made of a part of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .fault import Fault
from .mapping_document import FIELD_SETTINGS, Document

MOST_FIELDS = 500
MOST_TEMPLATES = 50
MOST_CRITERIA = 20
LONGEST_NAME = 100
LONGEST_TEXT = 4000
GREATEST_PRIORITY = 1_000_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Check = Callable[[Any], bool]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME and not _CONTROL.search(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and "\x00" not in value


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float) or _is_text(value)


def _is_values(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_name(name) and _is_value(each) for name, each in value.items())


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_FIELDS and all(map(_is_name, value))


def _is_priority(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= GREATEST_PRIORITY


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


_NAME = (_is_name, f"a text of at most {LONGEST_NAME} characters")
_TEXT = (_is_text, f"a text of at most {LONGEST_TEXT} characters")
_TRUTH = (_is_truth, "true or false")
_VALUE = (_is_value, "a text, a number, true, false or null")
_NAME_OR_NULL = (_or_null(_is_name), f"a text of at most {LONGEST_NAME} characters, or null")

_FIELD: Mapping[str, tuple[Check, str]] = {
    "name": _NAME,
    "bc": _NAME_OR_NULL,
    "sales": _NAME_OR_NULL,
    "caption": _NAME,
    "reference": _NAME_OR_NULL,
    "direction": _NAME,
    "transformation": (_or_null(_is_text), f"a text of at most {LONGEST_TEXT} characters, or null"),
    "constant": _VALUE,
    "blank_if_missing": _TRUTH,
    "not_null": _TRUTH,
    "cut": _TRUTH,
    "resolution": _NAME_OR_NULL,
    "enabled": _TRUTH,
}
_TEMPLATE: Mapping[str, tuple[Check, str]] = {
    "name": _NAME,
    "side": _NAME,
    "priority": (_is_priority, f"a whole number from 0 to {GREATEST_PRIORITY}"),
    "filter": _TEXT,
    "values": (_is_values, "an object of values by property"),
}
_LIST_OF_NAMES = (_is_names, "a list of texts")
_MAPPING: Mapping[str, tuple[Check, str]] = {
    "in_use": _TRUTH,
    "direction": _NAME,
    "only_coupled": _TRUTH,
    "match_first": _TRUTH,
    "multi_company": _TRUTH,
    "update_conflict": _NAME,
    "deletion_conflict": _NAME,
    "conflict_scope": _NAME,
    "bc_filter": _TEXT,
    "sales_filter": _TEXT,
    "depends_on": _LIST_OF_NAMES,
    "match_on": _LIST_OF_NAMES,
}
_CRITERION: Mapping[str, tuple[Check, str]] = {
    "field": _NAME,
    "priority": _TEMPLATE["priority"],
    "case_sensitive": _TRUTH,
    "normalize": _LIST_OF_NAMES,
}
_PARTS = {
    "fields": (_FIELD, MOST_FIELDS),
    "templates": (_TEMPLATE, MOST_TEMPLATES),
    "match": (_CRITERION, MOST_CRITERIA),
}

NEW_FIELD: Document = {
    "bc": None,
    "sales": None,
    "caption": "",
    "reference": None,
    "direction": "bidirectional",
    "transformation": None,
    "constant": None,
    "blank_if_missing": False,
    "not_null": False,
    "cut": False,
    "resolution": None,
    "enabled": True,
}
"""A field of one's own before anything is said of it, but for its name."""

_NEW_CRITERION: Document = {"field": "", "priority": 0, "case_sensitive": False, "normalize": ["trim"]}
NEW_TEMPLATE: Document = {"name": "", "side": "bc", "priority": 0, "filter": "", "values": {}}
"""A template before anything is said of it."""


_ROWS = "a list of at most {most} objects"
_OBJECT = "an object"
SHAPES = tuple(
    dict.fromkeys(
        [
            _OBJECT,
            *(_ROWS.format(most=most) for _, most in _PARTS.values()),
            *(told for shape in (_MAPPING, *(shape for shape, _ in _PARTS.values())) for _, told in shape.values()),
        ]
    )
)
"""What settings may have to be, in words."""


def check_shape(changes: Any) -> list[Fault]:
    """What of it is unknown or of another type than a document's; every setting may be left out."""
    if not isinstance(changes, Mapping):
        return [Fault("", "wrong_shape", {"shape": _OBJECT})]
    faults = list(_check({name: value for name, value in changes.items() if name not in _PARTS}, _MAPPING, ""))
    for part, (shape, most) in _PARTS.items():
        faults += _check_list(part, changes.get(part, []), shape, most)
    return faults


def _check_list(part: str, rows: Any, shape: Mapping[str, tuple[Check, str]], most: int) -> Iterator[Fault]:
    if not isinstance(rows, list) or len(rows) > most:
        yield Fault(part, "wrong_shape", {"shape": _ROWS.format(most=most)})
        return
    for place, row in enumerate(rows):
        if isinstance(row, Mapping):
            yield from _check(row, shape, f"{part}.{place}.")
        else:
            yield Fault(f"{part}.{place}", "wrong_shape", {"shape": _OBJECT})


def _check(values: Mapping[str, Any], shape: Mapping[str, tuple[Check, str]], path: str) -> Iterator[Fault]:
    for name, value in values.items():
        if name not in shape:
            yield Fault(f"{path}{str(name)[:LONGEST_NAME]}", "key_unknown", {"name": str(name)[:LONGEST_NAME]})
        elif not shape[name][0](value):
            yield Fault(f"{path}{name}", "wrong_shape", {"shape": shape[name][1]})


def completed(base: Document, changes: Mapping[str, Any], shipped: frozenset[str]) -> Document:
    """A whole document: `changes`, which has the right shape, and the rest from `base`.

    Of `fields`, when it is given, a shipped field that is left out stays as it is, and one of one's own is removed;
    `templates` and `match` are replaced as a whole.
    """
    document = {**base, **{name: value for name, value in changes.items() if name not in _PARTS}}
    for part, new in (("templates", NEW_TEMPLATE), ("match", _NEW_CRITERION)):
        if part in changes:
            document[part] = [{**new, **each} for each in changes[part]]
    if "fields" in changes:
        document["fields"] = _fields(base["fields"], changes["fields"], shipped)
    return document


def _fields(present: list[Document], given: list[Document], shipped: frozenset[str]) -> list[Document]:
    named = [{**each, "name": each.get("name") or each.get("bc") or each.get("sales") or ""} for each in given]
    wanted = {each["name"]: each for each in named if each["name"] in shipped}
    own = {each["name"]: each for each in present if each["name"] not in shipped}
    kept = [{**each, **wanted.get(each["name"], {})} for each in present if each["name"] in shipped]
    return kept + [_own(each, own.get(each["name"])) for each in named if each["name"] not in shipped]


def _own(given: Document, present: Document | None) -> Document:
    made = {"name": given["name"], **(present or NEW_FIELD), **given}
    return {name: made[name] for name in ("name", "bc", "sales", "caption", "reference", *FIELD_SETTINGS)}
