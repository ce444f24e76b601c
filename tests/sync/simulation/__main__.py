"""Replay a seed with its trace, or play a range: `python -m tests.sync.simulation KIND SEED [COUNT]`.

The kinds are those of `play.make`: memory, remote, company.
"""

from __future__ import annotations

import sys
import traceback
from time import perf_counter

from .campaign import run_campaign
from .play import make


def main(arguments: list[str]) -> int:
    """Play one seed and print what happened, or COUNT seeds from SEED on and print what fired."""
    kind, seed = arguments[0], int(arguments[1])
    if len(arguments) == 2:
        return _replay(kind, seed)
    begun = perf_counter()
    result = run_campaign([(kind, range(seed, seed + int(arguments[2])))])
    print(f"{result.describe()} in {perf_counter() - begun:.0f} s")
    return 1 if result.failures else 0


def _replay(kind: str, seed: int) -> int:
    story = make(kind, seed)
    try:
        report = story.play()
    except Exception:
        print("\n".join([*story.script.trace, *story.describe_rows()]))
        traceback.print_exc()
        return 1
    print("\n".join(report.trace))
    print(dict(report.fired))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
