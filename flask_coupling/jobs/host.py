"""What running jobs takes from the app: the extension's state has it, and so may a test's own object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.models import JobKind
from flask_coupling.settings import Settings

from .context import Handler
from .engine import JobEngine


class JobHost(Protocol):
    """The app's side of jobs."""

    @property
    def app(self) -> Flask:
        """The app jobs run for; the sender of signals."""
        ...

    @property
    def settings(self) -> Settings:
        """The configuration."""
        ...

    @property
    def session(self) -> scoped_session[Session]:
        """The session that holds the extension's tables."""
        ...

    @property
    def db_engine(self) -> Engine:
        """The database those tables are in."""
        ...

    @property
    def engine(self) -> JobEngine:
        """What delivers jobs."""
        ...

    @property
    def handlers(self) -> Mapping[JobKind, Handler]:
        """What a job of each kind runs."""
        ...

    def clock(self) -> datetime:
        """The present moment as an aware UTC time."""
        ...
