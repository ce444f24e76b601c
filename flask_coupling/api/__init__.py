"""REST: thin views over the operations, an OpenAPI 3.1 document, and problems as answers."""

from .notifications import init_notifications
from .register import init_api

__all__ = ["init_api", "init_notifications"]
