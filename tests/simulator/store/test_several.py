"""Rows that go to the database in one statement are the rows that were given."""

from __future__ import annotations

import os
import random
import sqlite3

import pytest

from simulator.store.several import TOGETHER, SeveralRows

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(10_000)))
INSERT = "INSERT INTO told VALUES (?, ?, ?, ?)"


def stored(portions: list[list[list[object]]]) -> tuple[list[tuple[object, ...]], int]:
    """What a table holds after portions of rows, and how many statements were needed for it."""
    several, connection = SeveralRows(), sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE told (number INTEGER, name TEXT, amount REAL, body BLOB)")
    statements = set()
    for rows in portions:
        for sql, values in several.statements(INSERT, rows):
            statements.add(sql)
            connection.execute(sql, values)
    found = connection.execute("SELECT * FROM told ORDER BY rowid").fetchall()
    connection.close()
    return found, len(statements)


@pytest.mark.parametrize("run", range(20))
def test_what_rows_have_in_common_is_stored_in_each(run: int) -> None:
    print(f"SEED={SEED}")
    draw = random.Random(f"{SEED}/{run}")
    choices = [[draw.choice([None, 1, "one", "other", b"body", 0.5, True]) for _ in range(draw.choice([1, 1, 3]))]
               for _ in range(3)]  # fmt: skip
    portions = [
        [[number, *(draw.choice(each) for each in choices)] for number in range(draw.choice([0, 1, 49, 50, 51, 150]))]
        for _ in range(6)
    ]
    found, _ = stored(portions)
    one_by_one, _ = stored([[row] for rows in portions for row in rows])
    assert found == one_by_one and len(found) == sum(map(len, portions))


def test_a_column_that_once_differed_makes_no_further_statements() -> None:
    alike = [[number, "same", 1.0, None] for number in range(TOGETHER)]
    differing = [[number, f"name {number}", 1.0, None] for number in range(TOGETHER)]
    assert stored([alike])[1] == 1
    assert stored([alike, differing, alike, differing, alike])[1] == 2
