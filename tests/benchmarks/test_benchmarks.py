"""The benchmarks run, at a tiny size; how fast anything is depends on the machine and is not judged here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.engine.__main__ import main as engine_main
from benchmarks.engine.story import Row, tell_story
from benchmarks.matching.__main__ import main as matching_main
from benchmarks.pages.__main__ import main as pages_main
from benchmarks.pages.addresses import PAGES
from benchmarks.simulator.__main__ import main as simulator_main
from benchmarks.simulator.cases import BATCH, _multipart_batch
from benchmarks.webhooks import main as webhooks_main

from ..support import require

RECORDS = 60
BESIDES = 3
"""Requests an initial load needs besides the fewest: the other side's first page, and one to each side for all that
customers refer to (currencies, payment terms and shipment methods)."""


@pytest.fixture(scope="module")
def loaded() -> Iterator[Row]:
    with closing(tell_story(RECORDS)) as story:
        yield next(story)


def test_engine_and_floor_program_load_the_same_records(loaded: Row) -> None:
    assert loaded.name == "initial load, Business Central to Sales"
    assert loaded.floor.cpu > 0 and loaded.ours.cpu > loaded.floor.cpu, "remembering costs something"


def test_an_initial_load_needs_hardly_more_than_the_fewest_requests(loaded: Row) -> None:
    assert loaded.minimum == 2, "one page and one batch"
    assert loaded.minimum <= loaded.ours.requests <= loaded.minimum + BESIDES


def test_match_based_coupling_reads_both_sides_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert matching_main(["--records", str(RECORDS)]) == 0
    told = capsys.readouterr().out.splitlines()
    (floor,) = (line for line in told if line.startswith("floor: "))
    (match,) = (line for line in told if line.startswith("match: "))
    assert re.search(r"\b2 +1\.00x", floor) and re.search(r"\b2 +1\.00x", match), "one page of each side"
    assert int(match.split()[-1]) > RECORDS // 2


def test_the_simulator_is_compared_in_every_kind_of_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    require("/proc", Path("/proc/self/task").exists(), "The CPU time of another process is read from it.")
    assert simulator_main(["--customers", "20", "--requests", "5"]) == 0
    told = capsys.readouterr().out
    for kind in ("page of 5,000 accounts", "one customer", "PATCH of", "new account", "$batch of 100", "contains"):
        assert kind in told
    assert "memory after the seed" in told


def test_nonsense_is_refused_before_anything_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    for main in (engine_main, simulator_main, pages_main, webhooks_main):
        with pytest.raises(SystemExit):
            main(["--records", "many", "--customers", "many"])
    assert "usage: python -m benchmarks" in capsys.readouterr().err


def test_the_answers_to_notifications_are_timed(capsys: pytest.CaptureFixture[str]) -> None:
    webhooks_main(["--couplings", "60", "--rounds", "3"])
    told = capsys.readouterr().out
    for kind in ("asks whether we want them", "one notice", "100 notices", "Sales: one notice"):
        assert kind in told


def test_each_new_row_has_a_name_of_its_own() -> None:
    batch = _multipart_batch()
    names = re.findall(rb'"name":"Account (\d+)"', batch)
    assert len(set(names)) == BATCH


def test_every_page_is_measured_with_few_and_with_more_couplings(capsys: pytest.CaptureFixture[str]) -> None:
    pages_main(["--couplings", "60", "120", "--rounds", "1"])
    told = capsys.readouterr().out
    for name in PAGES:
        assert name in told
