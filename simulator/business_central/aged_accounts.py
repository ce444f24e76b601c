"""What the aged accounts of customers and of vendors have in common: everything but whose they are."""

from __future__ import annotations

from simulator.business_central.rules.computed import COMPUTED_RULES
from simulator.odata.edm import Access, Derived, EntitySet, Property, Subpage, code, date, decimal, guid, text
from simulator.odata.rules import Derive

_FIXED = Access.READ_ONLY
_PERIODS: tuple[Property, ...] = tuple(
    decimal(name, access=_FIXED)
    for name in ("balanceDue", "currentAmount", "period1Amount", "period2Amount", "period3Amount")
)


def aged_accounts(entity: str, title: str, party: str, fill: Derive) -> EntitySet:
    """Return the aged accounts of a party ("customer"), which ``fill`` computes."""
    return EntitySet(
        name=f"{entity}s",
        entity=entity,
        title=title,
        properties=(
            guid(f"{party}Id", access=_FIXED),
            code(f"{party}Number", 20, access=_FIXED),
            text("name", 100, access=_FIXED),
            code("currencyCode", 10, access=_FIXED),
            *_PERIODS,
            date("agedAsOfDate", access=_FIXED),
            text("periodLengthFilter", 10, access=_FIXED),
        ),
        key=f"{party}Id",
        subpage=Subpage(
            entity,
            {"": f"{party}s"},
            f"Aged accounts of all {party}s are not supported; read those of one {party}.",
            column=f"{party}Id",
            kind="",
        ),
        derived=Derived(fill=fill),
        insert_allowed=False,
        modify_allowed=False,
        delete_allowed=False,
        rules=COMPUTED_RULES,
    )
