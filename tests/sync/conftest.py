"""Campaigns run only when asked for: `pytest -m campaign --simulations 20000`."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long a campaign is."""
    parser.addoption("--simulations", type=int, default=10_000, help="simulations of a campaign (-m campaign)")
    parser.addoption("--first-seed", type=int, default=1_000_000, help="the seed a campaign begins with")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave campaigns out unless the marker expression names them."""
    if "campaign" in str(config.getoption("markexpr")):
        return
    campaigns = [item for item in items if item.get_closest_marker("campaign")]
    if campaigns:
        config.hook.pytest_deselected(items=campaigns)
        items[:] = [item for item in items if item not in campaigns]
