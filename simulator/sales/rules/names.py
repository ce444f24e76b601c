"""Computed names and addresses: a person's full name, an address in one text."""

from __future__ import annotations

from simulator.odata.rules import Row, Rule, Write

_PARTS = ("firstname", "middlename", "lastname")
_ADDRESS_LINES = ("line1", "line2", "line3")


def full_name(values: Row) -> str | None:
    """Return the name as the organization's settings put it: first, middle, last; None when there is none."""
    return " ".join(part for part in (values.get(name) for name in _PARTS) if part) or None


def compose_address(values: Row, prefix: str) -> str | None:
    """Return an address as one text of several lines, or None when it is empty."""
    town = " ".join(part for part in (values.get(f"{prefix}_postalcode"), values.get(f"{prefix}_city")) if part)
    parts = [values.get(f"{prefix}_{name}") for name in _ADDRESS_LINES]
    parts += [town, values.get(f"{prefix}_stateorprovince"), values.get(f"{prefix}_country")]
    return "\r\n".join(part for part in parts if part) or None


def _columns(prefix: str) -> tuple[str, ...]:
    names = (*_ADDRESS_LINES, "postalcode", "city", "stateorprovince", "country")
    return tuple(f"{prefix}_{name}" for name in names)


def composing(*prefixes: str) -> Rule:
    """Return the rule that keeps the composite columns of these addresses."""

    composites = [(prefix, f"{prefix}_composite", frozenset(_columns(prefix))) for prefix in prefixes]

    def before_write(write: Write) -> None:
        for prefix, composite, columns in composites:
            if write.before is not None or not columns.isdisjoint(write.values):
                write.values[composite] = compose_address(write.values, prefix)

    return before_write


def name_person(write: Write) -> None:
    """Keep the full name of a contact or user; one that a client sends is ignored."""
    write.values["fullname"] = full_name(write.values)


def in_turn(*rules: Rule) -> Rule:
    """Return one rule that runs several."""

    def run(write: Write) -> None:
        for rule in rules:
            rule(write)

    return run
