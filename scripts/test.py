"""Every test on any machine: `python3 scripts/test.py`. Sets up what is missing, then runs the suites.

The last line is "N passed, N failed", with ", N skipped" where some were. The exit status is 0 if none
failed and every suite ran; a suite that could not run is named with its reason, counts as one skipped
test, and with CI=true as one failed.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Sequence

from studio.browser import chromium_problem
from studio.comfyui import extension_requirements
from studio.errors import SetupError
from studio.prepare import Studio, prepare
from studio.stages import Reporter
from studio.suites import RESOURCES, SUITES, Outcome, Selection, Suite, run_suite


def main() -> int:
    """Exit status of the command line."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI's timeout cleans up like Ctrl-C
    report = Reporter()
    arguments = _arguments()
    suites = [suite for suite in SUITES if not arguments.suite or suite.name in arguments.suite]
    try:
        outcomes = _run(suites, Selection(arguments.long, arguments.keyword, arguments.write_api), report)
    except KeyboardInterrupt:
        report.line("Stopped.")
        return 130
    return _summary(outcomes, report)


def _run(suites: Sequence[Suite], selection: Selection, report: Reporter) -> list[Outcome]:
    if problem := chromium_problem():
        report.line(f"The browser suite will not run. {problem}")
    try:
        studio = prepare(report, extension_requirements())
    except SetupError as error:
        report.line(str(error))
        return [Outcome(suite, reason="setting up failed, see above") for suite in suites]
    lacking = _get_resources(suites, studio, report)
    outcomes = []
    for suite in suites:
        report.line(f"\n== {suite.name}")
        reasons = [lacking[need] for need in suite.needs if need in lacking]
        outcomes.append(Outcome(suite, reason=reasons[0]) if reasons else run_suite(suite, studio, selection))
    return outcomes


def _get_resources(suites: Iterable[Suite], studio: Studio, report: Reporter) -> dict[str, str]:
    """Reasons, by resource, why a resource that a suite needs could not be had."""
    lacking = {}
    for name in dict.fromkeys(need for suite in suites for need in suite.needs):
        try:
            RESOURCES[name](studio, report)
        except SetupError as error:
            lacking[name] = str(error)
    return lacking


def _summary(outcomes: Sequence[Outcome], report: Reporter) -> int:
    report.line("\nSetting up")
    report.table()
    report.line("\nSuites")
    for outcome in outcomes:
        report.line(_row(outcome))
    not_run = sum(1 for outcome in outcomes if outcome.reason)
    in_ci = os.environ.get("CI", "").lower() == "true"
    passed = sum(outcome.counts.passed for outcome in outcomes)
    failed = sum(outcome.counts.failed for outcome in outcomes) + (not_run if in_ci else 0)
    skipped = sum(outcome.counts.skipped for outcome in outcomes) + (0 if in_ci else not_run)
    report.line(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 else 1


def _row(outcome: Outcome) -> str:
    name = f"  {outcome.suite.name:<10}"
    if outcome.reason:
        return f"{name} did not run: {outcome.reason}"
    counts = outcome.counts
    over = "  OVER BUDGET" if outcome.seconds > outcome.suite.budget_s else ""
    tests = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"
    return f"{name} {outcome.seconds:6.1f} s of {outcome.suite.budget_s:.0f} s  {tests}{over}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [suite.name for suite in SUITES]
    parser.add_argument("--suite", action="append", choices=names, help="run only this suite; may be repeated")
    parser.add_argument("--long", action="store_true", help="also the tests marked long")
    parser.add_argument("--write-api", action="store_true", help="let the page write workflows/api anew")
    parser.add_argument("-k", dest="keyword", default="", help="only tests whose name matches, as in pytest")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
