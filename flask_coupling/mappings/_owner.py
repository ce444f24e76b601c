"""Who of Sales owns a row: the user coupled with the salesperson of Business Central, where there is one."""

from flask_coupling.core.mapping import FieldMapping, Reference
from flask_coupling.core.side import Direction


def owner(salesperson: str, *, enabled: bool = True) -> FieldMapping:
    """Return the field of the owner, who is the salesperson that this property of Business Central names by code."""
    return FieldMapping(
        bc=salesperson,
        sales="ownerid",
        direction=Direction.TO_SALES,
        caption="Salesperson",
        reference=Reference("SALESPEOPLE", "code"),
        blank_if_missing=True,
        not_null=True,
        enabled=enabled,
    )
