"""The PostgreSQL server of the tests ends with them."""

import subprocess
import sys
from pathlib import Path

from tests import emulator_process
from tests.cluster.fakes import eventually
from tests.postgresql import needs_postgresql

_STARTS = "from tests.postgresql import Server; server = Server.started(); print(server.directory, flush=True); input()"


def test_server_ends_with_a_process_that_is_killed() -> None:
    needs_postgresql()
    command = [sys.executable, "-c", _STARTS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=emulator_process.ROOT
    ) as process:
        assert process.stdout is not None
        directory = Path(process.stdout.readline().strip())
        postmaster = Path("/proc") / (directory / "data/postmaster.pid").read_text().split()[0]
        process.kill()
    eventually(lambda: not directory.exists())
    assert not postmaster.exists() or "Z" in (postmaster / "stat").read_text().split()[2]
