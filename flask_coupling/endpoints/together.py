"""Open the change feeds of several tables with as few requests as a service takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask_coupling.core.mapping import Table, TableView

from .batch import Part, Reply, Result, chunks

Exchange = Callable[[Table, Sequence[Part]], list[Result]]
"""Sends one batch of reading operations on the API of a table."""


def first_replies(
    feeds: Sequence[tuple[TableView, str | None]], openings: Mapping[int, Part], exchange: Exchange, limit: int
) -> dict[int, Reply]:
    """The answer that begins each feed, by its place; all of one API are asked for in batches of up to `limit`.

    `openings` says how each is asked for. One that is refused is missing: asked for by itself, it says why.
    """
    first: dict[int, Reply] = {}
    for route in dict.fromkeys(view.table.route for view, _ in feeds):
        places = [place for place in openings if feeds[place][0].table.route == route]
        for portion in chunks(places, limit):
            results = exchange(feeds[portion[0]][0].table, [openings[place] for place in portion])
            told = zip(portion, results, strict=True)
            first.update((place, result) for place, result in told if isinstance(result, Reply) and result.is_success)
    return first
