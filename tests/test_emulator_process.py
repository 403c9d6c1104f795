"""The processes that tests start end with the tests, however these end."""

import os
import select
import signal
import subprocess
import sys

import pytest

from tests import emulator_process, patience

_PROGRAM = """
import sys
from tests import emulator_process

process = emulator_process.start("--port", "0")
print(process.pid, process.stdout.readline(), flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(not emulator_process.FORKS, reason="the emulator is not forked here")
def test_emulator_ends_with_tests_that_were_killed() -> None:
    command = [sys.executable, "-c", _PROGRAM]
    pipe, folder = subprocess.PIPE, emulator_process.ROOT
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=folder, start_new_session=True) as tests:
        assert tests.stdout is not None
        emulator = os.pidfd_open(int(tests.stdout.readline().split()[0]))
        os.killpg(tests.pid, signal.SIGKILL)
    try:
        assert select.select([emulator], [], [], patience.SECONDS)[0]
    finally:
        os.close(emulator)
