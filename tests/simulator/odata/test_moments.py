"""Moments as the services write them are read like those that are written in any other way."""

from __future__ import annotations

import pytest

from simulator.odata.values import moment_text, parse_ticks

SECOND = 10_000_000


@pytest.mark.parametrize("day", ["0001-01-01", "2024-02-29", "9999-12-31"])
@pytest.mark.parametrize("time", ["00:00:00", "23:59:59"])
@pytest.mark.parametrize(("fraction", "ticks"), [("", 0), (".001", 10_000), (".999", 9_990_000)])
def test_the_form_of_the_services_counts_like_every_other(day: str, time: str, fraction: str, ticks: int) -> None:
    own = parse_ticks(f"{day}T{time}{fraction}Z")
    assert own is not None and own % SECOND == ticks
    assert own == parse_ticks(f"{day} {time}{fraction}+00:00") == parse_ticks(f"{day}t{time}{fraction or '.'}0000z")
    assert moment_text(own, millisecond=True) == f"{day}T{time}{fraction}Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.12 Z",
        "2026-01-01T00:00:00,123Z", "2026-W01-1T00:00:00Z", "2026-01-01T00:00:00.+12Z", "0000-01-01T00:00:00Z",
        "2026-01-01T000000.12345Z", "٢٠26-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_none_though_it_is_as_long(text: str) -> None:
    assert parse_ticks(text) is None
