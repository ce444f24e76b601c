"""Pages under the extension's prefix: connection set-up, lists, cards, dialogs and the job log."""

from .blueprint import init_web

__all__ = ["init_web"]
