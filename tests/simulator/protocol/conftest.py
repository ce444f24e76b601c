from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.protocol.service import Services, make_services


@pytest.fixture
def services() -> Iterator[Services]:
    made = make_services()
    yield made
    made.store.close()
