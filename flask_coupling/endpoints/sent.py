"""A row as it is sent to Dataverse."""

from __future__ import annotations

from flask_coupling.core.mapping import Table
from flask_coupling.core.record import Value, Values

from .options import known_number, option_number
from .refusal import Subject


def sent_row(table: Table, values: Values, service: str, subject: Subject) -> dict[str, Value]:
    """The body: lookups are set by their navigation property, options by number, everything else by its column.

    Raises ValueRefused about `subject` for an option that has no such number.
    """
    body = dict(table.spread(values) if table.composites else values)
    for name, lookup in table.lookups.items():
        if name in body:
            value = body.pop(name)
            body[f"{lookup.navigation}@odata.bind"] = f"/{lookup.target}({value})" if value else None
    for name in table.options:
        if (value := body.get(name)) is not None:
            number = known_number(value) if isinstance(value, str) else None
            body[name] = option_number(value, service, subject) if number is None else number
    return body
