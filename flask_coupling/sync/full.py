"""Full synchronization of one table mapping: couple what matches, then look at every record of both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_coupling.core.criteria import Group
from flask_coupling.core.side import Side, direction_from

from .changes import synchronize_changes
from .finding import Finding, TooManyHeld, couple_matching, find
from .link import read_after
from .observe import observe_links
from .portions import process
from .run import Run

PORTION = 5000
"""Pairs that are read together: as many rows as a page of Dataverse holds."""


def synchronize_fully(
    run: Run, fingerprint: str, lasting: str, *, groups: Sequence[Group] = (), source: Side | None = None
) -> None:
    """Look at all records of both sides, and end where the mapping's ordinary runs go on.

    Records without a partner are first coupled by the criteria in `groups`, with the data of `source`; where that is
    doubtful nothing is created either. Few are found while both sides are read, many in a reading of their own. Until
    it is through, the run keeps its place under `fingerprint`, which is its own; then the cursors are valid under
    `lasting`, the mapping's.
    """
    if groups:
        try:
            return synchronize_changes(run, fingerprint, lasting, Finding(groups, source))
        except TooManyHeld:
            found = find(run, groups)
        if couple_matching(run, found, source) is None:
            return None
    return synchronize_changes(run, fingerprint, lasting)


def synchronize_unconditionally(run: Run) -> None:
    """Compare all coupled pairs of a one-way mapping, and make the receiving side say what the other says.

    What the two agreed on before does not count, so that edits at the receiving end are overwritten.
    """
    source = next(side for side in Side if run.direction is direction_from(side))
    after = 0
    while links := read_after(run.ledger.session, run.ledger.connection, run.mapping.name, after, PORTION):
        after = links[-1].id
        due = [link for link in links if link.id not in run.handled.links and not link.paused]
        observed = observe_links(due, run.services, run.ledger)
        anew = [(replace(pair, baseline=None, source=source), link) for pair, link in observed]
        if not process(run, anew):
            return
