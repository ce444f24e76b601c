"""Web pages on the control API: both worlds side by side, the journal, the controls. They need no script."""

from simulator.web.pages import create_pages

__all__ = ["create_pages"]
