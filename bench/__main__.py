"""`python -m bench [workload ...] [--size N] [--rounds N] [--seconds S]`: measures, prints a table, writes JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.rounds import ROUNDS, SLICE_SECONDS, Report

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
# Each has NUMBER, TITLE, DEFAULT_SIZE and measure(size, rounds, seconds) -> Report.
WORKLOADS = (
    "dashboard",
    "page",
    "answers",
    "tap",
    "bulk",
    "usage",
    "snapshot",
    "heartbeat",
    "isolation",
    "people",
    "rollup",
    "arms",
    "memory",
)


def main() -> int:
    """Measure what was asked for. Returns 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=[[], *WORKLOADS], metavar="workload", help=", ".join(WORKLOADS))
    parser.add_argument("--size", type=int, help="rows of the larger table, instead of each workload's own default")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--seconds", type=float, default=SLICE_SECONDS, help="of each contestant in each round, 2 at most"
    )
    options = parser.parse_args()
    if not 0 < options.seconds <= 2:
        parser.error("--seconds: above 0, 2 at most")

    os.environ.setdefault("DATA", str(ROOT / "var" / "bench"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")
    import django  # noqa: PLC0415 - settings are read at import, after the environment is made

    django.setup()
    ground = import_module("bench.ground")

    reports = []
    for name in options.workloads or WORKLOADS:
        workload = import_module(f"bench.{name}")
        begun = time.monotonic()
        with ground.database():
            report = workload.measure(options.size or workload.DEFAULT_SIZE, options.rounds, options.seconds)
        print(table(report, time.monotonic() - begun), flush=True)
        reports.append(report)
    path = write(reports)
    missed = [(report, line) for report in reports for line in report.missed()]
    for report, line in missed:
        print(f"missed: {report.number} {report.title}: {line.what} is {line.figure}, goal {line.goal}")
    print(f"{'some goals missed' if missed else 'every goal met'}; written to {path.relative_to(ROOT)}")
    return 1 if missed else 0


def table(report: Report, seconds: float) -> str:
    """A report as people read it."""
    counted = f", {len(report.measured.rounds)} rounds, {report.measured.void} void" if report.measured else ""
    said = [f"\n{report.number}. {report.title} ({report.size}{counted}, {seconds:.0f} s)"]
    wide = max(len(line.what) for line in report.lines)
    figure = max(len(line.figure) for line in report.lines if line.goal)
    for line in report.lines:
        mark = {True: "met", False: "MISSED", None: ""}[line.met]
        said.append(
            f"   {line.what:<{wide}}  {line.figure:<{figure}}  {line.goal and 'goal ' + line.goal:<34}{mark}".rstrip()
        )
    return "\n".join(said)


def write(reports: list[Report]) -> Path:
    """Everything measured, and on what, as JSON."""
    at = datetime.now(UTC)
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{at:%Y%m%dT%H%M%SZ}.json"
    machine: dict[str, Any] = {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    path.write_text(
        json.dumps(
            {"at": at.isoformat(), "machine": machine, "reports": [report.as_json() for report in reports]},
            indent=1,
            default=str,
        )
    )
    return path


if __name__ == "__main__":
    sys.exit(main())
