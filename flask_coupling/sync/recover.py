"""Settle the creates whose answer is missing: find the row that was made and couple it, or allow a new attempt."""

from __future__ import annotations

from datetime import timedelta

from flask_coupling.core.record import Record, same_value
from flask_coupling.core.side import Side

from .carry_out import Services
from .intents import Intent, drop_intents, open_intents
from .ledger import Ledger
from .link import read_links

UNANSWERED = timedelta(minutes=10)
"""As long as this a create that was not answered may still be carried out: Business Central works on one for up to
8 minutes, its gateway waits for 10."""


def recover_creates(services: Services, ledger: Ledger) -> int:
    """Look up what unanswered creates made, and couple it; returns how many pairs were found.

    One that is not found is forgotten once it cannot be carried out any more, and the record is new again. The
    caller commits.
    """
    waiting = [intent for intent in open_intents(ledger.session, ledger.key, ledger.job_id) if not intent.is_running]
    recovered = 0
    for side in Side:
        mine = [intent for intent in waiting if intent.side is side]
        if mine:
            recovered += _recover_side(side, mine, services, ledger)
    return recovered


def _recover_side(side: Side, intents: list[Intent], services: Services, ledger: Ledger) -> int:
    sources = services.of(side.other).get_many(services.view(side.other), [each.source_id for each in intents])
    made = _by_id(side, intents, services) | _by_values(side, intents, services, ledger)
    pairs, found, settled = [], [], []
    for intent in intents:
        source, target = sources.get(intent.source_id), made.get(intent.source_id)
        if source is not None and target is not None:
            pairs.append((target, source) if side is Side.BC else (source, target))
            found.append(intent.source_id)
        elif source is None or ledger.clock() - intent.created_at > UNANSWERED:
            settled.append(intent.source_id)
    drop_intents(ledger.session, ledger.key, side, found + settled)
    ledger.forget_failures(side.other, found)
    return ledger.link_records(pairs, source=side.other)


def _by_id(side: Side, intents: list[Intent], services: Services) -> dict[str, Record]:
    """What was made under an id we chose, by source id."""
    chosen = {intent.target_id: intent.source_id for intent in intents if intent.target_id is not None}
    if not chosen:
        return {}
    rows = services.of(side).get_many(services.view(side), list(chosen))
    return {chosen[id]: record for id, record in rows.items()}


def _by_values(side: Side, intents: list[Intent], services: Services, ledger: Ledger) -> dict[str, Record]:
    """What was made under an id the service chose: not coupled, and it holds every value that was sent."""
    title = services.view(side).table.title
    unknown = [intent for intent in intents if intent.target_id is None and intent.values.get(title)]
    if not unknown:
        return {}
    names = list(dict.fromkeys(str(intent.values[title]) for intent in unknown))
    rows = services.of(side).find(services.view(side), title, names)
    column = f"{side.value}_id"
    coupled = read_links(ledger.session, ledger.connection, ledger.mapping.name, column, [row.id for row in rows])
    free = {row.id: row for row in rows if row.id not in {link.id_of(side) for link in coupled}}
    made: dict[str, Record] = {}
    for intent in unknown:
        for record in list(free.values()):
            if _holds(record, intent):
                made[intent.source_id] = free.pop(record.id)
                break
    return made


def _holds(record: Record, intent: Intent) -> bool:
    return all(
        same_value(record.values.get(name), value) for name, value in intent.values.items() if name in record.values
    )


def without_unanswered(side: Side, records: list[Record], ledger: Ledger) -> list[Record]:
    """The records that are not, as far as can be told, what an unanswered create made: those wait to be recovered."""
    waiting = [intent for intent in open_intents(ledger.session, ledger.key, "") if intent.side is side]
    if not waiting:
        return records
    chosen = {intent.target_id for intent in waiting}
    unknown = [intent for intent in waiting if intent.target_id is None]
    return [
        record for record in records if record.id not in chosen and not any(_holds(record, each) for each in unknown)
    ]
