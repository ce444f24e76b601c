"""What is wrong with an edited table mapping: where, and why, as values that pages can translate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

TEMPLATES: Mapping[str, str] = {
    "filter_long": "The filter is longer than {length} characters.",
    "filter_token": "At character {place}: {found} is no name, value or operator.",
    "filter_joined": "At character {place}: conditions are joined by and or or, not by {found}.",
    "filter_or": "At character {place}: what {found} joins has to be single comparisons, not some joined by and.",
    "filter_or_properties": "{service} joins by or only conditions on one and the same property, not on {options}.",
    "filter_operator": "At character {place}: after {property} comes one of {options}.",
    "filter_function": "At character {place}: {found} is not one of {options}.",
    "filter_word": "At character {place}: {found} cannot be used in a table filter.",
    "filter_name": "At character {place}: the name of a property is missing.",
    "filter_value": "At character {place}: a value is missing; a text stands in single quotes.",
    "filter_deep": "At character {place}: parentheses stand too deep inside each other.",
    "filter_mark": "At character {place}: {mark} is missing.",
    "filter_refused": "{service} does not take this filter: {detail}.",
    "property_unknown": "{service} has no property {property} in {table}.",
    "value_misfit": "{value} does not fit {property}, which holds {kind}.",
    "operator_misfit": "{operator} cannot be used on {property}, which holds {kind}.",
    "option_unknown": "{property} has no option {value}; it has {options}.",
    "kinds_differ": "{bc} holds {bc_kind} and {sales} holds {sales_kind}: choose a transformation between them.",
    "not_writable": "{service} does not let {property} be written.",
    "too_long": "{source} holds up to {length} characters and {property} only {room}: let it be cut, or choose another "
    "direction.",
    "value_long": "{value} has {length} characters, and {property} holds only {room}.",
    "choice_unknown": "{value} is not one of {options}.",
    "transformation_unknown": "There is no transformation named {value}; there are {options}.",
    "transformation_misfit": "The transformation cannot be used so: {detail}.",
    "argument_unknown": "{transformation} has no argument {argument}; it has {options}.",
    "argument_missing": "{transformation} needs the argument {argument}.",
    "argument_text": "{argument} of {transformation} has to be a text.",
    "argument_whole": "{argument} of {transformation} has to be a whole number from 0 to {most}.",
    "argument_choice": "{argument} of {transformation} is one of {options}.",
    "argument_table": "{argument} of {transformation} has to be an object of texts or whole numbers, by the value in "
    "Business Central.",
    "argument_empty": "{argument} of {transformation} must not be empty.",
    "argument_pattern": "{argument} of {transformation} is no regular expression: {detail}.",
    "argument_format": "{argument} of {transformation} has year (yyyy or yy), month (MM) and day (dd) once each.",
    "argument_twice": "{argument} of {transformation}: {value} stands for several values of Business Central.",
    "argument_country": "{argument} of {transformation}: {value} is not the code of a country.",
    "argument_language": "{argument} of {transformation}: no names of countries are known in the language {value}.",
    "argument_misfit": "{argument} of {transformation} does not fit: {detail}.",
    "arguments_long": "The arguments of {transformation} are longer than {length} characters.",
    "arguments_repeated": "The arguments of {transformation} have {value} several times: leave one of each.",
    "arguments_broken": "The arguments of {transformation} are no JSON object.",
    "transformation_one_way": "{transformation} has no way back: choose a direction.",
    "mapping_unknown": "There is no table mapping named {value}.",
    "lookup_unknown": "The table mapping does not declare the lookup column {property}; it knows {options}.",
    "reference_misfit": "{property} points to {target}, and the table mapping {mapping} is of {table}.",
    "reference_transformed": "A reference cannot be transformed as well.",
    "names_neither_side": "Name a property on at least one side.",
    "constant_of_pair": "A pair of properties cannot have a constant value: leave one side empty.",
    "constant_missing": "A property without a partner needs a constant value.",
    "direction_misfit": "A constant for {service} only flows there: choose {direction}.",
    "direction_outside": "The table mapping only goes {direction}.",
    "written_twice": "{property} in {service} is written by several fields: disable all but one.",
    "partners_unclear": "{property} in {service} has several partners, so what moved in it cannot be told apart.",
    "name_taken": "There are several fields named {name}.",
    "name_missing": "Give it a name.",
    "shipped_ends": "{name} belongs to the default synchronization setup: its properties stay; disable it, and add a "
    "field of your own.",
    "nothing_enabled": "At least one field must be enabled.",
    "match_unknown": "{name} is not a field of this table mapping.",
    "dependency_cycle": "The dependencies go in a circle: {cycle}. Leave one of them out.",
    "dependency_missing": "{name} refers to records of {mapping}, which therefore has to come first.",
    "overlap": "{mapping} selects records of the same table in {service}: no record may belong to both, so both "
    "filters need the same property with different values.",
    "alternative": "{mapping} makes the same records and is in use: take it out of use first.",
    "key_unknown": "There is no setting named {name}.",
    "wrong_shape": "This is not {shape}.",
    "mapping_foreign": "The file has no such table mapping here; it knows {options}.",
    "file_foreign": "This is no file of a synchronization setup: its format is not {format}.",
    "file_version": "The file is of version {version}, and only version {known} is known.",
    "invalid": "{detail}.",
}
"""A sentence for each code, with its facts in braces."""

KINDS: Mapping[str, str] = {
    "text": "text",
    "option": "an option",
    "id": "an id",
    "number": "a number",
    "truth": "yes or no",
    "day": "a date",
    "moment": "a point in time",
}
"""What kind of value a property holds, in words."""

KIND_FACTS = frozenset({"kind", "bc_kind", "sales_kind"})
"""Facts that are such a kind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at `path` (`bc_filter`, `fields.city.direction`, `templates.0.values.blocked`)."""

    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English."""
        told = {name: KINDS.get(value, value) if name in KIND_FACTS else value for name, value in self.facts.items()}
        return TEMPLATES[self.code].format_map(told)

    def below(self, path: str) -> Fault:
        """The same fault, seen from further up."""
        return Fault(f"{path}.{self.path}" if self.path else path, self.code, self.facts)


def listed(names: Iterable[object]) -> str:
    """Names as a sentence lists them; a dash when there are none."""
    return ", ".join(str(each) for each in names) or "–"
