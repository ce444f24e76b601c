"""The link of two records with their baseline, and the intent that makes a create repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


def _rare(name: str, condition: str) -> Iterator[Index]:
    where = text(condition)
    yield Index(
        f"ix_{PREFIX}coupling_{name}",
        "connection",
        "mapping",
        "bc_title",
        sqlite_where=where,
        postgresql_where=where,
    )


def _index_where(column: str, condition: str, in_postgres: str = "") -> Index:
    """An index of the few rows that are ever looked for by this column; the others cost nothing when stored."""
    where = text(in_postgres or condition)
    return Index(None, "connection", "mapping", column, sqlite_where=text(condition), postgresql_where=where)


def _parent_index() -> Index:
    where = text("parent_id IS NOT NULL")
    return Index(f"ix_{PREFIX}coupling_parent_id", "parent_id", sqlite_where=where, postgresql_where=where)


class Coupling(Base):
    """A record of Business Central and its partner in Sales (CRM Integration Record).

    The two unique constraints make a double coupling impossible, also under simultaneous requests.
    `bc_values` and `sales_values` with their etags are the baseline, NULL until the pair was synchronized once;
    `source` (`bc` or `sales`) is the side chosen for that first synchronization. `unsettled` couplings are observed
    on both sides by every run: something of them is not carried yet (a conflict, an edit in the other direction,
    a failure). `search_text` holds number and titles, case-folded in all scripts. `bc_reference` and
    `sales_reference` hold the value by which other records' fields point to this one, where that is not its id.
    `error_code` and `error_message` tell why the last run failed or set it aside. `parent_id` is the coupling of the
    document a line belongs to, `freight_line_id` the line of Business Central that charges a document's freight, once
    it was seen. A `paused` coupling rests: its document is over in one of the services.
    """

    __tablename__ = f"{PREFIX}coupling"
    __table_args__ = (
        UniqueConstraint("connection", "mapping", "bc_id"),
        UniqueConstraint("connection", "mapping", "sales_id"),
        _index_where("unsettled", "unsettled = 1", "unsettled"),
        _index_where("bc_reference", "bc_reference IS NOT NULL"),
        _index_where("sales_reference", "sales_reference IS NOT NULL"),
        Index(None, "connection", "mapping", "bc_title", info={"only": "postgresql"}).ddl_if(dialect="postgresql"),
        Index(None, "connection", "mapping", "bc_number"),
        Index(None, "connection", "mapping", "sales_title"),
        # a search reads this instead of the wide rows, a list by title too; PostgreSQL bounds what an entry may hold
        Index(
            f"ix_{PREFIX}coupling_search",
            "connection",
            "mapping",
            "bc_title",
            "id",
            "search_text",
            info={"only": "sqlite"},
        ).ddl_if(dialect="sqlite"),
        # what a list is narrowed to is rare among many: found in these, not by reading all
        *_rare("error", "error_code IS NOT NULL"),
        *_rare("first", "bc_etag IS NULL"),
        Index(
            f"ix_{PREFIX}coupling_paused",
            "connection",
            "mapping",
            "bc_title",
            sqlite_where=text("paused = 1"),
            postgresql_where=text("paused"),
        ),
        _parent_index(),
        # a run tells by its id that a coupling is younger: SQLite would give that of a removed one to the next
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    bc_id: Mapped[str] = mapped_column(String(36))
    sales_id: Mapped[str] = mapped_column(String(36))
    parent_id: Mapped[int | None] = mapped_column(Integer, default=None)
    bc_number: Mapped[str] = mapped_column(String(100), default="")
    bc_title: Mapped[str] = mapped_column(String(255), default="")
    sales_title: Mapped[str] = mapped_column(String(255), default="")
    search_text: Mapped[str] = mapped_column(String(620), default="")
    bc_reference: Mapped[str | None] = mapped_column(String(255), default=None)
    sales_reference: Mapped[str | None] = mapped_column(String(255), default=None)
    bc_etag: Mapped[str | None] = mapped_column(String(255), default=None)
    sales_etag: Mapped[str | None] = mapped_column(String(255), default=None)
    bc_values: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    sales_values: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    source: Mapped[str | None] = mapped_column(String(5), default=None)
    freight_line_id: Mapped[str | None] = mapped_column(String(36), default=None)
    unsettled: Mapped[bool] = mapped_column(default=True)
    paused: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[str | None] = mapped_column(String(50), default=None)
    error_message: Mapped[str | None] = mapped_column(Text, default=None)
    job_id: Mapped[str | None] = mapped_column(String(36), default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    synchronized_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class CreateIntent(Base):
    """A record we are about to create in the partner system: written before, removed with the coupling's row.

    One left behind means that the create may or may not have happened; the partner is then looked for by the
    values sent before it is created again. `values` are the values sent, `source_values` those of the record they were
    made from: together they are the baseline of the pair once the row is found.
    """

    __tablename__ = f"{PREFIX}create_intent"
    __table_args__ = (UniqueConstraint("connection", "mapping", "side", "source_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    side: Mapped[str] = mapped_column(String(5))
    source_id: Mapped[str] = mapped_column(String(36))
    target_id: Mapped[str | None] = mapped_column(String(36), default=None)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    source_values: Mapped[dict[str, Any]] = mapped_column(Json)
    job_id: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WriteIntent(Base):
    """Changes to coupled records that are about to be sent, one row for each batch; gone once all ends are known.

    `writes` is a list of `[coupling id, side, etag to be met, {field: [made from, sent, before]}]`. What is left after
    a crash or a lost answer may or may not have been carried out: without this row it would look like a user's edit.
    """

    __tablename__ = f"{PREFIX}write_intent"
    __table_args__ = (Index(None, "connection", "mapping"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    writes: Mapped[list[Any]] = mapped_column(Json)
    job_id: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UncoupledRecord(Base):
    """A record whose coupling was removed by a rule or a person: it gets no new partner until a person asks.

    `partner_id`, `etag` and `values` are its former partner and what was its part of their baseline, should the two be
    coupled again; NULL where they never agreed.
    """

    __tablename__ = f"{PREFIX}uncoupled_record"
    __table_args__ = (UniqueConstraint("connection", "mapping", "side", "record_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    side: Mapped[str] = mapped_column(String(5))
    record_id: Mapped[str] = mapped_column(String(36))
    partner_id: Mapped[str | None] = mapped_column(String(36), default=None)
    etag: Mapped[str | None] = mapped_column(String(255), default=None)
    values: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime)
