"""The options of Dataverse's choices as the rows of a table: read from the metadata, written by its actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import orjson

from flask_coupling.core.column import Column, Columns
from flask_coupling.core.mapping import OptionSet, Table, TableView
from flask_coupling.core.record import Record, Value
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.errors import (
    CouplingError,
    CursorExpired,
    ServiceGarbled,
    TableUnknown,
    ValueRefused,
)

from .batch import Part, Reply, Result
from .endpoint import Count, Outcome, Page, Verb, Write
from .gate import retry_after
from .option_steps import ENGLISH, Choice, Options, Step, free_numbers, step_of, tag_of
from .refusal import Subject
from .transport import Transport

LONGEST_LABEL = 200
_SERVICE = Side.SALES.label
_PICKLIST = "Microsoft.Dynamics.CRM.PicklistAttributeMetadata"


class Exchange(Protocol):
    """Sends the operations of one batch and returns their results in order."""

    def __call__(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        """Raises ServiceError types when the whole exchange failed."""


@lru_cache(maxsize=4096)
def known_number(id: str) -> int | None:
    """The number of an option whose id is this text; None where it is none."""
    return int(id) if id.isascii() and id.isdigit() and len(id) < 11 else None


def option_number(value: Value, service: str, subject: Subject) -> int:
    """The number of an option whose id is `value`; raises ValueRefused for anything that is none."""
    number = known_number(value) if isinstance(value, str) else value
    if isinstance(number, int):
        return int(number)
    raise ValueRefused(service=service, record=subject.record, detail=f"{value!r} is not the number of an option")


class OptionRows:
    """The options of one environment's choices, as `Endpoint` asks for rows.

    An option has no etag of its own: it is the label's digest, and compared just before a write. All options of a
    choice come in one answer, so a cursor remembers the digests, and deletions are told.
    """

    def __init__(self, transport: Transport, exchange: Exchange) -> None:
        self._transport = transport
        self._exchange = exchange

    # --- reading -----------------------------------------------------------------------------------------------------

    def opening(self, view: TableView) -> Part:
        """How all options of a table are asked for."""
        return Part("GET", _definition(*_choice(view.table).choices[0]))

    def changes(self, view: TableView, since: str | None, first: Reply | None = None) -> Page:
        """See `Endpoint.changes`; there is one page, which `first` may be the answer with."""
        records = self._records(view) if first is None else self._told(view, first)
        tags = {record.id: record.etag for record in records}
        known = _tags(since, view.table)
        changed = [record for record in records if known.get(record.id) != record.etag]
        return Page(changed, [id for id in known if id not in tags], orjson.dumps(tags).decode())

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """See `Endpoint.get_many`."""
        wanted = set(ids)
        return {record.id: record for record in self._records(view) if record.id in wanted}

    def find(self, view: TableView, field: str, values: Sequence[object]) -> list[Record]:
        """See `Endpoint.find`; labels are compared as Dataverse compares text."""
        wanted = {str(value).casefold() for value in values}
        of = (lambda record: record.id) if field == view.table.key else (lambda record: str(record.values.get(field)))
        return [record for record in self._records(view) if of(record).casefold() in wanted]

    def search(
        self,
        view: TableView,
        text: str,
        where: TableFilter,
        *,
        limit: int,
        cursor: str | None = None,
        order: str = "",
    ) -> Page:
        """See `Endpoint.search`."""
        title, start = view.table.title, _offset(cursor, view.table)
        found = [record for record in self._records(view) if where.admits(record)]
        shown = [record for record in found if text.strip().casefold() in str(record.values.get(title)).casefold()]
        name, _, way = (order or title).partition(" ")
        shown.sort(key=lambda record: str(record.values.get(name)).casefold(), reverse=way == "desc")
        more = start + limit < len(shown)
        return Page(shown[start : start + limit], cursor=str(start + limit) if more else None)

    def count(self, table: Table, where: TableFilter) -> Count:
        """See `Endpoint.count`."""
        view = TableView(table, (table.key, table.title))
        return Count(sum(where.admits(record) for record in self._records(view)))

    def columns(self, table: Table) -> Columns:
        """See `Endpoint.columns`."""
        number = Column(table.key, "id", on_create=False, on_update=False)
        return {table.key: number, table.title: Column(table.title, "text", longest=LONGEST_LABEL)}

    def _told(self, view: TableView, result: Result) -> list[Record]:
        options = self._options(result, view.table, _choice(view.table).choices[0])
        return [_record(view, number, label) for number, label in options.labels.items()]

    def _records(self, view: TableView) -> list[Record]:
        [options] = self._read(view.table, [_choice(view.table).choices[0]])
        return [_record(view, number, label) for number, label in options.labels.items()]

    def _read(self, table: Table, choices: Sequence[Choice]) -> list[Options]:
        """The options of these choices, in one request."""
        parts = [Part("GET", _definition(*choice)) for choice in choices]
        results = self._exchange(table, parts, is_reading=True)
        return [self._options(result, table, choice) for result, choice in zip(results, choices, strict=True)]

    def _options(self, result: Result, table: Table, choice: Choice) -> Options:
        if isinstance(result, CouplingError):
            raise result
        if result.status == 404:
            raise TableUnknown(service=_SERVICE, table=table.name, segment=".".join(choice))
        if not result.is_success:
            raise self._refusal(result, Subject(table.name))
        return _parse(result.content, choice)

    # --- writing -----------------------------------------------------------------------------------------------------

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        """See `Endpoint.batch`; whatever was changed is published before the outcomes are told."""
        outcomes: dict[int, Outcome] = {}
        for name in dict.fromkeys(write.view.table.name for write in writes):
            places = [place for place, write in enumerate(writes) if write.view.table.name == name]
            outcomes |= zip(places, self._write([writes[place] for place in places]), strict=True)
        return [outcomes[place] for place in range(len(writes))]

    def _write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Carry out the writes on one table: copies first, so that what is there is there everywhere."""
        table = writes[0].view.table
        choices = _choice(table).choices
        known = self._read(table, choices)
        steps = [step_of(write, known[0], number) for write, number in zip(writes, free_numbers(known), strict=False)]
        outcomes = {place: Outcome(error=step) for place, step in enumerate(steps) if isinstance(step, CouplingError)}
        todo = {place: step for place, step in enumerate(steps) if not isinstance(step, CouplingError)}
        for turn in (list(zip(choices, known, strict=True))[1:], [(choices[0], known[0])]):
            parts = [
                (place, part)
                for place, step in todo.items()
                for choice, options in turn
                if place not in outcomes and (part := step.part(choice, options)) is not None
            ]
            outcomes |= self._send(table, parts, writes)
        outcomes |= self._publish(table, [place for place in todo if place not in outcomes], writes)
        return self._with_rows(writes, todo, outcomes)

    def _send(self, table: Table, parts: Sequence[tuple[int, Part]], writes: Sequence[Write]) -> dict[int, Outcome]:
        """Send operations of writes, by their place; the outcomes of those that were refused."""
        if not parts:
            return {}
        results = self._exchange(table, [part for _, part in parts], is_reading=False)
        failed: dict[int, Outcome] = {}
        for (place, _), result in zip(parts, results, strict=True):
            if error := self._error(result, writes[place]):
                failed.setdefault(place, Outcome(error=error))
        return failed

    def _publish(self, table: Table, places: Sequence[int], writes: Sequence[Write]) -> dict[int, Outcome]:
        """Let everyone see what was changed; it counts as written only then."""
        if not places:
            return {}
        entities = "".join(f"<entity>{name}</entity>" for name in dict.fromkeys(e for e, _ in _choice(table).choices))
        xml = f"<importexportxml><entities>{entities}</entities></importexportxml>"
        [result] = self._exchange(table, [Part("POST", "PublishXml", {}, {"ParameterXml": xml})], is_reading=False)
        errors = {place: self._error(result, writes[place]) for place in places}
        return {place: Outcome(error=error) for place, error in errors.items() if error is not None}

    def _with_rows(
        self, writes: Sequence[Write], todo: Mapping[int, Step], outcomes: dict[int, Outcome]
    ) -> list[Outcome]:
        """The outcomes with the rows as they are now."""
        written = [place for place in todo if place not in outcomes and writes[place].verb is not Verb.DELETE]
        if written:
            rows = {record.id: record for record in self._records(writes[0].view)}
            for place in written:
                row = rows.get(str(todo[place].number))
                lost = ServiceGarbled(service=_SERVICE, detail="a published option is not there", sent=True)
                outcomes[place] = Outcome(record=row, error=None if row else lost)
        return [outcomes.get(place, Outcome()) for place in range(len(writes))]

    def _error(self, result: Result, write: Write) -> CouplingError | None:
        if isinstance(result, CouplingError):
            return result
        subject = Subject(write.view.table.name, write.id or "", write.verb)
        return None if result.is_success else self._refusal(result, subject)

    def _refusal(self, reply: Any, subject: Subject) -> CouplingError:
        wait = retry_after(reply.headers, self._transport.clock, self._transport.settings.longest_retry_after)
        return self._transport.dialect.refusal(reply.status, reply.content, subject, wait)


def _choice(table: Table) -> OptionSet:
    assert table.option_set is not None
    return table.option_set


def _definition(entity: str, column: str) -> str:
    place = f"EntityDefinitions(LogicalName='{entity}')/Attributes(LogicalName='{column}')/{_PICKLIST}"
    return f"{place}?$select=LogicalName&$expand=OptionSet($select=Options)"


def _parse(content: Any, choice: Choice) -> Options:
    try:
        listed = content["OptionSet"]["Options"]
        texts = [(int(each["Value"]), _localized(each)) for each in listed]
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceGarbled(service=_SERVICE, detail=f"the options of {'.'.join(choice)}") from error
    language = next((language for _, (_, language) in texts if language), ENGLISH)
    return Options({number: text for number, (text, _) in texts}, language)


def _localized(option: Mapping[str, Any]) -> tuple[str, int]:
    """An option's label and its language; its number where nobody gave it a label."""
    label = option["Label"].get("UserLocalizedLabel") or {}
    return str(label.get("Label") or option["Value"]), int(label.get("LanguageCode") or 0)


def _record(view: TableView, number: int, label: str) -> Record:
    own: dict[str, Value] = {view.table.key: str(number), view.table.title: label}
    return Record(str(number), tag_of(label), "", {name: own.get(name) for name in view.fields})


def _tags(since: str | None, table: Table) -> dict[str, str]:
    """The digests a cursor remembers; raises CursorExpired for anything that is not one of ours."""
    if since is None:
        return {}
    try:
        known = orjson.loads(since)
    except orjson.JSONDecodeError as error:
        raise CursorExpired(service=_SERVICE, table=table.name) from error
    if not isinstance(known, dict):
        raise CursorExpired(service=_SERVICE, table=table.name)
    return known


def _offset(cursor: str | None, table: Table) -> int:
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise CursorExpired(service=_SERVICE, table=table.name)
    return int(cursor or 0)
