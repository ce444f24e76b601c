"""The entity sets of Dynamics 365 Sales: add a file here and it is served."""

from __future__ import annotations

from pathlib import Path

from simulator.odata.collect import collect_entity_sets
from simulator.odata.edm import EntitySet


def entity_sets() -> tuple[EntitySet, ...]:
    """Return every declared entity set, in the order of the files' names."""
    return collect_entity_sets(__name__, str(Path(__file__).parent))
