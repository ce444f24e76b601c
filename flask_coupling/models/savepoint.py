"""A savepoint that stays inside its transaction, on every database."""

from __future__ import annotations

from sqlalchemy.orm import Session, SessionTransaction, scoped_session


def savepoint(session: Session | scoped_session[Session]) -> SessionTransaction:
    """Begin a nested transaction: `with savepoint(session): ...` is undone alone when the block raises.

    Python's SQLite driver begins a transaction only before it changes rows. A savepoint that comes first would be the
    transaction itself, and its release a commit: what follows could no longer be rolled back with it.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite" and not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN")
    return session.begin_nested()
