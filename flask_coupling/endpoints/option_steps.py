"""What a write asks of the options of a choice: which of Dataverse's actions, or why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from flask_coupling.core.side import Side
from flask_coupling.errors import (
    CouplingError,
    DuplicateRecord,
    RecordNotFound,
    StaleRecordConflictError,
    ValueRefused,
)

from .batch import Part
from .endpoint import Verb, Write
from .refusal import Subject

FIRST_OWN = 100_000_000
"""Where options begin that are not Microsoft's: what the default publisher of an environment numbers from."""

ENGLISH = 1033
"""The language of labels where none says its own."""

_SERVICE = Side.SALES.label

Choice = tuple[str, str]
"""A table and one of its choices, by logical names."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a choice by number, with their labels in the language of the one who reads."""

    labels: Mapping[int, str]
    language: int = ENGLISH


@dataclass(frozen=True, slots=True)
class Step:
    """What a write asks of one choice and its copies: option `number` gets `label`, or goes when that is None."""

    number: int
    label: str | None
    language: int

    def part(self, choice: Choice, options: Options) -> Part | None:
        """The operation on one choice, or None when it is so already."""
        entity, column = choice
        place = {"EntityLogicalName": entity, "AttributeLogicalName": column, "Value": self.number}
        present = options.labels.get(self.number)
        if present == self.label:
            return None
        if self.label is None:
            return Part("POST", "DeleteOptionValue", {}, place)
        label = {
            "@odata.type": "Microsoft.Dynamics.CRM.Label",
            "LocalizedLabels": [
                {
                    "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                    "Label": self.label,
                    "LanguageCode": self.language,
                }
            ],
        }
        if present is None:
            return Part("POST", "InsertOptionValue", {}, {**place, "Label": label})
        return Part("POST", "UpdateOptionValue", {}, {**place, "Label": label, "MergeLabels": True})


def step_of(write: Write, options: Options, free: int) -> Step | CouplingError:
    """What a write asks for, or why it cannot be."""
    table = write.view.table
    label = str(write.values.get(table.title) or "").strip()
    subject = Subject(table.name, write.id or "", write.verb)
    taken = {text.casefold(): number for number, text in options.labels.items()}
    if write.verb is Verb.CREATE:
        if label.casefold() in taken:
            detail = f"an option with the label {label}"
            return DuplicateRecord(service=_SERVICE, record=subject.record, table=table.name, detail=detail)
        return Step(free, label, options.language) if label else _without_label(subject)
    number = int(write.id) if write.id and write.id.isascii() and write.id.isdigit() else -1
    if number not in options.labels:
        return RecordNotFound(service=_SERVICE, id=write.id, table=table.name)
    if write.if_match not in (None, "*", tag_of(options.labels[number])):
        return StaleRecordConflictError(service=_SERVICE, record=subject.record, table=table.name, id=write.id)
    if write.verb is Verb.DELETE:
        return Step(number, None, options.language)
    if table.title not in write.values:
        return Step(number, options.labels[number], options.language)
    return Step(number, label, options.language) if label else _without_label(subject)


def _without_label(subject: Subject) -> CouplingError:
    return ValueRefused(service=_SERVICE, record=subject.record, detail="an option needs a label")


def free_numbers(known: Sequence[Options]) -> Iterator[int]:
    """Numbers that no option of these choices has, without end."""
    number = max([FIRST_OWN - 1, *(each for options in known for each in options.labels)])
    while True:
        number += 1
        yield number


def tag_of(label: str) -> str:
    """The etag of an option: a digest of its label, since Dataverse has none."""
    return f'W/"{blake2b(label.encode(), digest_size=8).hexdigest()}"'
