"""Other processes: listed, waited for and killed."""

import os
import subprocess
import sys
import threading

import pytest
from support_waiting import wait_until
from support_worker import is_alive

from facechain.training.processes import kill_all, started_by, wait_for_end

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent():
    """A process with a child in a session of its own, and the child's number."""
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    yield process, child
    kill_all([process.pid, child])
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="there taskkill finds them")
def test_children_of_children_are_found_in_whatever_session_and_killed(parent):
    process, child = parent
    assert child in started_by(os.getpid())
    assert started_by(process.pid) == [child]
    kill_all(started_by(process.pid))
    wait_until(lambda: not is_alive(child))
    assert is_alive(process.pid)


def test_killing_what_has_ended_is_no_error(parent):
    process, _ = parent
    process.kill()
    process.wait()
    kill_all([process.pid])
    assert started_by(process.pid) == []


def test_the_end_of_a_process_that_is_no_child_is_noticed(parent):
    process, _ = parent
    waiting = threading.Thread(target=wait_for_end, args=(process.pid,), daemon=True)
    waiting.start()
    waiting.join(0.6)
    assert waiting.is_alive()
    process.kill()
    process.wait()
    waiting.join(5)
    assert not waiting.is_alive()
