"""Create and upgrade the extension's tables: Alembic scripts with their own version table, run from Python."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, func, select

from flask_coupling.errors import SchemaOutdated
from flask_coupling.models import Base

VERSION_TABLE = "coupling_alembic_version"

_LOCK = 0x636F75706C696E67  # "coupling" in ASCII: the advisory lock that upgrading processes wait for


def upgrade(engine: Engine) -> None:
    """Bring the tables to this version's revision, in one transaction; several processes may ask at once."""
    with engine.begin() as connection:
        _wait_for_others(connection)
        command.upgrade(_config(connection), "head")


def write_revision(message: str, revision: str) -> Path:
    """For maintainers: write the next script, with what the models have and the scripts have not; to be read over."""
    with create_engine("sqlite://").connect() as connection:
        command.upgrade(_config(connection), "heads")
        script = command.revision(_config(connection), message, autogenerate=True, rev_id=revision)
    assert isinstance(script, Script)
    return Path(script.path)


def find_drift(engine: Engine) -> list[Any]:
    """What the models have and the tables have not, or the other way round, in Alembic's words; empty when alike."""
    # Alembic's own `check` raises with a sentence; the list is what a test can show
    from_models = {"version_table": VERSION_TABLE, "include_object": _is_ours, "compare_type": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=from_models)
        found = compare_metadata(context, Base.metadata)
        return [each for each in found if not _is_for_another(each, connection.dialect.name)]


def _is_for_another(difference: Any, dialect: str) -> bool:
    """Whether it is an index that only another kind of database has; Alembic does not know of that."""
    indexes = (each for table in Base.metadata.tables.values() for each in table.indexes)
    bound: dict[Any, str] = {each.name: each.info["only"] for each in indexes if "only" in each.info}
    return difference[0] == "add_index" and bound.get(difference[1].name, dialect) != dialect


def check_schema(engine: Engine) -> None:
    """Raise SchemaOutdated unless the tables are at this version's revision."""
    with engine.connect() as connection:
        current = current_revision(connection)
    if current != needed_revision():
        raise SchemaOutdated(current=current or "none", needed=needed_revision())


def current_revision(connection: Connection) -> str | None:
    """The revision the tables are at, or None when there are none."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


@lru_cache(maxsize=1)
def needed_revision() -> str:
    """The revision this version of the extension works with."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None, "the package holds at least one revision"
    return head


def include_object(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """For a host's `env.py`: `context.configure(..., include_object=include_object)`.

    The host's `flask db migrate` then leaves our tables alone; without it Alembic proposes to drop them, because
    they stand in the database and not in the host's metadata.
    """
    return not _is_ours(item, name, kind, reflected, compare_to)


def _is_ours(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    table = name if kind == "table" else item.table.name
    return table in Base.metadata.tables or table == VERSION_TABLE


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    elif connection.dialect.name == "sqlite":
        # Python's driver begins no transaction before DDL: without this, two processes would create the same table
        connection.exec_driver_sql("BEGIN IMMEDIATE")
