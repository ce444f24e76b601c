"""The life of two worlds: loaded, nothing changed, 1 % changed, compared, and loaded the other way round."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks.measure import Usage
from benchmarks.worlds import World, running_world

from . import ours
from .child import Task


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario: what the floor program and the engine cost, and the fewest requests it can be done with."""

    name: str
    floor: Usage
    ours: Usage
    minimum: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Two worlds that know nothing of each other, and a folder for the host's database."""

    bc: World
    sales: World
    folder: Path

    def run(self, program: str, work: str, facts: dict[str, Any] | None = None, repeat: int = 1) -> Usage:
        """Have one piece of work done and measured in a process of its own."""
        task = Task(program, work, self.bc.address, self.sales.address, str(self.folder), facts or {}, repeat)
        command = [sys.executable, "-m", f"{__package__}.child"]
        done = subprocess.run(command, input=orjson.dumps(asdict(task)), stdout=subprocess.PIPE, check=True)
        return Usage(**orjson.loads(done.stdout))


def tell_story(records: int) -> Iterator[Row]:
    """Measure every scenario with about so many records; a row as soon as it is known."""
    with TemporaryDirectory() as folder, running_world(records) as bc, running_world(0) as sales:
        stage = Stage(bc, sales, Path(folder) / "first")
        stage.folder.mkdir()
        yield from _forth(stage)
        count = _coupled(stage)
        with running_world(0) as empty:
            back = Stage(empty, sales, Path(folder) / "second")
            back.folder.mkdir()
            yield _back(back, count)


def _forth(stage: Stage) -> Iterator[Row]:
    stage.sales.take_snapshot("empty")
    floor = stage.run("floor", "to_sales")
    stage.sales.restore("empty")
    mine = stage.run("ours", "synchronize")
    count = _coupled(stage)
    pages = ceil(count / 20_000)
    yield Row("initial load, Business Central to Sales", floor, mine, pages + ceil(count / 1_000))
    mine = stage.run("ours", "synchronize")
    floor = stage.run("floor", "compare")
    yield Row("first run after it, which reads the echo", floor, mine, 1 + ceil(count / 5_000))
    known = _known(stage)
    nothing = stage.run("floor", "changes", {**_cursors(known), "partners": {}}, repeat=5)
    yield Row("nothing changed", nothing, stage.run("ours", "nothing", repeat=5), 2)
    for name, some in (("1 % changed in Business Central", max(count // 100, 1)), ("100 changed", min(count, 100))):
        stage.run("ours", "synchronize")  # what the last run wrote is told by Sales once, to both programs
        known = _known(stage)
        mine = stage.run("ours", "edited", {"customers": _some(known["partners"], some)})
        changes = stage.run("floor", "changes", {**_cursors(known), "partners": known["partners"]})
        yield Row(name, changes, mine, 2 + ceil(some / 1_000))
    floor = stage.run("floor", "compare")
    stage.run("ours", "synchronize")
    fewest = pages + ceil(count / 5_000)
    yield Row("all read again, nothing changed", floor, stage.run("ours", "full"), fewest)
    yield Row("drift report", floor, stage.run("ours", "compare"), fewest)


def _back(stage: Stage, count: int) -> Row:
    stage.bc.take_snapshot("empty")
    floor = stage.run("floor", "to_bc")
    stage.bc.restore("empty")
    mine = stage.run("ours", "synchronize")
    return Row("initial load, Sales to Business Central", floor, mine, ceil(count / 100) + ceil(count / 5_000))


def _known(stage: Stage) -> dict[str, Any]:
    with ours.make_host(stage.folder).app_context():
        return ours.what_is_known()


def _coupled(stage: Stage) -> int:
    return len(_known(stage)["partners"])


def _cursors(known: dict[str, Any]) -> dict[str, str]:
    """Where both feeds stand: the floor program reads the same pages as we do."""
    return {"since": orjson.loads(known["bc_cursor"])[0], "delta": known["sales_cursor"]}


def _some(partners: dict[str, str], count: int) -> list[str]:
    """So many customers, evenly spread, whose phone number somebody is to change."""
    return [id for place, id in enumerate(sorted(partners)) if place % (len(partners) // count) == 0][:count]
