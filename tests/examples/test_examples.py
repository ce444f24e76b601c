"""Every example runs as it stands, in a process of its own, and does what it says."""

from __future__ import annotations

import html
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urljoin

import pytest
import requests

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
TIME_LIMIT = 120


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an example to its end."""
    command = [sys.executable, "-m", f"examples.{module}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=TIME_LIMIT)


def test_the_tour_of_a_whole_company_writes_nothing_the_second_time():
    done = run("tour", "--full", "--customers", "40")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All is well." in done.stdout and "yes the second one wrote nothing" in done.stdout
    assert all(name in done.stdout for name in ("SALESORDER-ORDER", "POSTEDSALESINV-INV", "First full synchronization"))


def test_the_tour_finds_all_well():
    done = run("tour")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All is well." in done.stdout and "NO" not in done.stdout
    assert "200 pairs with 20 edits took 4 requests of 15 at most" in done.stdout  # as the README says
    assert "with nothing to do it took 2 requests of 4 at most" in done.stdout


def test_the_tour_ends_with_an_error_when_something_is_not_as_it_should_be():
    done = run("tour", "--pairs", "40", "--seed", "2", "--most-requests", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"NO .*40 pairs with 20 edits took", done.stdout) and "1 of" in done.stdout


def test_the_custom_mapping_carries_vendors_both_ways():
    done = run("custom_mapping")
    assert done.returncode == 0, done.stderr
    assert re.search(r"[1-9]\d* accounts created, 0 failed", done.stdout)
    assert "which Business Central knows as NO" in done.stdout


def test_the_demo_sets_everything_up_and_says_what_to_try():
    done = run("demo", "--no-wait", "--port", "0", "--customers", "40")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"The demo is running at http://127\.0\.0\.1:\d+", done.stdout)
    assert "10 customers are coupled" in done.stdout


@contextmanager
def demo() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The demo running, and its address."""
    command = [sys.executable, "-m", "examples.demo", "--port", "0", "--customers", "40"]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield address_in(process.stdout), process
    finally:
        process.kill()
        process.communicate()


def address_in(lines: IO[str]) -> str:
    """The address the demo prints last, once it has printed all."""
    for line in lines:
        if found := re.search(r"running at (http://\S+)", line):
            return found[1]
    raise AssertionError("the demo ended without an address")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with demo() as found:
        yield found


PAGES = ("/", "/coupling/", "/coupling/api/docs", "/coupling/api/openapi.json")


@pytest.mark.parametrize("path", PAGES)
def test_the_demo_serves(running, path):
    answer = requests.get(running[0] + path, timeout=30)
    assert answer.status_code == 200, answer.text


def test_whatever_the_tour_leads_to_is_there(running):
    browser = requests.Session()
    browser.headers["Accept"] = "text/html"
    links = set(re.findall(r'href="([^"#]+)"', browser.get(running[0], timeout=30).text))
    assert len(links) > 5
    lost = {link for link in links if not browser.get(urljoin(running[0], html.unescape(link)), timeout=30).ok}
    assert not lost


@pytest.mark.parametrize("user", ["bc", "sales", "both"])
def test_in_the_demo_one_may_be_another_user(running, user):
    before = phones(requests.get(running[0], timeout=30).text)
    after = phones(requests.post(f"{running[0]}/users/{user}", timeout=30).text)
    moved = tuple(now != then for now, then in zip(after, before, strict=True))
    # the phone number in Business Central and in Sales, the street in both
    expected = {
        "bc": (True, False, False, False),
        "sales": (False, False, False, True),
        "both": (True, True, False, False),
    }
    assert moved == expected[user]


def phones(page: str) -> list[str]:
    return [html.unescape(each) for each in re.findall("<td>(.*?)</td>", page)]


def test_the_demo_has_conflicts_and_failures_to_look_at(running):
    page = requests.get(running[0], timeout=30).text
    assert "2 conflicts: a field was edited on both sides" in page
    assert "1 records deleted in one system" in page
    assert "1 records that fail, with the reason" in page


def test_the_demo_stops_when_interrupted(running):
    _, process = running
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "Stopped." in out


def test_the_smallest_host_serves_its_pages_and_makes_its_tables(tmp_path):
    program = "from examples.one_file_app import app; print(app.test_client().get('/coupling/').status_code)"
    environment = {**ENVIRONMENT, "DATABASE_URL": f"sqlite:///{tmp_path / 'host.sqlite3'}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "200", done.stdout + done.stderr
