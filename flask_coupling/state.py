"""What the extension holds for one app: settings, session, cipher, mappings, endpoints, job engine and clock."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from cryptography.fernet import MultiFernet
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.mapping import TableMapping
from flask_coupling.endpoints.usage import UsageMeter
from flask_coupling.errors import NotConfigured
from flask_coupling.jobs.context import Handler
from flask_coupling.jobs.engine import JobEngine
from flask_coupling.models import JobKind
from flask_coupling.models.encrypted import make_cipher
from flask_coupling.services import Services
from flask_coupling.settings import Settings

log = logging.getLogger(__name__)


@dataclass(kw_only=True, eq=False, repr=False)
class CouplingState:
    """The one entry `app.extensions["coupling"]`.

    `mappings` are the declared table mappings by name, the host's own among them; `handlers` what a job of each kind
    runs; `endpoints` gives both services of a connection row, the same pair until the row is saved again;
    `usage` counts what is asked of them.
    """

    app: Flask
    settings: Settings
    db_session: scoped_session[Session]
    db_engine: Engine
    engine: JobEngine
    endpoints: Services
    usage: UsageMeter
    check_schema: Callable[[Engine], None]
    mappings: dict[str, TableMapping] = field(default_factory=dict)
    handlers: dict[JobKind, Handler] = field(default_factory=dict)
    _schema_is_right: bool = False

    @property
    def session(self) -> scoped_session[Session]:
        """The session that holds our tables; raises SchemaOutdated until they are at this version's revision."""
        if not self._schema_is_right:
            self.check_schema(self.db_engine)
            self._schema_is_right = True
        return self.db_session

    def clock(self) -> datetime:
        """The present moment as an aware UTC time."""
        return self.settings.clock()

    @cached_property
    def cipher(self) -> MultiFernet:
        """What encrypts stored secrets; raises NotConfigured without keys outside debug and testing."""
        return make_cipher(self.settings.secret_keys or [self._derived_key()])

    def _derived_key(self) -> str:
        secret = self.app.secret_key
        if not (self.app.debug or self.app.testing) or not secret:
            raise NotConfigured(
                detail="COUPLING_SECRET_KEYS is empty, so client secrets cannot be stored",
                remedy="Make a key with `python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'`, keep it outside the code, and put it in that list",
            )
        log.warning("COUPLING_SECRET_KEYS is empty; in debug and testing a key is derived from SECRET_KEY")
        text = secret if isinstance(secret, bytes) else secret.encode()
        return urlsafe_b64encode(sha256(b"flask_coupling client secrets\0" + text).digest()).decode()
