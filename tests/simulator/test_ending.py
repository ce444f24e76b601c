"""A simulator that is told to end leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.simulator.process import ROOT, free_port

_SMALL_IS_LARGE = "from simulator import instance, __main__ as run; instance._LARGE = 1; run.main({!r})"


def test_a_large_world_is_gone_with_a_process_that_is_terminated(tmp_path: Path) -> None:
    options = ["--port", str(free_port()), "--customers", "2", "--cache", ""]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", _SMALL_IS_LARGE.format(options)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        while "Control" not in process.stdout.readline():
            assert process.poll() is None, "it did not start"
        assert len(list(tmp_path.glob("simulator-*/world.sqlite3"))) == 1
        process.terminate()
        assert process.wait(timeout=30) in (0, 143)
    assert list(tmp_path.glob("simulator-*")) == []
