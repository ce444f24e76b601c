"""A column whose value is encrypted at rest, with keys that can be rotated."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from flask_coupling.errors import NotConfigured

UNREADABLE = "\x00unreadable"
"""What an encrypted column reads as when none of the configured keys fits; never a valid secret."""


def make_cipher(keys: Sequence[str]) -> MultiFernet:
    """A cipher of these Fernet keys: the first encrypts, all decrypt; raises NotConfigured for a malformed key."""
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        remedy = "Put Fernet keys (32 bytes, url-safe base64) in COUPLING_SECRET_KEYS"
        raise NotConfigured(detail="a key in COUPLING_SECRET_KEYS is malformed", remedy=remedy) from error


class EncryptedString(TypeDecorator[str]):
    """Text that is stored encrypted with the keys of the running app."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt; None stays NULL."""
        return None if value is None else _cipher().encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt; gives UNREADABLE when no key fits, so that a lost key is a state and not a crash."""
        if value is None:
            return None
        try:
            return _cipher().decrypt(value.encode()).decode()
        except InvalidToken:
            return UNREADABLE


def _cipher() -> MultiFernet:
    cipher = current_app.extensions["coupling"].cipher
    assert isinstance(cipher, MultiFernet)
    return cipher
