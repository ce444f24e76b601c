"""Read the read-only SQL that `?sql=` takes into a flat query; what it does not know is refused by name."""

from simulator.sales.sql.select import parse_sql

__all__ = ["parse_sql"]
