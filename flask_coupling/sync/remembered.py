"""Whether a pair is as it is remembered, so that nothing has to be stored of it."""

from __future__ import annotations

from collections.abc import Container

from flask_coupling.core.action import Unchanged
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Pair
from flask_coupling.core.side import Side

from .link import Link
from .work import Work


def is_as_remembered(work: Work, mapping: TableMapping, uncertain: Container[int]) -> bool:
    """Whether both rows are as when they last agreed, by the rules of today too; one that is `uncertain` is not."""
    link, pair = work.link, work.plan.pair
    if link is None or link.unsettled or link.id in uncertain or pair.baseline is None or not work.plan.is_settled:
        return False
    if not all(isinstance(each, Unchanged) for each in work.plan.actions) or work.plan.conflict or work.blocked:
        return False
    return all(_is_row_as_remembered(pair, link, mapping, side) for side in Side)


def _is_row_as_remembered(pair: Pair, link: Link, mapping: TableMapping, side: Side) -> bool:
    row, then = pair.of(side), pair.baseline.of(side).values if pair.baseline is not None else {}
    return row is not None and row.etag == link.etag_of(side) and then.keys() >= set(mapping.remembered(side))
