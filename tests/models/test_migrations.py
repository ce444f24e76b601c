"""The shipped migrations, on both databases."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from flask_coupling import migrations
from flask_coupling.errors import SchemaOutdated
from flask_coupling.models import Base


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """An empty database."""
    on_file = request.param == "sqlite"
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}" if on_file else request.getfixturevalue("postgres"))
    yield engine
    engine.dispose()


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def test_an_empty_database_gets_all_tables_and_upgrading_again_changes_nothing(engine: sa.Engine) -> None:
    for _ in range(2):
        migrations.upgrade(engine)
        assert tables(engine) == {*Base.metadata.tables, migrations.VERSION_TABLE}
        migrations.check_schema(engine)


def test_models_and_migrations_say_the_same(engine: sa.Engine) -> None:
    migrations.upgrade(engine)
    assert migrations.find_drift(engine) == []
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE coupling_connection ADD COLUMN forgotten VARCHAR(5)")
        connection.exec_driver_sql("DROP TABLE coupling_conflict")
    assert {each[0] for each in migrations.find_drift(engine)} >= {"remove_column", "add_table"}


def test_a_missing_or_older_revision_is_named(engine: sa.Engine) -> None:
    with pytest.raises(SchemaOutdated) as caught:
        migrations.check_schema(engine)
    assert caught.value.facts == {"current": "none", "needed": migrations.needed_revision()}
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {migrations.VERSION_TABLE} SET version_num = 'r0000'")
    with pytest.raises(SchemaOutdated, match="r0000"):
        migrations.check_schema(engine)


def test_processes_that_upgrade_at_once_wait_for_each_other(engine: sa.Engine) -> None:
    start, failures = Barrier(4), []

    def upgrade() -> None:
        start.wait()
        try:
            migrations.upgrade(engine)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    migrations.check_schema(engine)


def test_a_failed_upgrade_leaves_nothing_behind(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE coupling_synch_job_error (id INTEGER)")
    with pytest.raises(sa.exc.DBAPIError):
        migrations.upgrade(engine)
    assert tables(engine) == {"coupling_synch_job_error"}


def host_metadata() -> sa.MetaData:
    """A host's own tables, one of them with a name like ours."""
    metadata = sa.MetaData()
    sa.Table("host_order", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("coupling_sizes", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata


def changes(engine: sa.Engine, **options: Any) -> list[tuple[str, str]]:
    """What the host's `flask db migrate` would write into its revision: the kind of each change and its table."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, host_metadata())
    return sorted((each[0], each[1].name if isinstance(each[1], sa.Table) else "") for each in found)


def test_the_hosts_autogenerate_leaves_our_tables_alone_with_the_helper(engine: sa.Engine) -> None:
    migrations.upgrade(engine)
    wanted = [("add_table", "coupling_sizes"), ("add_table", "host_order")]
    assert changes(engine, include_object=migrations.include_object) == wanted
    host_metadata().create_all(engine)
    assert changes(engine, include_object=migrations.include_object) == []
    assert ("remove_table", "coupling_coupling") in changes(engine), "without the helper ours would be dropped"


def test_a_maintainers_next_revision_holds_only_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = migrations.write_revision("Nothing new", "r9999")
    try:
        text = script.read_text()
    finally:
        script.unlink()
    assert "op." not in text and '"""Nothing new."""' in text
