"""Errors that are answers: status, code and message, in words that each service's own error body carries."""

from __future__ import annotations


class ServiceError(Exception):
    """A refusal which the service itself would give; `headers` are added to the answer."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
