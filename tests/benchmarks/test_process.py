import os
import subprocess
import sys

import pytest

from benchmarks.process import MeasuredServer, StartError, busy_seconds, free_port, running

SERVER = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1")


def test_server_runs_until_the_end_of_the_block() -> None:
    port = free_port()
    with running((*SERVER, str(port)), port) as server:
        assert server.resident_bytes > 0
        assert server.cpu_seconds >= 0
        assert os.path.exists(f"/proc/{server.pid}")
    assert not os.path.exists(f"/proc/{server.pid}")
    assert server.resident_bytes == 0


def test_server_that_ends_at_once_is_a_start_error() -> None:
    command = (sys.executable, "-c", "raise SystemExit(3)")
    with pytest.raises(StartError, match="ended with 3"), running(command, free_port()):
        pass


def test_children_count_too() -> None:
    own = MeasuredServer(os.getpid(), 0).resident_bytes
    wait = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        childs = MeasuredServer(child.pid, 0).resident_bytes
        assert childs > 0
        assert MeasuredServer(os.getpid(), 0).resident_bytes >= own + childs // 2
        child.communicate()


def test_machine_has_been_busy() -> None:
    assert busy_seconds() > 0
