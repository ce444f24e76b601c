"""The form of a table mapping's settings: what is in it, and what was typed, as settings again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from flask_coupling.operations.views.faults import Column
from flask_coupling.operations.views.transformations import Transformation

from .argument_form import read_transformation
from .typed import typed

Document = dict[str, Any]
Form = MultiDict[str, str]

CHOICES = ("direction", "update_conflict", "deletion_conflict", "conflict_scope")
TICKS = ("in_use", "only_coupled", "match_first")
FILTERS = ("bc_filter", "sales_filter")
TEMPLATE_ROWS = 4
"""Blank rows for values that each template's form offers beyond those it has."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the services say about the properties of both tables, empty where they say nothing; the transformations."""

    bc: Mapping[str, Column]
    sales: Mapping[str, Column]
    transformations: Mapping[str, Transformation]

    def of(self, side: str) -> Mapping[str, Column]:
        """The properties of one side."""
        return self.bc if side == "bc" else self.sales


def read_form(form: Form, present: Mapping[str, Any], shipped: Iterable[str], known: Known) -> Document:
    """The settings that were typed; what the form does not show stays as in `present`."""
    names = set(shipped)
    fields = [
        _read_shipped(form, place, each, known) for place, each in enumerate(present["fields"]) if each["name"] in names
    ]
    own = {each["name"]: each for each in present["fields"] if each["name"] not in names}
    return {
        **{name: form.get(name, present[name]) for name in (*CHOICES, *FILTERS)},
        **{name: name in form for name in TICKS},
        "multi_company": "multi_company" in form if "multi_company.shown" in form else present["multi_company"],
        "depends_on": _in_order(form.getlist("depends_on"), present["depends_on"]),
        "fields": fields + [_read_own(form, f"own.{number}", own, known) for number in _numbers(form, "own")],
        "templates": [_read_template(form, f"template.{number}", known) for number in _numbers(form, "template")],
    }


def _in_order(ticked: list[str], present: Iterable[str]) -> list[str]:
    """What is ticked, in the order it has already."""
    kept = [each for each in present if each in ticked]
    return kept + [each for each in ticked if each not in kept]


def _read_shipped(form: Form, place: int, field: Mapping[str, Any], known: Known) -> Document:
    key = f"field.{place}"
    if f"{key}.direction" not in form:
        return dict(field)
    return {**field, **_read_settings(form, key, field, known)}


def _read_settings(form: Form, key: str, field: Mapping[str, Any], known: Known) -> Document:
    column, present = known.sales.get(field["sales"] or ""), field.get("transformation")
    return {
        "enabled": f"{key}.enabled" in form,
        "direction": form.get(f"{key}.direction", ""),
        "transformation": read_transformation(form, key, known.transformations, column, present),
        "resolution": form.get(f"{key}.resolution") or None,
        "blank_if_missing": f"{key}.blank_if_missing" in form,
        "not_null": f"{key}.not_null" in form,
        "cut": f"{key}.cut" in form,
    }


def _read_own(form: Form, key: str, present: Mapping[str, Document], known: Known) -> Document:
    bc, sales = (form.get(f"{key}.{side}", "").strip() or None for side in ("bc", "sales"))
    column = known.sales.get(sales or "") if bc is None else known.bc.get(bc)
    constant = form.get(f"{key}.constant", "").strip()
    name = form.get(f"{key}.name", "").strip() or bc or sales or ""
    before = {"transformation": present.get(name, {}).get("transformation"), "sales": sales}
    return {
        "name": name,
        "bc": bc,
        "sales": sales,
        "caption": form.get(f"{key}.caption", "").strip(),
        "reference": form.get(f"{key}.reference") or None,
        "constant": typed(constant, column) if constant else None,
        **_read_settings(form, key, before, known),
    }


def _read_template(form: Form, key: str, known: Known) -> Document:
    side = form.get(f"{key}.side", "bc")
    names = [each.strip() for each in form.getlist(f"{key}.property")]
    values = zip(names, form.getlist(f"{key}.value"), strict=False)
    priority = form.get(f"{key}.priority", "").strip()
    return {
        "name": form.get(f"{key}.name", "").strip(),
        "side": side,
        "priority": int(priority) if priority.isdecimal() and len(priority) < 8 else 0,
        "filter": form.get(f"{key}.filter", "").strip(),
        "values": {name: typed(value.strip(), known.of(side).get(name)) for name, value in values if name},
    }


def _numbers(form: Form, kind: str) -> list[int]:
    """The places of the form's own fields, or templates, in their order."""
    found = (re.fullmatch(rf"{kind}\.(\d{{1,4}})\.\w+", name) for name in form)
    return sorted({int(each[1]) for each in found if each})


def without(document: Document, kind: str, number: int, shipped: Iterable[str]) -> Document:
    """The settings without one own field, or one template."""
    if kind == "template":
        return {**document, "templates": _left_out(document["templates"], number)}
    names = set(shipped)
    kept = [each for each in document["fields"] if each["name"] in names]
    own = [each for each in document["fields"] if each["name"] not in names]
    return {**document, "fields": kept + _left_out(own, number)}


def _left_out(rows: list[Document], number: int) -> list[Document]:
    return [each for place, each in enumerate(rows) if place != number]
