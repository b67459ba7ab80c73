"""The test suites: what each needs, how long it may take, and how it ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from .browser import require_chromium
from .cache import EXTENSION
from .environment import clean
from .errors import SetupError
from .prepare import Studio
from .stages import Reporter

TESTS = EXTENSION / "tests"
STOP_GRACE_S = 15.0
"""Time for fixtures to stop their servers after Ctrl-C; the guard ends those that are left."""
NO_TESTS_COLLECTED = 5
PROCESSES = min(os.cpu_count() or 1, 4)
"""Of a suite that is shared out; each holds the models of its tests."""


@dataclass(frozen=True)
class Suite:
    """One folder of tests."""

    name: str
    budget_s: float
    """Written-down limit on two cores, without setting up. Exceeding it is told, not failed."""
    needs: tuple[str, ...] = ()
    """Names in RESOURCES."""
    is_shared_out: bool = True
    """Its files are shared out to several processes, each with a server of its own where tests need one. Not where
    most of the time is waiting for a page."""


SUITES = (
    Suite("unit", 40),
    Suite("js", 5),
    Suite("training", 220, ("photos",)),
    Suite("providers", 180, ("photos", "embedded models")),
    Suite("host", 260, ("photos", "embedded models", "random checkpoint")),
    Suite("browser", 190, ("photos", "embedded models", "random checkpoint", "chromium"), is_shared_out=False),
)
"""In running order: the quickest answers first. 895 s in all."""

RESOURCES: dict[str, Callable[[Studio, Reporter], object]] = {
    "photos": Studio.get_photos,
    "embedded models": Studio.get_embedded_models,
    "random checkpoint": Studio.get_random_checkpoint,
    "chromium": lambda studio, report: require_chromium(report),
}


@dataclass(frozen=True)
class Selection:
    """What the command line asked for."""

    long: bool = False
    keyword: str = ""
    write_api: bool = False
    """Let the browser suite write workflows/api anew."""


@dataclass(frozen=True)
class Counts:
    """Tests by how they ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def or_crashed(self, exit_status: int) -> Counts:
        """The same, with one failure more where the runner failed and no test did."""
        return replace(self, failed=1) if exit_status != 0 and self.failed == 0 else self


@dataclass(frozen=True)
class Outcome:
    """How one suite ended."""

    suite: Suite
    seconds: float = 0.0
    counts: Counts = Counts()
    reason: str = ""
    """Why it could not run; empty if it ran."""


def run_suite(suite: Suite, studio: Studio, selection: Selection) -> Outcome:
    """The outcome of one suite; its own output goes straight to the terminal."""
    started = time.monotonic()
    run = _run_js if suite.name == "js" else _run_pytest
    try:
        counts = run(suite, studio, selection)
    except SetupError as error:
        return Outcome(suite, time.monotonic() - started, reason=str(error))
    return Outcome(suite, time.monotonic() - started, counts)


def _run_pytest(suite: Suite, studio: Studio, selection: Selection) -> Counts:
    if not any((TESTS / suite.name).glob("**/test_*.py")):
        raise SetupError(f"There are no tests in tests/{suite.name}. Write them, or remove the suite.")
    command: list[str | Path] = [studio.python, "-m", "pytest", "-c", "pytest.ini", suite.name]
    variables = {}
    if suite.is_shared_out:
        # By file: fixtures of a module are dear, and are made once.
        command += ["-n", str(PROCESSES), "--dist", "loadfile"]
        # Every process would start a thread for each core, and they would wait for one another.
        variables["OMP_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // PROCESSES))
    command += ["--long"] if selection.long else []
    command += ["-k", selection.keyword] if selection.keyword else []
    command += ["--write-api"] if selection.write_api else []
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "junit.xml"
        # Started in tests/, since `-m` puts the current folder on sys.path, and our nodes/ in the
        # root would hide ComfyUI's nodes.py.
        code = _call([*command, f"--junitxml={junit}"], TESTS, studio, variables)
        if code == NO_TESTS_COLLECTED:
            return Counts()
        counts = _counts_of_junit(junit)
    return counts.or_crashed(code)


def _run_js(suite: Suite, studio: Studio, selection: Selection) -> Counts:
    files = sorted((TESTS / "js").glob("**/*.test.js"))
    if not files:
        raise SetupError("There are no tests in tests/js. Write them, or remove the suite.")
    node = shutil.which("node") or _node_of_playwright(studio.python)
    command: list[str | Path] = [node, "--test"]
    command += [f"--test-name-pattern={re.escape(selection.keyword)}"] if selection.keyword else []
    with tempfile.TemporaryDirectory() as folder:
        tap = Path(folder) / "counts.tap"
        command += ["--test-reporter=spec", "--test-reporter-destination=stdout"]
        command += ["--test-reporter=tap", f"--test-reporter-destination={tap}"]
        code = _call([*command, *files], EXTENSION, studio)
        counts = _counts_of_tap(tap.read_text(encoding="utf-8") if tap.is_file() else "")
    return counts.or_crashed(code)


def _node_of_playwright(python: Path) -> str:
    """The Node program inside the Playwright wheel."""
    program = "import playwright, pathlib; print(pathlib.Path(playwright.__file__).parent / 'driver')"
    done = subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=False)
    driver = Path(done.stdout.strip() or "missing")
    node = driver / ("node.exe" if os.name == "nt" else "node")
    if not node.is_file():
        raise SetupError("Node is neither on PATH nor in the Playwright package. Install Node 20 or newer.")
    return str(node)


def _call(
    command: Sequence[str | Path], folder: Path, studio: Studio, variables: Mapping[str, str] = MappingProxyType({})
) -> int:
    """The exit status. On Ctrl-C or SIGTERM the child gets time to stop its servers, then is killed."""
    words = [str(word) for word in command]
    # A session of its own, so that a Ctrl-C reaches it once, from here: a second one would cut its clean-up short.
    environment = {**clean(), **studio.comfyui.variables, **variables}
    child = subprocess.Popen(words, cwd=folder, env=environment, start_new_session=True)
    try:
        return child.wait()
    except KeyboardInterrupt:
        if os.name != "nt":
            child.send_signal(signal.SIGINT)
        raise
    finally:
        try:
            child.wait(STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()


def _counts_of_junit(junit: Path) -> Counts:
    """What pytest's report says; errors in fixtures are failures."""
    if not junit.is_file():
        return Counts()
    suites = ElementTree.parse(junit).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Counts(total - failed - skipped, failed, skipped)


def _counts_of_tap(text: str) -> Counts:
    """What the summary says that Node writes at the end."""
    counts = dict(re.findall(r"^# (pass|fail|cancelled|skipped) (\d+)$", text, re.MULTILINE))
    failed = int(counts.get("fail", 0)) + int(counts.get("cancelled", 0))
    return Counts(int(counts.get("pass", 0)), failed, int(counts.get("skipped", 0)))
