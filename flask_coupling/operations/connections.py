"""Set up a connection: save, test, enable, disable and delete it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Endpoint, ServiceFacts
from flask_coupling.errors import (
    ConnectionOccupied,
    CouplingError,
    CurrencyMismatch,
)
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.wishes import cancel
from flask_coupling.models import Base, Connection, Coupling, IntegrationTableMapping, SynchJob
from flask_coupling.models.encrypted import UNREADABLE
from flask_coupling.models.job import OPEN_STATES
from flask_coupling.permissions import Action, principal, require
from flask_coupling.services import missing_values

from .companies import check_column, find_scope
from .connection_values import check_name, check_values
from .setting import find_connection
from .views import ConnectionReport, ConnectionView, Problem, ServiceReport

log = logging.getLogger(__name__)

Found = ServiceFacts | CouplingError

_HARMLESS = frozenset({"client_id", "client_secret", "secret_expires_on", "freight_account", "several_companies"})
"""Values that do not change which records are meant."""


def list_connections() -> list[ConnectionView]:
    """Every connection, by name."""
    require(Action.VIEW)
    rows = current_coupling.session.scalars(select(Connection).order_by(Connection.name))
    return [_view(row) for row in rows]


def get_connection(name: str) -> ConnectionView:
    """The connection of that name; raises ConnectionNotFound."""
    require(Action.VIEW, connection=name)
    return _view(find_connection(name))


def is_enabled(name: str) -> bool:
    """Whether couplings can be worked with; False when there is no such connection. Asks no permission."""
    query = select(Connection.enabled).where(Connection.name == name)
    return bool(current_coupling.session.scalar(query))


def save_connection(name: str, values: Mapping[str, Any]) -> ConnectionView:
    """Create or change a connection; what is not in `values` stays, and so does the secret when it is "".

    A changed address or company disables an enabled connection until it is tested again; new credentials, another
    freight account and `several_companies` do not. Raises InputInvalid, AddressRefused or, where companies are to be
    told apart, CompanyColumnMissing and what Sales says when it is asked for the column.
    """
    require(Action.ADMINISTER, connection=name)
    changes = check_values(check_name(name), values, current_coupling.settings)
    if "client_secret" in changes:
        # without a key this raises here: raised while a statement is made, it would carry the secret in its text
        _ = current_coupling.cipher
    session = current_coupling.session
    row = session.get(Connection, name) or _create(name)
    changed = _change(row, changes)
    if row.enabled and not changed <= _HARMLESS:
        row.enabled = False
        row.disabled_reason = "Its settings were changed; test and enable it again."
    try:
        _tell_companies_apart(row)
    except CouplingError:
        session.rollback()
        raise
    session.commit()
    log.info("connection saved connection=%s changed=%s by=%s", name, ",".join(sorted(changed)), principal())
    return _view(row)


def _tell_companies_apart(row: Connection) -> None:
    """Find what that takes, as soon as Sales can be asked; a connection that is not enabled keeps it when it is."""
    if not row.several_companies:
        row.company_scope = None
    elif row.company_scope is None and row.enabled:
        row.company_scope = find_scope(row, row.company_id, _company_name(row))
    elif row.company_scope is None and not missing_values(row, Side.SALES):
        check_column(row)


def test_connection(name: str, values: Mapping[str, Any] | None = None) -> ConnectionReport:
    """Ask both services whether the connection works, and say of each what is wrong.

    With `values`, as they would be after saving; nothing is stored then. Raises ConnectionNotFound when there are
    neither values nor such a connection, InputInvalid and AddressRefused as saving does.
    """
    require(Action.ADMINISTER, connection=name)
    row = find_connection(name) if values is None else _unsaved(name, values)
    found = _ask_services(row)
    report = ConnectionReport(name, *(_report(side, found[side]) for side in Side))
    if values is None and report.is_ok:
        row.tested_at = current_coupling.clock()
        current_coupling.session.commit()
    return report


def enable_connection(name: str) -> ConnectionView:
    """Test the connection and switch it on: its couplings can be worked with from now on.

    Raises the first problem found, ConnectionOccupied when its couplings are of another company, or CurrencyMismatch
    when the two systems keep their books in different currencies.
    """
    require(Action.ADMINISTER, connection=name)
    row = find_connection(name)
    found = _ask_services(row)
    for answer in found.values():
        if isinstance(answer, CouplingError):
            raise answer
    facts = _facts(found)
    _refuse_occupied(row, facts)
    _refuse_currencies(facts)
    row.facts, row.company_id = facts, str(facts.get("company_id", ""))
    row.enabled, row.disabled_reason, row.tested_at = True, "", current_coupling.clock()
    row.company_scope = find_scope(row, row.company_id, _company_name(row)) if row.several_companies else None
    _seed_mappings(name)
    current_coupling.session.commit()
    log.info("connection enabled connection=%s by=%s", name, principal())
    return _view(row)


def _company_name(row: Connection) -> str:
    return str((row.facts or {}).get("company_name") or row.company)


def _refuse_currencies(facts: Mapping[str, Any]) -> None:
    """A blank currency is the local one here and the base currency there: where both are told, they must be one."""
    bc, sales = (str(facts.get(f"{side.value}_base_currency_code") or "").upper() for side in Side)
    if bc and sales and bc != sales:
        raise CurrencyMismatch(bc=bc, sales=sales)


def disable_connection(name: str, reason: str = "") -> ConnectionView:
    """Switch the connection off; couplings stay, running jobs are canceled."""
    require(Action.ADMINISTER, connection=name)
    row = find_connection(name)
    row.enabled, row.disabled_reason = False, reason.strip()
    current_coupling.session.commit()
    open_jobs = select(SynchJob.id).where(SynchJob.connection == name, SynchJob.state.in_(OPEN_STATES))
    for job_id in current_coupling.session.scalars(open_jobs).all():
        cancel(current_coupling, job_id)
    log.info("connection disabled connection=%s by=%s", name, principal())
    return _view(find_connection(name))


def delete_connection(name: str) -> None:
    """Delete the connection with its couplings, jobs and settings; the services' records stay untouched."""
    disable_connection(name)
    session = current_coupling.session
    # named one by one: SQLite cascades only where the host switched foreign keys on
    for table in reversed(Base.metadata.sorted_tables):
        if "connection" in table.c:
            session.execute(delete(table).where(table.c.connection == name))
    session.execute(delete(Connection).where(Connection.name == name))
    session.commit()
    log.info("connection deleted connection=%s by=%s", name, principal())


def _create(name: str) -> Connection:
    session = current_coupling.session
    session.add(_blank(name))
    try:
        session.commit()
    except IntegrityError:
        session.rollback()  # someone saved the same name a moment ago: change theirs
    return find_connection(name)


def _blank(name: str) -> Connection:
    defaults = {each.name: each.default.arg for each in Connection.__table__.columns if each.default is not None}
    return Connection(name=name, **defaults)


def _change(row: Connection, changes: Mapping[str, Any]) -> set[str]:
    """Write the values that differ; the names of those."""
    if "client_secret" in changes and changes["client_secret"] != row.client_secret:
        changes = {"secret_expires_on": "", **changes}  # the day said of the old one is not the new one's
    changed = {key for key, value in changes.items() if getattr(row, key) != value}
    for key in changed:
        setattr(row, key, changes[key])
    if "client_secret" in changed:
        row.secret_set_at = current_coupling.clock()
    if changed:
        row.modified_at = current_coupling.clock()
    return changed


def _unsaved(name: str, values: Mapping[str, Any]) -> Connection:
    """The row as it would be after saving, known to no session."""
    changes = check_values(check_name(name), values, current_coupling.settings)
    saved, row = current_coupling.session.get(Connection, name), _blank(name)
    if saved is not None:
        _change(row, {each.name: getattr(saved, each.name) for each in Connection.__table__.columns})
    _change(row, changes)
    return row


def _ask_services(row: Connection) -> dict[Side, Found]:
    """What each service answers, asked at the same time; an error is an answer too."""
    opened = {side: _open(row, side) for side in Side}
    with ThreadPoolExecutor(max_workers=len(Side)) as pool:
        answers = {side: pool.submit(_check, endpoint) for side, endpoint in opened.items()}
    return {side: answer.result() for side, answer in answers.items()}


def _open(row: Connection, side: Side) -> Endpoint | CouplingError:
    try:
        return current_coupling.endpoints.open(row, side)
    except CouplingError as error:
        return error


def _check(endpoint: Endpoint | CouplingError) -> Found:
    if isinstance(endpoint, CouplingError):
        return endpoint
    try:
        return endpoint.check()
    except CouplingError as error:
        return error


def _report(side: Side, found: Found) -> ServiceReport:
    if isinstance(found, CouplingError):
        problem = Problem(found.code, found.message, found.hint, found.facts)
        return ServiceReport(side, side.label, {}, problem)
    return ServiceReport(side, side.label, {"version": found.version, "user": found.user, **found.details})


_FACTS_OF_BOTH = frozenset({"version", "user", "base_currency_code"})


def _facts(found: Mapping[Side, Found]) -> dict[str, Any]:
    """Both services' facts in one dictionary; what both tell has its side before it (`bc_version`, `sales_version`)."""
    facts: dict[str, Any] = {}
    for side, answer in found.items():
        assert isinstance(answer, ServiceFacts)
        own = {"version": answer.version, "user": answer.user, **answer.details}
        facts |= {f"{side}_{key}" if key in _FACTS_OF_BOTH else key: value for key, value in own.items()}
    return facts


_IDENTITY = ("company_id", "organization_id")


def _refuse_occupied(row: Connection, facts: Mapping[str, Any]) -> None:
    """Ids of another company mean other records, or none: every coupling would look like a deletion."""
    before = row.facts or {}
    if all(before.get(key, facts.get(key)) == facts.get(key) for key in _IDENTITY):
        return
    held = select(func.count()).select_from(Coupling).where(Coupling.connection == row.name)
    if count := current_coupling.session.scalar(held):
        names = [str(each.get("company_name") or each.get("company_id")) for each in (before, facts)]
        raise ConnectionOccupied(connection=row.name, couplings=count, before=names[0], now=names[1])


def _seed_mappings(name: str) -> None:
    session = current_coupling.session
    known = set(session.scalars(select(IntegrationTableMapping.name).where(IntegrationTableMapping.connection == name)))
    for mapping in current_coupling.mappings:
        if mapping not in known:
            session.add(IntegrationTableMapping(connection=name, name=mapping))


def _view(row: Connection) -> ConnectionView:
    return ConnectionView(
        name=row.name,
        tenant=row.tenant,
        environment=row.environment,
        company=row.company,
        client_id=row.client_id,
        secret_set=row.client_secret not in (None, "", UNREADABLE),
        secret_set_at=row.secret_set_at,
        secret_expires_on=row.secret_expires_on,
        freight_account=row.freight_account,
        several_companies=row.several_companies,
        bc_url=row.bc_url,
        sales_url=row.sales_url,
        token_url=row.token_url,
        enabled=row.enabled,
        disabled_reason=row.disabled_reason,
        tested_at=row.tested_at,
        facts=row.facts or {},
        missing=missing_values(row),
    )
