"""Alembic's environment for the extension's own tables; the caller hands over an open connection."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from flask_coupling.migrations import VERSION_TABLE
from flask_coupling.models import Base


def render_plainly(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write a column type of ours into a revision as what the database has: revisions outlive our classes."""
    is_ours = kind == "type" and isinstance(item, TypeDecorator)
    return f"sa.{item.impl!r}" if is_ours else False


connection = context.config.attributes["connection"]


def is_for_this(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave out the indexes that only another kind of database has."""
    return kind != "index" or item.info.get("only", connection.dialect.name) == connection.dialect.name


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=True,  # also on SQLite, where Alembic would not expect it
    compare_type=True,
    include_object=is_for_this,
    render_item=render_plainly,
)

with context.begin_transaction():
    context.run_migrations()
