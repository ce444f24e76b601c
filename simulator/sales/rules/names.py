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
    return _compose(values, _columns(prefix))


def _compose(values: Row, columns: tuple[str, ...]) -> str | None:
    line1, line2, line3, postal_code, city, state, country = map(values.get, columns)
    town = f"{postal_code} {city}" if postal_code and city else postal_code or city
    return "\r\n".join([part for part in (line1, line2, line3, town, state, country) if part]) or None


def _columns(prefix: str) -> tuple[str, ...]:
    names = (*_ADDRESS_LINES, "postalcode", "city", "stateorprovince", "country")
    return tuple(f"{prefix}_{name}" for name in names)


def composing(*prefixes: str) -> Rule:
    """Return the rule that keeps the composite columns of these addresses."""
    composites = [(f"{prefix}_composite", _columns(prefix), frozenset(_columns(prefix))) for prefix in prefixes]

    def before_write(write: Write) -> None:
        values = write.values
        for composite, columns, names in composites:
            if not names.isdisjoint(values):
                values[composite] = _compose(values, columns)
            elif write.before is not None:
                values.pop(composite, None)

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
