"""Replay a seed with its trace, or run a campaign: `python -m tests.sync.simulation memory SEED [COUNT]`."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from time import perf_counter

from . import play
from .play import Failed


def main(arguments: list[str]) -> int:
    """Play one seed and print what happened, or COUNT seeds from SEED on and print what fired."""
    kind, seed = arguments[0], int(arguments[1])
    if len(arguments) > 2:
        return _campaign(kind, seed, int(arguments[2]))
    story = play.make(kind, seed)
    try:
        report = story.play()
    except Exception:
        print("\n".join(story.script.trace))
        print("\n".join(story.describe_rows()))
        traceback.print_exc()
        return 1
    print("\n".join(report.trace))
    print(dict(report.fired))
    return 0


def _campaign(kind: str, first: int, count: int) -> int:
    fired: Counter[str] = Counter()
    failures, begun = [], perf_counter()
    for seed in range(first, first + count):
        try:
            report = play.play(kind, seed)
        except Failed as error:
            failures.append(str(error))
            continue
        fired += report.fired
    for each in failures[:20]:
        print(each[:600])
    for name, times in sorted(fired.items()):
        print(f"{times:8} {name}")
    print(f"{count} runs, {len(failures)} failures, {perf_counter() - begun:.1f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
