"""Read a document into a table mapping: every mistake is told at its place, none is guessed away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from flask_coupling.errors import MappingInvalid

from .argument import ArgumentMisfit
from .conflict import ConflictScope, DeletionConflictResolution, UpdateConflictResolution
from .criteria import Criterion, in_groups
from .fault import Fault, listed
from .filter_text import FilterUnreadableError, read_filter
from .mapping import FieldMapping, Reference, TableMapping
from .mapping_document import Document
from .record import Value
from .side import Direction, Side, direction_from
from .table_filter import EVERYTHING, TableFilter
from .template import Template
from .transformation import all_transformations, get_transformation

Choice = TypeVar("Choice", bound=StrEnum)


class MappingReader:
    """Makes a table mapping of `declared` and a document; `faults` then holds what is wrong with it.

    `mappings` are the table mappings there are, for references and dependencies.
    """

    def __init__(self, declared: TableMapping, mappings: Mapping[str, TableMapping]) -> None:
        self.declared = declared
        self.mappings = mappings
        self.faults: list[Fault] = []

    def read(self, document: Document) -> TableMapping | None:
        """The mapping, or None when something of it is wrong. The document is complete and of the right types."""
        direction = self._choice("direction", Direction, document["direction"])
        fields = [self._field(each, direction) for each in document["fields"]]
        made = {
            "in_use": document["in_use"],
            "direction": direction,
            "only_coupled": document["only_coupled"],
            "match_first": document["match_first"],
            "multi_company": document["multi_company"],
            "update_conflict": self._choice("update_conflict", UpdateConflictResolution, document["update_conflict"]),
            "deletion_conflict": self._choice(
                "deletion_conflict", DeletionConflictResolution, document["deletion_conflict"]
            ),
            "conflict_scope": self._choice("conflict_scope", ConflictScope, document["conflict_scope"]),
            **{f"{side}_filter": self._filter(side, f"{side}_filter", document[f"{side}_filter"]) for side in Side},
            "depends_on": self._known_mappings(document["depends_on"]),
            "templates": tuple(self._template(place, each) for place, each in enumerate(document["templates"])),
        }
        kept = tuple(each for each in fields if each is not None)
        made["match_on"] = self._match_on(document["match_on"], kept)
        if direction is not None:
            self._check_fields(kept, direction)
        mapping = None if self.faults else self._make({**made, "fields": kept})
        if mapping is not None:
            self._check_criteria(mapping, document["match"])
        return None if self.faults else mapping

    def _check_criteria(self, mapping: TableMapping, rows: Iterable[Document]) -> None:
        try:
            in_groups([Criterion(**{**each, "normalize": tuple(each["normalize"])}) for each in rows], mapping)
        except MappingInvalid as error:
            self.faults.append(Fault("match", "invalid", {"detail": error.facts["detail"]}))

    def _make(self, made: dict[str, Any]) -> TableMapping | None:
        try:
            return self.declared.replaced(**made)
        except MappingInvalid as error:
            self.faults.append(Fault("", "invalid", {"detail": error.facts["detail"]}))
            return None

    def _fault(self, path: str, code: str, **facts: Any) -> None:
        self.faults.append(Fault(path, code, facts))

    def _choice(self, path: str, kind: type[Choice], value: str) -> Choice | None:
        if value in list(kind):
            return kind(value)
        self._fault(path, "choice_unknown", value=value, options=listed(kind))
        return None

    def _filter(self, side: Side, path: str, text: str) -> TableFilter:
        """The filter on one side's table; a lookup may be named by its value column, as the service reads it."""
        try:
            return _with_plain_lookups(read_filter(text), self.declared, side)
        except FilterUnreadableError as error:
            self.faults.append(error.fault.below(path))
            return EVERYTHING

    def _known_mappings(self, names: Iterable[str]) -> tuple[str, ...]:
        for name in names:
            if name not in self.mappings:
                self._fault("depends_on", "mapping_unknown", value=name)
            elif name == self.declared.name:
                self._fault("depends_on", "dependency_cycle", cycle=f"{name} -> {name}")
        return tuple(dict.fromkeys(names))

    def _match_on(self, names: Iterable[str], fields: Iterable[FieldMapping]) -> tuple[str, ...]:
        known = {each.name: each for each in fields}
        for name in names:
            if name not in known or not known[name].is_pair:
                self._fault("match_on", "match_unknown", name=name)
        return tuple(dict.fromkeys(names))

    # --- fields ------------------------------------------------------------------------------------------------------

    def _field(self, document: Document, outer: Direction | None) -> FieldMapping | None:
        path = f"fields.{document['name']}"
        before = len(self.faults)
        direction = self._choice(f"{path}.direction", Direction, document["direction"])
        shipped = next((each for each in self.declared.fields if each.name == document["name"]), None)
        reference = shipped.reference if shipped is not None else self._reference(path, document)
        has_ends = self._check_ends(path, document, shipped)
        self._check_transformation(path, document["transformation"], reference)
        resolution = document["resolution"]
        if resolution is not None:
            resolution = self._choice(f"{path}.resolution", UpdateConflictResolution, resolution)
        if direction is Direction.BIDIRECTIONAL and _is_one_way(document["transformation"]):
            self._fault(f"{path}.direction", "transformation_one_way", transformation=document["transformation"])
        if direction is not None and document["enabled"] and has_ends:
            self._check_direction(path, document, direction, outer)
        if direction is None or len(self.faults) > before:
            return None
        return FieldMapping(
            bc=document["bc"],
            sales=document["sales"],
            direction=direction,
            transformation=document["transformation"],
            constant=document["constant"],
            reference=reference,
            blank_if_missing=document["blank_if_missing"],
            not_null=document["not_null"],
            cut=document["cut"],
            resolution=resolution,
            enabled=document["enabled"],
            caption=document["caption"],
            alias=_alias(document) if shipped is None else shipped.alias,
            required_from=None if shipped is None else shipped.required_from,
            only_new=False if shipped is None else shipped.only_new,
            rates=None if shipped is None else shipped.rates,
        )

    def _check_ends(self, path: str, document: Document, shipped: FieldMapping | None) -> bool:
        bc, sales, constant = document["bc"], document["sales"], document["constant"]
        before = len(self.faults)
        if shipped is not None and (shipped.bc, shipped.sales) != (bc, sales):
            self._fault(path, "shipped_ends", name=document["name"])
        elif bc is None and sales is None:
            self._fault(f"{path}.bc", "names_neither_side")
        elif bc is not None and sales is not None and constant is not None:
            self._fault(f"{path}.constant", "constant_of_pair")
        elif (bc is None or sales is None) and constant is None:
            self._fault(f"{path}.constant", "constant_missing")
        return len(self.faults) == before

    def _check_transformation(self, path: str, name: str | None, reference: Reference | None) -> None:
        known = [each.name for each in all_transformations()]
        if name is not None and name.partition("{")[0].strip() not in known:
            self._fault(f"{path}.transformation", "transformation_unknown", value=name, options=listed(known))
        elif name is not None and (fault := _refused(name)):
            self.faults.append(fault.below(f"{path}.transformation"))
        elif name is not None and reference is not None:
            self._fault(f"{path}.transformation", "reference_transformed")

    def _check_direction(self, path: str, document: Document, direction: Direction, outer: Direction | None) -> None:
        target = Side.SALES if document["bc"] is None else Side.BC
        if None in (document["bc"], document["sales"]) and direction is not direction_from(target.other):
            facts = {"service": target.label, "direction": direction_from(target.other).value}
            self._fault(f"{path}.direction", "direction_misfit", **facts)
        elif outer is not None and direction.within(outer) is None:
            self._fault(f"{path}.direction", "direction_outside", direction=outer.value)

    def _reference(self, path: str, document: Document) -> Reference | None:
        """A reference of one's own: an id, or the code by which the other mapping's records are referred to."""
        name = document["reference"]
        if name is None:
            return None
        target = self.mappings.get(name)
        if target is None:
            self._fault(f"{path}.reference", "mapping_unknown", value=name)
            return None
        lookup = self.declared.sales.lookups.get(document["sales"] or "")
        if lookup is not None and lookup.target != target.sales.name:
            facts = {"property": document["sales"], "target": lookup.target, "table": target.sales.name}
            self._fault(f"{path}.reference", "reference_misfit", mapping=name, **facts)
        is_id = (document["bc"] or "").endswith("Id")
        return Reference(name, "" if is_id else target.reference_keys.get(Side.BC, ""))

    def _check_fields(self, fields: tuple[FieldMapping, ...], direction: Direction) -> None:
        """What TableMapping would refuse, told at its place."""
        enabled = [each for each in fields if each.enabled]
        if not enabled:
            self._fault("fields", "nothing_enabled")
        for name in _repeated(each.name for each in fields):
            self._fault(f"fields.{name}", "name_taken", name=name)
        for side in Side:
            told = [each for each in enabled if each.of(side) and _flows(each, direction, side)]
            for name in _repeated(each.of(side) or "" for each in told):
                self._at(enabled, side, name, "written_twice")
            written = {each.of(side) for each in told if each.is_pair}
            twice = set(_repeated(each.of(side) or "" for each in told))
            for name in _repeated(each.of(side) or "" for each in enabled if each.is_pair):
                if name in written and name not in twice:
                    self._at(enabled, side, name, "partners_unclear")

    def _at(self, fields: list[FieldMapping], side: Side, name: str, code: str) -> None:
        last = [each for each in fields if each.of(side) == name][-1]
        self._fault(f"fields.{last.name}.{side}", code, property=name, service=side.label)

    # --- templates ---------------------------------------------------------------------------------------------------

    def _template(self, place: int, document: Document) -> Template:
        path = f"templates.{place}"
        side = self._choice(f"{path}.side", Side, document["side"]) or Side.BC
        if not document["name"].strip():
            self._fault(f"{path}.name", "name_missing")
        values: dict[str, Value] = document["values"]
        return Template(
            name=document["name"].strip(),
            side=side,
            priority=document["priority"],
            filter=self._filter(side.other, f"{path}.filter", document["filter"]),
            values=values,
        )


def _refused(transformation: str) -> Fault | None:
    """Why a transformation does not take its arguments; None when it does."""
    try:
        get_transformation(transformation)
    except MappingInvalid as error:
        if isinstance(error.__cause__, ArgumentMisfit):
            return error.__cause__.fault
        return Fault("", "transformation_misfit", {"detail": str(error.facts["detail"])})
    return None


def _is_one_way(transformation: str | None) -> bool:
    return transformation is not None and not _refused(transformation) and get_transformation(transformation).one_way


def _alias(document: Document) -> str:
    usual = document["bc"] or document["sales"]
    return "" if document["name"] == usual else str(document["name"])


def _flows(field: FieldMapping, outer: Direction, side: Side) -> bool:
    flow = field.direction.within(outer)
    return flow is not None and flow.allows(side.other)


def _repeated(names: Iterable[str]) -> list[str]:
    found = list(names)
    return [name for name in dict.fromkeys(found) if found.count(name) > 1]


def _with_plain_lookups(table_filter: TableFilter, mapping: TableMapping, side: Side) -> TableFilter:
    names = {f"_{each}_value": each for each in mapping.table(side).lookups}
    if not any(each in names for each in table_filter.fields):
        return table_filter
    return table_filter.changed(lambda each: replace(each, field=names.get(each.field, each.field)))
