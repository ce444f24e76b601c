"""How the connection does, at a glance."""

from __future__ import annotations

from dataclasses import replace

from flask_coupling.operations import health as healths
from flask_coupling.operations.views import Finding

from .. import ui
from ..answers import Answer, page


def health(connection: str) -> Answer:
    """What there is to look at, how far behind each table is, and what the services were asked."""
    view = healths.get_health(connection)
    view = replace(view, findings=tuple(_captioned(each) for each in view.findings))
    return page("health.html", health=view, late=healths.LATE_INTERVALS)


def _captioned(finding: Finding) -> Finding:
    """Names the table as the pages do."""
    if not finding.mapping:
        return finding
    facts = {**finding.problem.facts, "mapping": ui.caption(finding.mapping)}
    return replace(finding, problem=replace(finding.problem, facts=facts))
