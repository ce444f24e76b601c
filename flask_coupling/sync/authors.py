"""Ask who changed the records that are in conflict: only when one is opened, never for each record."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError

from .carry_out import Services
from .conflicts import opening
from .ledger import Ledger
from .work import Work

log = logging.getLogger("flask_coupling")


def ask_authors(services: Services, ledger: Ledger, works: Sequence[Work]) -> dict[str, str]:
    """The names of those who changed the records last for which a conflict is about to be opened, by record id.

    At most one request to each service; one that fails tells nobody, which is no reason to fail the run.
    """
    found: dict[str, str] = {}
    conflicts = opening(ledger.session, works)
    for side in Side:
        ids = [record.id for work in conflicts if (record := work.plan.pair.of(side)) is not None]
        try:
            found |= services.of(side).authors(services.view(side).table, ids) if ids else {}
        except CouplingError as error:
            log.info("who changed records in conflict was not told side=%s code=%s", side.value, error.code)
    return found
