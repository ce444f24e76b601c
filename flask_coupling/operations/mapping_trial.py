"""Try a table mapping on one record before it is saved: what would be written, field by field, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from flask_coupling.core.action import Insert, Modify, Skip
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.plan import Plan, plan, plan_create, resolve
from flask_coupling.core.record import Pair, Record, Value, is_blank
from flask_coupling.core.reference import References, agree
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import EVERYTHING
from flask_coupling.core.template import Template, choose_template
from flask_coupling.errors import OutsideFilter, RecordNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, Coupling
from flask_coupling.permissions import require
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.labels import text_of
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.link import read_baselines
from flask_coupling.sync.observe import references_for
from flask_coupling.sync.problem import skip_error
from flask_coupling.sync.rates import rates_for

from .drafts import declared_mapping
from .mapping_editor import draft_of
from .setting import blank_references, enabled_connection, parse_side, services_for
from .show import show_error, show_plan, show_record
from .views import Problem, RecordRow, TrialField, TrialView

MOST_SAMPLES = 10


def try_settings(connection: str, mapping: str, changes: Mapping[str, Any], side: str, id: str) -> TrialView:
    """Return what synchronizing one record would do with these settings; nothing is saved, and nothing written.

    A record without a partner is shown as it would be created on the other side. `changes` are as for
    `save_settings`. Raises MappingRefused when they cannot be saved, RecordNotFound when there is no such record.
    """
    require("administer", connection=connection, mapping=mapping)
    row, where = enabled_connection(connection), parse_side(side)
    draft = draft_of(row, mapping, changes)
    if refusal := draft.refusal():
        raise refusal
    assert draft.mapping is not None
    services = services_for(row, draft.mapping)
    pair = _pair(row, services, where, id)
    ledger = Ledger(current_coupling.session, connection, draft.mapping, "", current_coupling.clock)
    references = references_for([pair], draft.mapping, ledger, blank_references(row))
    references |= rates_for([pair], draft.mapping, services, current_coupling.clock().date())
    return _show(pair, draft.mapping, references)


def _pair(connection: Connection, services: Services, where: Side, id: str) -> Pair:
    """The record and its partner as they are now, with their last agreement."""
    column = Coupling.bc_id if where is Side.BC else Coupling.sales_id
    here = (Coupling.connection == connection.name, Coupling.mapping == services.mapping.name, column == id)
    coupling = current_coupling.session.scalars(select(Coupling).where(*here)).first()
    ids = {where: id} if coupling is None else {Side.BC: coupling.bc_id, Side.SALES: coupling.sales_id}
    found = {side: services.of(side).get(services.view(side), each) for side, each in ids.items()}
    if found[where] is None:
        raise RecordNotFound(service=where.label, table=services.mapping.table(where).name, id=id)
    baseline = read_baselines(current_coupling.session, [coupling.id]).get(coupling.id) if coupling else None
    return Pair(found.get(Side.BC), found.get(Side.SALES), baseline, is_coupled=coupling is not None)


def _show(pair: Pair, mapping: TableMapping, references: References) -> TrialView:
    natural = resolve(plan(pair, mapping, references), mapping.policy)
    is_alone = not pair.is_coupled
    source = Side.BC if pair.bc is not None else Side.SALES
    tried = plan_create(pair, source, mapping, references) if is_alone and not natural.actions else natural
    record = pair.of(source)
    assert record is not None
    template = choose_template(mapping.templates, source.other, record) if _inserts(tried) else None
    return TrialView(
        title=text_of(record, mapping.table(source).title) or record.id,
        plan=show_plan(tried, mapping),
        fields=tuple(_fields(tried, mapping, references, template)),
        template=template.name if template is not None else None,
        happens_by_itself=bool(natural.actions) and not _skips(natural),
        reason=_reason(tried, natural, mapping, record, source),
    )


def _inserts(tried: Plan) -> list[Insert]:
    return [each for each in tried.actions if isinstance(each, Insert)]


def _skips(tried: Plan) -> list[Skip]:
    return [each for each in tried.actions if isinstance(each, Skip)]


def _reason(tried: Plan, natural: Plan, mapping: TableMapping, record: Record, source: Side) -> Problem | None:
    title = text_of(record, mapping.table(source).title) or record.id
    for skip in _skips(tried):
        return show_error(skip_error(skip, title))
    if not natural.actions and (condition := mapping.filter(source).failing(record)):
        name = mapping.caption or mapping.name
        return show_error(OutsideFilter(record=title, mapping=name, detail=str(condition)))
    return None


def _fields(
    tried: Plan, mapping: TableMapping, references: References, template: Template | None
) -> Iterator[TrialField]:
    written = {each.side: dict(each.values) for each in tried.actions if isinstance(each, Insert | Modify)}
    for field in mapping.enabled_fields:
        flow = field.direction.within(mapping.direction)
        if flow is not None:
            yield _field(field, flow, tried, references, written)
    for insert in _inserts(tried):
        own = {field.of(insert.side) for field in mapping.enabled_fields}
        for name, value in (template.values if template is not None else {}).items():
            if name not in own:
                yield _of_template(insert.side, name, value)


def _field(
    field: FieldMapping,
    flow: Direction,
    tried: Plan,
    references: References,
    written: Mapping[Side, Mapping[str, Value]],
) -> TrialField:
    bc, sales = (_value(tried.pair.of(side), field.of(side)) for side in Side)
    to = next((side for side in Side if field.of(side) in written.get(side, {}) and flow.allows(side.other)), None)
    return TrialField(
        name=field.name,
        caption=field.caption or field.name,
        bc_property=field.bc,
        sales_property=field.sales,
        direction=flow.value,
        bc=bc,
        sales=sales,
        to=str(to) if to is not None else None,
        value=written[to][field.of(to) or ""] if to is not None else None,
        state="written" if to is not None else _state(field, tried, references, bc, sales),
    )


def _state(field: FieldMapping, tried: Plan, references: References, bc: Value, sales: Value) -> str:
    """Why a field is not written."""
    if _skips(tried):
        return "held_record"
    if tried.conflict is not None and (tried.pair.bc is None or tried.pair.sales is None):
        return "held_conflict"
    if tried.pair.bc is None or tried.pair.sales is None:
        return "blank" if is_blank(bc) and is_blank(sales) else "other_side_stands"
    if tried.conflict is not None and any(each.field == field.name for each in tried.conflict.fields):
        return "held_conflict"
    if field.name in tried.held:
        return "held_direction"
    if not field.is_pair:
        return "only_new"
    return "alike" if agree(field, bc, sales, references) else "other_side_stands"


def _value(record: Record | None, name: str | None) -> Value:
    return record.values.get(name) if record is not None and name is not None else None


def _of_template(side: Side, name: str, value: Value) -> TrialField:
    own = {Side.BC: None, Side.SALES: None, side: name}
    direction = Direction.TO_SALES if side is Side.SALES else Direction.FROM_SALES
    return TrialField(
        name, name, own[Side.BC], own[Side.SALES], direction.value, None, None, str(side), value, "template"
    )


def find_samples(connection: str, mapping: str, side: str, search: str = "") -> list[RecordRow]:
    """Return a few records of one side to try settings on, also those outside the present table filter."""
    require("administer", connection=connection, mapping=mapping)
    row, where, declared = enabled_connection(connection), parse_side(side), declared_mapping(mapping)
    services = services_for(row, declared)
    page = services.of(where).search(services.view(where), search.strip(), EVERYTHING, limit=MOST_SAMPLES)
    return [show_record(where, record, declared, None) for record in page.records]
