"""The account in README.md is that of the tests."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
README = (HERE / "README.md").read_text()
ROWS = re.findall(r"^\| (BC-\d{3}) \| ([a-z-]+) \| (covered|waits|cannot apply) \| (.*?) ?\|$", README, re.MULTILINE)
STATES = {id: state for id, _, state, _ in ROWS}


def named_in_tests() -> set[str]:
    """The ids in the names of the tests of this folder."""
    found = (name for path in HERE.glob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text()))
    return {id.replace("_", "-").upper() for name in found for id in re.findall(r"bc_\d{3}", name)}


def elsewhere() -> set[str]:
    """The ids that a test of another folder covers, which names them too."""
    places = {id: re.search(r"`(tests/.*?)`", why) for id, _, state, why in ROWS if state == "covered" and why}
    return {id for id, place in places.items() if place and id in (HERE.parent.parent / place[1]).read_text()}


def test_what_is_covered_has_a_test_of_its_name_and_the_other_way_round():
    covered = {id for id, state in STATES.items() if state == "covered"}
    assert covered == named_in_tests() | elsewhere()


def test_every_scenario_is_accounted_for_once_and_the_rest_says_why():
    ids = [id for id, *_ in ROWS]
    assert ids == sorted(set(ids)) and len(ids) == len(re.findall(r"^\| BC-", README, re.MULTILINE))
    assert all(why for _, _, state, why in ROWS if state != "covered")


def test_the_sums_are_right():
    count = Counter(STATES.values())
    said = re.search(r"(\d+) scenarios: (\d+) covered, (\d+) wait, (\d+) cannot apply", README)
    assert said and [int(number) for number in said.groups()] == [
        len(STATES),
        count["covered"],
        count["waits"],
        count["cannot apply"],
    ]
