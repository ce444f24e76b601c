"""Plant small mistakes in a copy of the engine, one at a time, and see that the tests find each one.

`python -m tests.sync.planted_bugs` plants all, `python -m tests.sync.planted_bugs NAME ...` some.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).parents[2]
FOLDERS = ("flask_coupling", "simulator", "tests", "examples")
RUNS = "tests/sync/test_run.py"
SEEDS, PORTION = 300, 60
"""Simulations that are tried against a mistake which no single test finds, and how many of them at once."""


@dataclass(frozen=True, slots=True)
class Bug:
    """One mistake: `before` stands exactly once in `file` and is replaced by `after`.

    `tests` are the test files that should find it; where there are none, or they do not, simulations must.
    """

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...] = (RUNS,)


BUGS = (
    Bug(
        "the watermark skips rows of the same instant",
        "flask_coupling/endpoints/feeds.py",
        "{table.modified_on} ge {start}",
        "{table.modified_on} gt {start}",
        ("tests/sync/test_equal_stamps.py",),
    ),
    Bug(
        "the watermark does not look back",
        "flask_coupling/endpoints/watermark.py",
        "max(bounds) - timedelta(seconds=overlap)",
        "max(bounds)",
        ("tests/endpoints/test_watermark.py",),
    ),
    Bug(
        "cursors move before the work is done",
        "flask_coupling/sync/changes.py",
        "    vanished = find_vanished(run, feeds, newest)\n",
        "    vanished = find_vanished(run, feeds, newest)\n"
        "    run.ledger.cursors.move(fingerprint, {side: feeds[side].cursor for side in Side}, is_compared=False)\n"
        "    run.progress.commit()\n",
        ("tests/sync/test_run.py",),
    ),
    Bug(
        "creates are sent before their intents are stored",
        "flask_coupling/sync/carry_out.py",
        "    if ledger.under_way.declare(works, ledger.clock()) or any(declared):\n        commit()\n",
        "    ledger.under_way.declare(works, ledger.clock())\n",
        ("tests/sync/test_written_down.py",),
    ),
    Bug(
        "an unanswered create counts as refused",
        "flask_coupling/sync/intents.py",
        '    return isinstance(error, ServiceUnreachable) and not error.facts.get("sent")',
        "    return True",
    ),
    Bug(
        "updates carry no If-Match",
        "flask_coupling/sync/carry_out.py",
        "view.table.spread(action.values), action.if_match)",
        "view.table.spread(action.values))",
    ),
    Bug(
        "an older look replaces a newer agreement",
        "flask_coupling/sync/ledger.py",
        '"synchronized_at": now, **_agreed(work)}',
        '"synchronized_at": now}',
        ("tests/sync/test_overtaken.py",),
    ),
    Bug(
        "a refused write counts as done",
        "flask_coupling/sync/carry_out.py",
        "        task.work.errors[side] = outcome.error\n    elif",
        "        task.work.written[side] = task.work.plan.pair.of(side)\n    elif",
    ),
    Bug(
        "no look-up before a create is repeated",
        "flask_coupling/sync/recover.py",
        "made = _by_id(side, intents, services) | _by_values(side, intents, services, ledger)",
        "made: dict[str, Record] = {}",
    ),
    Bug(
        "a partner is created beside an equal record",
        "flask_coupling/sync/match_first.py",
        "    if not run.match_first or not records:",
        "    if True:",
        (),
    ),
    Bug(
        "of two that match one the first gets it",
        "flask_coupling/sync/match_first.py",
        "        if others\n",
        "        if False\n",
        ("tests/sync/test_match_first.py",),
    ),
    Bug(
        "an unanswered create is repeated at once",
        "flask_coupling/sync/recover.py",
        "ledger.clock() - intent.created_at > UNANSWERED",
        "True",
    ),
    Bug(
        "the replies of a batch are taken in the order they come",
        "flask_coupling/endpoints/batch.py",
        '        for each in content["responses"]:\n            id = str(each.get("id"))',
        '        for place, each in enumerate(content["responses"]):\n            id = str(place)',
        ("tests/endpoints/test_batch.py",),
    ),
    Bug(
        "what is held becomes the baseline",
        "flask_coupling/sync/baseline.py",
        "    return work.plan.held | frozenset(failed)",
        "    return frozenset()",
    ),
    Bug(
        "a stale row is not looked at again",
        "flask_coupling/sync/carry_out.py",
        "    return bool(stale)",
        "    return False",
    ),
    Bug(
        "unsettled couplings are not read again",
        "flask_coupling/sync/observe.py",
        "    return link.unsettled or baseline is None or",
        "    return baseline is None or",
    ),
    Bug(
        "both sides share one snapshot",
        "flask_coupling/core/change.py",
        "    before, after = pair.baseline.of(side).values.get(name), record.values.get(name)",
        '    before, after = pair.baseline.bc.values.get(field.bc or ""), record.values.get(name)',
        ("tests/core/test_plan.py", "tests/core/test_properties.py"),
    ),
    Bug(
        "a deletion is judged by absence from the pages",
        "flask_coupling/sync/observe.py",
        "(pair_of({side: rows[side][id] for side in Side}, baselines.get(id), link), link)",
        "(pair_of({Side.BC: None, Side.SALES: rows[Side.SALES][id]}, baselines.get(id), link), link)",
    ),
    Bug(
        "Retry-After is ignored",
        "flask_coupling/endpoints/gate.py",
        "            self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)",
        "            self._opens_at = self._clock.monotonic()",
        ("tests/endpoints/test_transport.py",),
    ),
    Bug(
        "references are not translated",
        "flask_coupling/core/reference.py",
        "        return blank if found is None else found",
        "        return value",
    ),
    Bug(
        "a worker without its lease commits",
        "flask_coupling/jobs/running.py",
        "        if self._lost or not change_leased(self.session, self.job.id, self._worker, values):",
        "        if not change_leased(self.session, self.job.id, self._worker, values) and False:",
        ("tests/jobs/test_runner.py",),
    ),
    Bug(
        "a failed record is not kept",
        "flask_coupling/sync/failures.py",
        "    insert_rows(session, failed, [_new_row(key, end, *told[end], now) for end in told if end not in known])\n",
        "",
    ),
    Bug(
        "a conflict is no conflict once it was seen",
        "flask_coupling/core/field_plan.py",
        "    return replace(plan, send=None, conflict=conflict, is_held=True)",
        "    return replace(plan, send=None, conflict=conflict)",
    ),
    Bug(
        "a link to another host is followed",
        "flask_coupling/endpoints/guard.py",
        '        raise ServiceGarbled(service=service, detail=f"a link leads elsewhere ({_shown(link)})")',
        "        pass",
        ("tests/endpoints/test_guard.py",),
    ),
    Bug(
        "ids we choose are chosen anew each time",
        "flask_coupling/sync/carry_out.py",
        '        hashed.update(f"{source_id}/{replaced}".encode())',
        '        hashed.update(f"{source_id}/{replaced}/{ledger.job_id}".encode())',
        ("tests/sync/test_recover.py",),
    ),
    Bug(
        "new partners are sent before their intents are stored",
        "flask_coupling/sync/creates.py",
        "        self._declare(batch)\n        self._commit()\n",
        "        self._declare(batch)\n",
        ("tests/sync/test_written_down.py",),
    ),
    Bug(
        "a place is kept before the new records of its page are stored",
        "flask_coupling/sync/creates.py",
        "        self._marks.append((self._added, then))\n",
        "        then()\n",
        ("tests/sync/test_creates.py",),
    ),
    Bug(
        "a record that is told again is created again",
        "flask_coupling/sync/creates.py",
        "            if busy and not (",
        "            if False and not (",
        ("tests/sync/test_creates.py",),
    ),
    Bug(
        "what is under way is forgotten when reading fails",
        "flask_coupling/sync/creates.py",
        "            if error is None or isinstance(error, CouplingError):\n",
        "            if error is None:\n",
        ("tests/sync/test_creates.py",),
    ),
    Bug(
        "a change of ours counts as a user's edit",
        "flask_coupling/sync/under_way.py",
        "                if each.coupling_id == coupling_id:",
        "                if not coupling_id:",
        ("tests/sync/test_under_way.py",),
    ),
    Bug(
        "changes are sent before they are written down",
        "flask_coupling/sync/carry_out.py",
        "    if ledger.under_way.declare(works, ledger.clock()) or any(declared):",
        "    if any(declared):",
        ("tests/sync/test_written_down.py",),
    ),
    Bug(
        "a removed coupling is made again",
        "flask_coupling/sync/changes.py",
        "if each.id not in alone_by_choice]",
        "]",
        ("tests/sync/test_uncoupled.py",),
    ),
    Bug(
        "a property that is left out counts as blank",
        "flask_coupling/endpoints/rows.py",
        "        check(row)  # one that is left out",
        "        row.update({name: row.get(name) for name in names})  # one that is left out",
        ("tests/endpoints/test_query.py",),
    ),
)

EVERY_PUSH = (
    "an unanswered create counts as refused",
    "updates carry no If-Match",
    "a refused write counts as done",
    "what is held becomes the baseline",
    "unsettled couplings are not read again",
    "both sides share one snapshot",
)
"""Mistakes planted on every push; all of them are with `-m campaign`."""


def find(bug: Bug) -> str:
    """Plant a mistake in a copy and return what found it; empty when nothing did. Raises LookupError when stale."""
    with TemporaryDirectory(prefix="planted-") as place:
        copy = Path(place)
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        _plant(bug, copy)
        return _run_tests(bug, copy) or _run_simulations(copy)


def _plant(bug: Bug, copy: Path) -> None:
    file = copy / bug.file
    text = file.read_text()
    if text.count(bug.before) != 1:
        raise LookupError(f"{bug.name}: its place is not in {bug.file} (any more)")
    file.write_text(text.replace(bug.before, bug.after))


def _run_tests(bug: Bug, copy: Path) -> str:
    if not bug.tests:
        return ""
    plugin = [] if _has_entry_point() else ["-p", "simulator.pytest_plugin"]
    ended = _run(copy, "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *plugin, *bug.tests)
    failed = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if ended.returncode not in (0, 1):
        raise LookupError(f"{bug.name}: the tests could not be run\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return failed[0].split(" - ")[0] if failed else ""


def _run_simulations(copy: Path) -> str:
    for kind in ("memory", "remote"):
        for first in range(0, SEEDS, PORTION):
            ended = _run(copy, "tests.sync.simulation", kind, str(first), str(PORTION))
            if found := [line for line in ended.stdout.splitlines() if line.startswith("seed ")]:
                return f"{kind} {found[0][:100]}"
    return ""


def _has_entry_point() -> bool:
    return any(each.name == "simulator" for each in entry_points(group="pytest11"))


def _run(copy: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def main(names: Sequence[str]) -> int:
    """Plant the named mistakes, or all; print what found each, and return how many were not found."""
    if unknown := set(names) - {bug.name for bug in BUGS}:
        raise SystemExit(f"no such mistake: {', '.join(sorted(unknown))}")
    chosen = [bug for bug in BUGS if not names or bug.name in names]
    missed = 0
    for bug in chosen:
        begun = perf_counter()
        try:
            found = find(bug)
        except LookupError as error:
            found = ""
            print(error)
        missed += not found
        print(f"{bug.name}: {found or 'NOT FOUND'} ({perf_counter() - begun:.0f} s)", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} found")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
