"""The work of a synchronization job: a run, as the payload of its job asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update

from flask_coupling.core.conflict import DeletionConflictResolution, Policy, UpdateConflictResolution
from flask_coupling.core.criteria import in_groups
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.models import Connection, Coupling, JobKind, SynchJob
from flask_coupling.sync.changes import synchronize_changes
from flask_coupling.sync.dependencies import couple_missing
from flask_coupling.sync.drift import report_drift
from flask_coupling.sync.full import synchronize_fully, synchronize_unconditionally
from flask_coupling.sync.handled import Handled, read_handled
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.link import chunks
from flask_coupling.sync.run import Brake, Opened, Run
from flask_coupling.sync.selected import create_all, create_partners, synchronize_links, undo

from .inactivity import note_run
from .match_criteria import first_criteria, load_criteria
from .setting import (
    blank_references,
    enabled_connection,
    find_mapping,
    fingerprint_of,
    services_for,
    used_mappings,
)
from .subscriptions import renew_due


def policy_of(mapping: TableMapping, resolution: str | None) -> Policy:
    """The mapping's own rules, or for this run the one a person chose for all fields."""
    if resolution is None:
        return mapping.policy
    return Policy(UpdateConflictResolution(resolution), mapping.policy.deletion)


def policy_of_job(mapping: TableMapping, payload: Mapping[str, Any]) -> Policy:
    """The policy of a run, with what a person chose for single fields or for a deletion."""
    policy = policy_of(mapping, payload.get("resolution"))
    if "choices" not in payload and "deletion" not in payload:
        return policy
    choices = {name: UpdateConflictResolution(choice) for name, choice in payload.get("choices", {}).items()}
    shown = {name: (both[0], both[1]) for name, both in payload.get("expected", {}).items()}
    deletion = DeletionConflictResolution(payload.get("deletion") or DeletionConflictResolution.NONE)
    return Policy(policy.update if payload.get("resolution") else _NOBODY, deletion, choices, shown, by_person=True)


_NOBODY = UpdateConflictResolution.NONE


def run_synchronization(context: JobContext, opened: Opened | None = None) -> None:
    """The work of a job, as its payload asks: some couplings, new partners, an undo, all changes, or a comparison.

    `opened` are the change feeds where those of several jobs were opened together.
    """
    job = context.job
    row, mapping = enabled_connection(job.connection), find_mapping(job.connection, job.mapping)
    lasting = fingerprint_of(row, mapping)
    wish = job.payload.get("full")
    if wish and wish["create"]:
        mapping = mapping.replaced(only_coupled=False)
    run = make_run(context, row, mapping)
    run.opened = opened
    if job.kind is JobKind.COMPARISON:
        found = report_drift(run)
        store = update(SynchJob).where(SynchJob.id == job.id).values(result={"fates": dict(found)})
        context.session.execute(store.execution_options(synchronize_session=False))
        context.commit()
    elif "coupling_ids" in job.payload:
        if mapping.parent:
            run, ids = _of_documents(context, row, run, job.payload["coupling_ids"])
            synchronize_links(run, ids)
        else:
            synchronize_links(run, job.payload["coupling_ids"])
    elif "ids" in job.payload:
        create_partners(run, Side(job.payload["side"]), job.payload["ids"])
    elif "search" in job.payload:
        create_all(run, Side(job.payload["side"]), job.payload["search"])
    elif "undo" in job.payload:
        undo(run, job.payload["undo"])
    elif "unconditional" in job.payload:
        synchronize_unconditionally(run)
    elif wish:
        groups = in_groups(load_criteria(wish.get("criteria", ())), mapping)
        source = Side(wish["source"]) if wish.get("source") else None
        # read anew by each such job, but only once: what an attempt of it has read is not read again by the next
        own = sha256(f"{lasting} {job.id}".encode()).hexdigest()
        synchronize_fully(run, own, lasting, groups=groups, source=source)
    else:
        synchronize_changes(run, lasting)
        context.session.rollback()  # all is stored; what follows is not part of the run
        if not context.stop_requested():
            note_run(job.connection, job.mapping, job.requested_by, run.counters)
        if job.parent_id is None:
            renew_due(job.connection)


def _of_documents(context: JobContext, row: Connection, run: Run, ids: Sequence[int]) -> tuple[Run, list[int]]:
    """The run that handles the documents these lines belong to, and their couplings; what was decided holds for these
    lines only."""
    documents = find_mapping(row.name, run.mapping.parent)
    whole = make_run(context, row, documents)
    whole.policy, whole.chosen = documents.policy, dict.fromkeys(ids, run.policy)
    parts = (select(Coupling.parent_id).where(Coupling.id.in_(part)) for part in chunks(list(ids)))
    found = {id: None for query in parts for id in context.session.scalars(query) if id is not None}
    return whole, list(found)


def make_run(context: JobContext, row: Connection, mapping: TableMapping) -> Run:
    """A run for a job that works on one table mapping, with what earlier attempts of it have done."""
    job, settings = context.job, current_coupling.settings
    services = services_for(row, mapping).apart()
    ledger = Ledger(context.session, job.connection, mapping, job.id, current_coupling.clock, job.requested_by)
    return Run(
        services=services,
        ledger=ledger,
        direction=Direction(job.direction),
        policy=policy_of_job(mapping, job.payload),
        progress=context,
        others=used_mappings(job.connection),
        blanks=blank_references(row),
        freight_account=row.freight_account,
        sender=current_coupling.app,
        brake=None if job.payload.get("confirm") else Brake(settings.brake_share, settings.brake_minimum),
        counters=Counter(job.counters),
        done=sum(job.counters.values()) - job.counters["coupled"],
        requests_earlier=job.requests + services.requests_made,
        handled=read_handled(ledger) if job.done or any(job.counters.values()) else Handled(),
        compare_every=timedelta(hours=settings.compare_hours),
        match_first=first_criteria(job.connection, mapping),
        couple_missing=couple_missing if job.payload.get("couple_dependencies") else None,
    )
