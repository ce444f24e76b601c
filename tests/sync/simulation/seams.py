"""Where the simulation takes hold of the engine: threads become turns, batches small, heartbeats silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from random import Random
from unittest.mock import patch
from uuid import UUID

from flask_coupling.jobs import queue
from flask_coupling.jobs.running import RunningJob
from flask_coupling.sync import ahead, brake, carry_out, creates, portions, process, selected

from .in_turn import InTurn


@contextmanager
def engine_seams(random: Random, batch: int, sends: Callable[[], None]) -> Iterator[None]:
    """Run the engine in one thread, in an order the random decides, storing so many pairs together.

    `sends` is called whenever a run carries out a batch.
    A heartbeat is a thread too; here a lease is renewed by commits alone, and runs out when the script says so.
    """
    with ExitStack() as stack:
        stack.enter_context(patch.object(RunningJob, "heartbeat", lambda job: nullcontext()))
        for module in (carry_out, ahead, creates):
            stack.enter_context(patch.object(module, "ThreadPoolExecutor", lambda **_: InTurn(random)))
        stack.enter_context(patch.object(queue, "uuid4", lambda: UUID(int=random.getrandbits(128))))
        carry = process.carry_out
        stack.enter_context(patch.object(process, "carry_out", lambda *told: (sends(), carry(*told))[1]))
        for module in (process, portions, selected, brake, creates):
            stack.enter_context(patch.object(module, "BATCH", batch))
        yield
