"""The business done with a coupled customer: what Business Central says of its balance, and what is open in Sales."""

from __future__ import annotations

from dataclasses import dataclass

from flask_coupling.core.record import Value
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError, RecordNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.mappings._statistics import ACCOUNT_STATISTICS
from flask_coupling.permissions import require

from .couplings import get_coupling
from .setting import effective_mappings, enabled_connection
from .show import show_error
from .statistics import CUSTOMER, count_activity
from .views import Problem

OPEN = ("opportunities", "quotes", "orders", "cases")


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount of Business Central, in its own currency."""

    caption: str
    value: Value


@dataclass(frozen=True, slots=True)
class Business:
    """Amounts of a customer, and how much is open for its account by kind.

    A service that does not answer leaves its part empty and says why in `problems`, by side; the other part is there.
    """

    figures: tuple[Figure, ...]
    open: dict[str, int]
    problems: dict[str, Problem]


def has_business(connection: str, mapping: str) -> bool:
    """Whether the couplings of a table mapping have anything to tell here: those of accounts do."""
    found = effective_mappings(connection).get(mapping)
    return found is not None and found.sales.name == "accounts"


def get_business(connection: str, coupling_id: int) -> Business:
    """Return what both systems tell of a coupling's business now; raises CouplingNotFound."""
    require("view", connection=connection)
    coupling = get_coupling(connection, coupling_id)
    figures: tuple[Figure, ...] = ()
    counts: dict[str, int] = {}
    problems: dict[str, Problem] = {}
    try:
        figures = _figures(connection, coupling.bc_id) if coupling.mapping == CUSTOMER else ()
    except CouplingError as error:
        problems[Side.BC.value] = show_error(error)
    try:
        activity = count_activity(connection, [coupling_id])[coupling_id]
        counts = {name: getattr(activity, name) for name in OPEN}
    except CouplingError as error:
        problems[Side.SALES.value] = show_error(error)
    return Business(figures, counts, problems)


def _figures(connection: str, bc_id: str) -> tuple[Figure, ...]:
    """The amounts that the customer statistics of Sales are made of."""
    bc = current_coupling.endpoints(enabled_connection(connection))[0]
    record = bc.get(ACCOUNT_STATISTICS.view(Side.BC), bc_id)
    if record is None:
        raise RecordNotFound(service=Side.BC.label, table=ACCOUNT_STATISTICS.bc.name, id=bc_id)
    shown = ACCOUNT_STATISTICS.enabled_fields[2:]  # behind the name and the number, which the card shows
    return tuple(Figure(each.caption or each.name, record.values.get(each.bc or "")) for each in shown)
