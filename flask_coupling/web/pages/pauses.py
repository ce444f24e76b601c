"""Pause one coupling from its card, and let it go on."""

from __future__ import annotations

from .. import ui
from ..answers import Answer, back_to, done, next_address
from .selection import pause_or_resume


def pause_coupling(connection: str, id: int) -> Answer:
    """Pause a coupling, or resume it, as the button says."""
    back = next_address(ui.address("coupling_card", id=id))
    back_to(back)
    return done(back, *pause_or_resume(connection, [id]))
