"""Lists as files: all of it, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest

from flask_coupling.spreadsheet import escape_cell, write_pages

from .world import BASE, HOSTILE, World


def rows(world: World, path: str, language: str = "en") -> list[dict[str, str]]:
    """The rows of an exported file."""
    answer = world.app.test_client().get(BASE + path, headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_records_of_a_side_are_exported_whole_with_their_state(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = rows(world, "/tables/CUSTOMER/bc/export.csv")
    assert len(listed) == len({row["id"] for row in listed}) == world.simulator.bc.count("customers") - _outside(world)
    assert {row["State"] for row in listed} >= {"Synchronized", "Not coupled", "In conflict"}
    assert [row["Name"] for row in listed if row["Name"].startswith(("=", "+", "-", "@"))] == []


def _outside(world: World) -> int:
    """Customers that are blocked do not take part."""
    return sum(row["blocked"] not in ("", " ", "_x0020_") for row in world.simulator.bc.list("customers"))


def test_what_the_list_shows_is_what_is_exported(world: World) -> None:
    assert [row["Name"] for row in rows(world, "/tables/CUSTOMER/bc/export.csv?q=adatum")] == ["Adatum Corporation"]
    assert len(rows(world, "/tables/CUSTOMER/bc/export.csv?coupled=yes")) == 12


def test_couplings_and_job_errors_are_exported_in_the_readers_language(world: World) -> None:
    states = {row["Status"] for row in rows(world, "/tables/CUSTOMER/couplings/export.csv?state=attention", "da")}
    assert states == {"I konflikt", "Mislykket"}
    assert any("blev slettet" in row["Fejl"] for row in rows(world, f"/jobs/{world.job}/errors.csv", "da"))


def test_a_hostile_name_is_exported_as_text(world: World) -> None:
    names = [row["Name"] for row in rows(world, "/tables/CUSTOMER/bc/export.csv")]
    assert HOSTILE in names


@pytest.mark.parametrize("start", ["=1+1", "+45", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert escape_cell(start) == f"'{start}"
    assert escape_cell(f"x{start}") == f"x{start}"


def test_an_error_on_the_first_page_comes_before_the_first_byte(world: World) -> None:
    answer = world.app.test_client().get(f"{BASE}/jobs/none/errors.csv")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "".join(write_pages(["a"], iter([]))) == "\ufeffa\r\n"
