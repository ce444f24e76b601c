"""The whole engine under every fault, crash and interference, by seeds: nothing is lost, doubled or invented."""

from __future__ import annotations

import pytest

from .simulation.campaign import Result, run_campaign
from .simulation.play import play

IN_MEMORY, REMOTE = 1_600, 400
"""Simulations of every push: on services in memory, and on the simulator behind the real transport."""

COMPANY = 120
"""Those in which rows of Sales are given a company."""

MUST_FIRE = (
    "F1 refused",
    "F2 reset",
    "F3 answer lost",
    "F4 timeout",
    "F4 carried out late",
    "F5 cut off",
    "F6 gateway",
    "F6 HTML",
    "F7 slow drip",
    "F8 no name",
    "F9 delivered twice",
    "F10 throttled",
    "F11 part throttled",
    "F12 failed",
    "F13 token refused",
    "F13 no tokens",
    "F14 record forbidden",
    "F14 table forbidden",
    "F15 edited meanwhile",
    "F15 etag changed",
    "F16 duplicate key",
    "F17 vanished",
    "F18 poison",
    "F18 part refused",
    "F19 part missing",
    "F19 answers in another order",
    "F20 row moved",
    "F21 cursors expire",
    "F21 link loops",
    "F22 rows again",
    "F23 skewed clock",
    "F23 visible late",
    "F25 twins",
    "F25 double",
    "F27 property missing",
    "F28 killed before commit",
    "F28 killed after commit",
    "F29 second run",
    "F29 lease runs out",
    "F30 busy",
    "F30 dropped",
    "F31 restored from a backup",
    "F32 delivered again",
    "the brake stopped a run",
    "a full synchronization",
    "replayed request",
    "taken back",
    "a person decides a conflict",
    "a person takes back",
    "a person removes a coupling",
    "a person pauses a job",
    "a person resumes a job",
    "a person cancels a job",
)
"""Faults, and what people do, that a push must really have seen."""


def test_thousands_of_simulations_with_every_fault_end_in_peace() -> None:
    result = run_campaign([("memory", range(IN_MEMORY)), ("remote", range(REMOTE))])
    print(result.describe())
    check(result)
    assert result.simulations == IN_MEMORY + REMOTE
    assert not [name for name in MUST_FIRE if not result.fired[name]], "these faults never happened"


def test_simulations_where_several_companies_share_sales_end_in_peace() -> None:
    result = run_campaign([("company", range(COMPANY))])
    print(result.describe())
    check(result)


@pytest.mark.parametrize(("kind", "seed"), [("memory", 3), ("memory", 1083), ("remote", 2), ("remote", 216)])
def test_a_seed_tells_the_same_story_twice_whatever_was_played_between(kind: str, seed: int) -> None:
    first = play(kind, seed)
    play(kind, seed + 1)
    second = play(kind, seed)
    assert first.trace == second.trace
    assert first.fired == second.fired


@pytest.mark.campaign
def test_a_campaign_of_any_length_ends_in_peace(request: pytest.FixtureRequest) -> None:
    count, first = request.config.getoption("--simulations"), request.config.getoption("--first-seed")
    seeds = range(first, first + count)
    result = run_campaign([("memory", seeds[: count * 4 // 5]), ("remote", seeds[count * 4 // 5 :])])
    print(result.describe())
    check(result)


def check(result: Result) -> None:
    assert not result.failures, "\n\n".join(result.failures[:10])
