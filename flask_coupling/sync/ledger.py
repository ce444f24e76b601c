"""Remember: store what became of a batch of pairs, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.action import Couple, Skip, Uncouple
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.errors import AlreadyCoupled, CouplingError
from flask_coupling.models import ConflictEntry, SynchJobError, table_of
from flask_coupling.models.savepoint import savepoint

from .baseline import next_text
from .bulk import insert_columns, insert_rows, update_rows, was
from .conflicts import record_conflicts
from .cursors import Cursors
from .failures import failed, forget_failures, record_failures
from .history import record_history
from .intents import created_from, drop_intents
from .labels import LABELS, labels, text_of, unknown_labels
from .link import chunks, couplings, read_columns, with_lines
from .problem import problem_of
from .uncoupled import leave_alone
from .under_way import UnderWay
from .work import Work

errors = table_of(SynchJobError)
conflicts = table_of(ConflictEntry)

AnySession = Session | scoped_session[Session]


class Ledger:
    """What is remembered of one table mapping of one connection.

    Methods write to the session and leave the commit to the caller, so that a batch is stored as a whole.
    """

    def __init__(
        self,
        session: AnySession,
        connection: str,
        mapping: TableMapping,
        job_id: str,
        clock: Callable[[], datetime],
        requested_by: str = "",
    ) -> None:
        self.session = session
        self.connection = connection
        self.mapping = mapping
        self.job_id = job_id
        self.clock = clock
        self.requested_by = requested_by
        self.under_way = UnderWay(session, self.key, mapping, job_id)
        self.cursors = Cursors(session, connection, mapping.name, clock)

    def of(self, mapping: TableMapping) -> Ledger:
        """What is remembered of another table mapping by the same job."""
        return Ledger(self.session, self.connection, mapping, self.job_id, self.clock, self.requested_by)

    @property
    def key(self) -> dict[str, str]:
        """Connection and mapping, as columns of every table."""
        return {"connection": self.connection, "mapping": self.mapping.name}

    def store(self, works: Sequence[Work], authors: Mapping[str, str]) -> None:
        """Store couplings, baselines, conflicts and errors of a batch whose writes are done.

        `authors` are those who changed records in conflict last, by record id.
        """
        now = self.clock()
        self._insert_couplings([work for work in works if work.link is None and _couples(work)], now)
        handled = [work for work in works if work.plan.actions or not work.blocked]
        linked = [work for work in handled if work.link is not None]
        self._update_couplings([work for work in linked if not _uncouples(work)], now)
        self._remove_couplings([work for work in linked if _uncouples(work)])
        record_conflicts(self.session, self.key, self.job_id, handled, now, authors)
        problems = [(work, self._error_row(work, now)) for work in works]
        record_failures(self.session, self.key, problems, now)
        record_history(self.session, self.key, self.mapping, self.job_id, self.requested_by, handled, now)
        rows = [row for _, row in problems if row is not None]
        insert_rows(self.session, errors, rows)
        self.under_way.settle(works, now, is_stored=lambda work: _has_baseline(work) and not work.is_overtaken)

    def remember(self, works: Sequence[Work]) -> None:
        """Store what did succeed of pairs that are about to be looked at again."""
        linked = [work for work in works if work.link is not None and work.written]
        self._update_couplings(linked, self.clock())
        self.under_way.settle(works, self.clock(), is_stored=lambda work: False)

    def forget_failures(self, side: Side, ids: Sequence[str]) -> None:
        """Forget failed records that are not there any more."""
        forget_failures(self.session, self.key, side, ids)

    def _insert_couplings(self, works: list[Work], now: datetime) -> None:
        if not works:
            return
        try:
            self._insert_all(works, now)
        except IntegrityError:
            self._insert_one_by_one(works, now)
        for side in Side:
            drop_intents(self.session, self.key, side, created_from(works, side))

    def _insert_all(self, works: Sequence[Work], now: datetime) -> None:
        columns: dict[str, Sequence[Any]] = dict(zip(_STATE, zip(*map(self._state, works), strict=True), strict=True))
        if any(work.parent or work.is_open for work in works):
            columns |= {"parent_id": [work.parent for work in works], "source": [work.source for work in works]}
        with savepoint(self.session):
            insert_columns(self.session, couplings, columns, self.common(now), ready=_TEXTS)

    def _insert_one_by_one(self, works: list[Work], now: datetime) -> None:
        """Another run or person coupled one of them meanwhile: find out which, and keep the rest."""
        for work in works:
            try:
                self._insert_all([work], now)
            except IntegrityError:
                work.problem = AlreadyCoupled(record=self.describe(work), partner="another record")

    def common(self, now: datetime) -> dict[str, Any]:
        """What all couplings made in one batch share."""
        return {**self.key, "created_at": now, "job_id": self.job_id, "synchronized_at": now}

    def _state(self, work: Work) -> tuple[Any, ...]:
        """What stands in the columns of `_STATE`: all that a run may change, but for when and by which job.

        A restored record has a new id, too.
        """
        bc, sales = work.final(Side.BC), work.final(Side.SALES)
        assert bc is not None and sales is not None
        problem = problem_of(work, self.describe)
        return (
            bc.id,
            sales.id,
            bc.etag,
            sales.etag,
            next_text(work, self.mapping, Side.BC),
            next_text(work, self.mapping, Side.SALES),
            problem is not None or work.is_open or not work.plan.is_settled,
            problem.code if problem else None,
            problem.message if problem else None,
            *labels(bc, sales, self.mapping).values(),
        )

    def _update_couplings(self, works: list[Work], now: datetime) -> None:
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        known = read_columns(self.session, [work.link.id for work in works if work.link], _INDEXED)
        for work in works:
            assert work.link is not None
            if not _has_both(work) or _is_set_aside(work):
                row = self._note_row(work)
            else:
                row = dict(zip(_STATE, self._state(work), strict=True))
                row |= {"job_id": self.job_id, "synchronized_at": now, **_agreed(work)}
                for name in self._unknown_labels(work):
                    del row[name]
                for name, value in known.get(work.link.id, {}).items():
                    if row.get(name, ...) == value:  # as nearly always: a database writes to the index all the same
                        del row[name]
            if work.blocked:  # what failed earlier is not over, and still says why
                row = {name: value for name, value in row.items() if not name.startswith("error_")}
                row["unsettled"] = True
            groups.setdefault(tuple(row), []).append({"b_id": work.link.id, **row})
        for rows in groups.values():
            if update_rows(self.session, couplings, rows, ready=_TEXTS) != len(rows) and "bc_etag" in rows[0]:
                self._yield_to_others(works, rows)

    def _yield_to_others(self, works: Sequence[Work], rows: Sequence[Mapping[str, Any]]) -> None:
        """Another run stored a newer agreement of some: it stays, and a run looks at them again."""
        stored = {row["b_id"]: (row.get("bc_etag"), row.get("sales_etag")) for row in rows}
        overtaken: set[int] = set()
        for part in chunks(list(stored)):
            query = select(couplings.c.id, couplings.c.bc_etag, couplings.c.sales_etag).where(couplings.c.id.in_(part))
            overtaken |= {row.id for row in self.session.execute(query) if stored[row.id] != (row[1], row[2])}
        for part in chunks(sorted(overtaken)):
            self.session.execute(update(couplings).where(couplings.c.id.in_(part)).values(unsettled=True))
        for work in works:
            work.is_overtaken = work.is_overtaken or (work.link is not None and work.link.id in overtaken)

    def _unknown_labels(self, work: Work) -> list[str]:
        bc, sales = work.final(Side.BC), work.final(Side.SALES)
        return unknown_labels(bc, sales, self.mapping) if bc is not None and sales is not None else []

    def _note_row(self, work: Work) -> dict[str, Any]:
        """A pair that could not be compared keeps its baseline, and says why it waits."""
        problem = problem_of(work, self.describe)
        code, message = (problem.code, problem.message) if problem else (None, None)
        return {"unsettled": True, "error_code": code, "error_message": message, "job_id": self.job_id}

    def _remove_couplings(self, works: list[Work]) -> None:
        ids = with_lines(self.session, [work.link.id for work in works if work.link])
        survived = [work.link.id for work in works if work.link and any(work.final(side) for side in Side)]
        leave_alone(self.session, survived, self.clock())
        for part in chunks(ids):
            self.session.execute(delete(conflicts).where(conflicts.c.coupling_id.in_(part)))
            self.session.execute(delete(failed).where(failed.c.coupling_id.in_(part)))
            self.session.execute(delete(couplings).where(couplings.c.id.in_(part)))

    def log(self, problems: Sequence[tuple[Work, CouplingError]], counter: str) -> None:
        """Write rows to the job's log that concern no failure and change nothing else."""
        now = self.clock()
        insert_rows(self.session, errors, [self._log_row(work, problem, counter, now) for work, problem in problems])

    def _error_row(self, work: Work, now: datetime) -> dict[str, Any] | None:
        problem = problem_of(work, self.describe)
        return None if problem is None else self._log_row(work, problem, work.counter or "failed", now)

    def _log_row(self, work: Work, problem: CouplingError, counter: str, now: datetime) -> dict[str, Any]:
        bc_id, sales_id = work.title_ids
        return {
            **self.key,
            "job_id": self.job_id,
            "counter": counter,
            "side": next(iter(work.errors), None),
            "bc_id": bc_id,
            "sales_id": sales_id,
            "title": self.describe(work)[:255],
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
            "facts": _plain(problem.facts),
            "created_at": now,
        }

    def describe(self, work: Work) -> str:
        """The record's name for people: its number and title where known, else its ids."""
        bc, sales = work.final(Side.BC), work.final(Side.SALES)
        name = text_of(bc, self.mapping.bc.title) or text_of(sales, self.mapping.sales.title)
        number = text_of(bc, self.mapping.bc.number)
        return " ".join(part for part in (number, name) if part) or " / ".join(filter(None, work.title_ids))


_STATE = (
    "bc_id",
    "sales_id",
    "bc_etag",
    "sales_etag",
    "bc_values",
    "sales_values",
    "unsettled",
    "error_code",
    "error_message",
    *LABELS,
)
_TEXTS = ("bc_values", "sales_values")
_INDEXED = ("bc_id", "sales_id", *LABELS)


def _couples(work: Work) -> bool:
    """Whether both ends are there to be linked."""
    return _has_both(work) and any(isinstance(action, Couple) for action in work.plan.actions)


def _uncouples(work: Work) -> bool:
    return not work.errors and any(isinstance(action, Uncouple) for action in work.plan.actions)


def _has_both(work: Work) -> bool:
    return work.final(Side.BC) is not None and work.final(Side.SALES) is not None


def _agreed(work: Work) -> dict[str, Any]:
    """What a coupling's etags must still be, for what this work stores to be newer."""
    return {was("bc_etag"): work.agreed(Side.BC), was("sales_etag"): work.agreed(Side.SALES)}


def _has_baseline(work: Work) -> bool:
    """Whether storing the work stored its baseline too, or there is none to store any more."""
    if work.blocked and not work.plan.actions:
        return False
    return not (_has_both(work) and _is_set_aside(work))


def _is_set_aside(work: Work) -> bool:
    return work.problem is not None or any(isinstance(action, Skip) for action in work.plan.actions)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    return {
        name: value if isinstance(value, str | int | float | bool | list | None) else str(value)
        for name, value in facts.items()
        if not isinstance(value, CouplingError)
    }
