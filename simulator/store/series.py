"""Where a number series goes on."""

from __future__ import annotations

from simulator.odata.edm import NumberSeries
from simulator.odata.service import Shape
from simulator.store.reader import Reader


def last_number(reader: Reader, shape: Shape, series: NumberSeries) -> int:
    """Return the greatest number of the series in use, or the one before its first."""
    column = f'"{series.property}"'
    digits = f"substr({column}, {len(series.prefix) + 1})"
    found = reader.query(  # a long-lived series has outgrown its width
        f"SELECT max(CAST({digits} AS INTEGER)) FROM {reader.state.plans[shape.name].table} WHERE _scope = ? "
        f"AND {column} >= ? AND {column} < ? AND length({digits}) >= ? AND {digits} NOT GLOB '*[^0-9]*'",
        (reader.scope_of(shape), series.prefix, series.prefix + "\U0010ffff", series.width),
    )
    return int(max(found[0][0] or 0, series.first - series.step))
