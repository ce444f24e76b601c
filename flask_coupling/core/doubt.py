"""A write of ours whose end is unknown: it must not be taken for a user's edit, nor a user's edit for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from .change import has_base
from .mapping import FieldMapping, TableMapping
from .record import Baseline, Pair, Snapshot, Value, Values, is_kept, same_value
from .side import Side


class SentValue(NamedTuple):
    """One value on its way: what it was made from, what was sent, and what stood there before."""

    source: Value
    sent: Value
    before: Value


@dataclass(frozen=True, slots=True)
class Sent:
    """A write to `side` that was sent, or was about to be; `etag` is the one the row had to carry.

    `fields` holds its values by field mapping.
    """

    side: Side
    etag: str
    fields: Mapping[str, SentValue]

    def may_be_done(self, pair: Pair) -> bool:
        """Whether the row moved on: by this write or by somebody else, after whom it is refused."""
        row = pair.of(self.side)
        return row is not None and row.etag != self.etag

    def is_done(self, pair: Pair, mapping: TableMapping) -> bool:
        """Whether the row shows every value that was sent, as far as services keep them."""
        row = pair.of(self.side)
        if row is None or not self.may_be_done(pair):
            return False
        names = {each.name: each.of(self.side) or "" for each, _ in mapping.pairs}
        told = [(row.values.get(names[name]), value.sent) for name, value in self.fields.items() if name in names]
        return all(is_kept(now, sent) for now, sent in told)


def doubt(pair: Pair, sent: Sent, mapping: TableMapping) -> Pair:
    """The pair with a baseline that is right whether the write was carried out or not.

    Where its source is as it was and the row shows what was sent, both agree. Anything else counts as moved on both
    sides since: it is a conflict unless they say the same, because one of the two may be an edit that took it back.
    A field that the pair never agreed on before gets a base as well: whoever chose its first value did so before.
    """
    if pair.of(sent.side.other) is None or not sent.may_be_done(pair):
        return pair
    baseline = pair.baseline or Baseline(Snapshot("", {}), Snapshot("", {}))
    base: dict[Side, dict[str, Value]] = {side: dict(baseline.of(side).values) for side in Side}
    for field, _ in mapping.pairs:
        if field.name in sent.fields:
            for side, value in _bases(field, sent.side, sent.fields[field.name], pair).items():
                base[side][field.of(side) or ""] = value
    return replace(pair, baseline=_with(baseline, base))


def _bases(field: FieldMapping, to: Side, told: SentValue, pair: Pair) -> dict[Side, Value]:
    """The values of one field, by side, from which each side counts as moved; both their present ones if they agree."""
    ours = {to: told.sent, to.other: told.source}
    now = {side: _value(pair, side, field) for side in Side}
    if same_value(now[to.other], told.source) and is_kept(now[to], told.sent):
        return now
    then = {side: _base(pair, side, field, told) for side in Side}
    return {side: ours[side] if same_value(then[side], now[side]) else then[side] for side in Side}


def _base(pair: Pair, side: Side, field: FieldMapping, told: SentValue) -> Value:
    """What the pair agreed on; where it never did, what stood on the side that was written to, which differed."""
    if pair.baseline is None or not has_base(field, pair):
        return told.before
    return pair.baseline.of(side).values.get(field.of(side) or "")


def _value(pair: Pair, side: Side, field: FieldMapping) -> Value:
    row = pair.of(side)
    return row.values.get(field.of(side) or "") if row is not None else None


def _with(baseline: Baseline, values: Mapping[Side, Values]) -> Baseline:
    bc, sales = (replace(baseline.of(side), values=values[side]) for side in (Side.BC, Side.SALES))
    return Baseline(bc, sales)
