"""Suggestions: likely partners of one record, with a score and the reasons, for a person to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_coupling.core.criteria import Criterion, Group, Part
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Pair, Record, is_blank
from flask_coupling.core.side import Side
from flask_coupling.core.similarity import Reason, suggest
from flask_coupling.errors import RecordNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.permissions import require
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.labels import text_of
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.link import read_links
from flask_coupling.sync.observe import references_for

from .match_criteria import grouped, stored_criteria
from .setting import blank_references, enabled_connection, find_whole, services_for

SEARCHED_WORDS = 3
SEARCHED_ROWS = 50
MOST_SUGGESTIONS = 10


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A likely partner with its name, its score from 0 to 1, and why."""

    sales_id: str
    sales_title: str
    score: float
    reasons: tuple[Reason, ...]


def suggestions(
    connection: str, mapping: str, bc_id: str, criteria: Sequence[Criterion] | None = None
) -> list[SuggestionView]:
    """Return the likely partners of one record with score and reasons, best first; empty when none is near.

    Near ones are looked for by the words of its name and by the values of the criteria, in a handful of requests.
    Nothing is coupled. Raises RecordNotFound.
    """
    require("view", connection=connection, mapping=mapping)
    row, found = enabled_connection(connection), find_whole(connection, mapping)
    services = services_for(row, found)
    record = services.bc.get(services.view(Side.BC), bc_id)
    if record is None:
        raise RecordNotFound(service=Side.BC.label, table=found.bc.name, id=bc_id)
    chosen = criteria if criteria is not None else stored_criteria(connection, found)
    parts = _compared(found, grouped(found, chosen))
    rows = _near(services, record, parts)
    ledger = Ledger(current_coupling.session, connection, found, "", current_coupling.clock)
    for link in read_links(ledger.session, connection, mapping, "sales_id", list(rows)):
        del rows[link.sales_id]
    references = references_for([Pair(record, None)], found, ledger, blank_references(row))
    likely = suggest(record, rows.values(), parts, references)[:MOST_SUGGESTIONS]
    return [
        SuggestionView(each.sales_id, text_of(rows[each.sales_id], found.sales.title), each.score, each.reasons)
        for each in likely
    ]


def _compared(mapping: TableMapping, groups: Iterable[Group]) -> tuple[Part, ...]:
    """One part for each field of the criteria, and one for the name, which people know records by."""
    parts = {part.field.name: part for group in groups for part in group}
    for each, _ in mapping.pairs:
        if mapping.bc.title == each.bc or mapping.sales.title == each.sales:
            parts.setdefault(each.name, Part(Criterion(each.name), each))
    return tuple(parts.values())


def _near(services: Services, record: Record, parts: Iterable[Part]) -> dict[str, Record]:
    """Rows of Sales that hold a word of the record's name, or one of its values."""
    mapping, view, sales = services.mapping, services.view(Side.SALES), services.sales
    words = sorted(text_of(record, mapping.bc.title).split(), key=lambda word: (-len(word), word))[:SEARCHED_WORDS]
    rows: dict[str, Record] = {}
    for word in words:
        page = sales.search(view, word, mapping.filter(Side.SALES), limit=SEARCHED_ROWS)
        rows.update((each.id, each) for each in page.records)
    for part in parts:
        value = record.values.get(part.field.bc or "")
        if part.field.is_plain and part.field.sales and isinstance(value, str) and not is_blank(value):
            rows.update((each.id, each) for each in sales.find(view, part.field.sales, [value]))
    return {id: each for id, each in rows.items() if mapping.filter(Side.SALES).admits(each)}
