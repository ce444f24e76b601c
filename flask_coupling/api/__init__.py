"""REST: thin views over the operations, an OpenAPI 3.1 document, and problems as answers."""

from .register import init_api

__all__ = ["init_api"]
