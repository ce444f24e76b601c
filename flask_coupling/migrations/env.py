"""Alembic's environment for the extension's own tables; the caller hands over an open connection."""

from alembic import context

from flask_coupling.migrations import VERSION_TABLE
from flask_coupling.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=True,  # also on SQLite, where Alembic would not expect it
    compare_type=True,
)

with context.begin_transaction():
    context.run_migrations()
