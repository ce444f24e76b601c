"""Mistakes planted in the engine are found by the tests: some on every push, all of them in a campaign."""

from __future__ import annotations

import pytest

from .planted_bugs import BUGS, EVERY_PUSH, ROOT, Bug, find

RARE = [pytest.param(bug, id=bug.name, marks=pytest.mark.campaign) for bug in BUGS if bug.name not in EVERY_PUSH]
USUAL = [pytest.param(bug, id=bug.name) for bug in BUGS if bug.name in EVERY_PUSH]


@pytest.mark.parametrize("bug", USUAL + RARE)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    assert find(bug), f"nothing noticed that {bug.name}"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_place_of_a_planted_bug_is_still_there(bug: Bug) -> None:
    assert (ROOT / bug.file).read_text().count(bug.before) == 1


def test_there_are_enough_mistakes_and_those_of_every_push_are_among_them() -> None:
    assert len(BUGS) >= 15
    assert {bug.name for bug in BUGS} >= set(EVERY_PUSH)
