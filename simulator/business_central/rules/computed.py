"""Rows that the service computes whenever they are asked for: nobody stores one."""

from __future__ import annotations

from simulator.business_central.words import dialog
from simulator.odata.rules import Rules, Write


def _refuse(write: Write) -> None:
    raise dialog(f"The rows of {write.entity_set} are computed and cannot be written.")


COMPUTED_RULES = Rules(before_write=_refuse)
