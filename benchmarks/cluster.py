"""What a request costs in a cluster: performed by the process that gets it, or passed on to the account's owner.

    python -m benchmarks.cluster --seconds 5

prints microseconds of processor time for each SendMessage of 100 bytes, of the process that is asked, of the one that
has the account, and of PostgreSQL. Unlike requests per second these hardly depend on what else the machine does.
"""

import argparse
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from tests.cluster.load import Client
from tests.cluster.members import Process, members
from tests.postgresql import Server

_ACCOUNT = "111111111111"
_THREADS = 8
_TICKS = os.sysconf("SC_CLK_TCK")
_FIELDS_BEFORE_STATE = 2  # of /proc/PID/stat, the second of which may hold spaces


def processor_seconds(pids: Iterable[int]) -> float:
    """User and system time, of the processes and of their children that have ended."""
    return sum(map(_seconds_of, pids)) / _TICKS


def _seconds_of(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[13 - _FIELDS_BEFORE_STATE : 17 - _FIELDS_BEFORE_STATE]))


def tree(pid: int) -> list[int]:
    """A process and those that it has started."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task/{pid}").glob("children"):
        for child in children.read_text().split():
            found += tree(int(child))
    return found


def load(asked: Process, seconds: float) -> int:
    """Send for so long; how many messages were acknowledged."""
    counts, until = [0] * _THREADS, time.monotonic() + seconds

    def send(number: int) -> None:
        client = Client(_ACCOUNT, [asked.port], number)
        while time.monotonic() < until:
            client.sqs("SendMessage", QueueUrl=f"/{_ACCOUNT}/queue", MessageBody="x" * 100)
            counts[number] += 1
        client.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def measure(seconds: float) -> None:
    database = Server.started()
    try:
        postmaster = int((database.directory / "data/postmaster.pid").read_text().split()[0])
        with members(database.new_database(), 2) as processes:
            owner, other = processes
            Client(_ACCOUNT, [owner.port], 0).sqs("CreateQueue", QueueName="queue")
            for name, asked in (("performed by the process that is asked", owner), ("passed on", other)):
                load(asked, 1.0)
                sides = {"owner": [owner.pid], "PostgreSQL": tree(postmaster)}
                if asked is other:
                    sides["asked"] = [other.pid]
                before = {side: processor_seconds(pids) for side, pids in sides.items()}
                count = load(asked, seconds)
                spent = {side: (processor_seconds(pids) - before[side]) / count * 1e6 for side, pids in sides.items()}
                shown = ", ".join(f"{side} {each:.0f}" for side, each in spent.items())
                print(f"{name}: {count / seconds:.0f} requests/s; microseconds of processor time each: {shown}")
    finally:
        database.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    measure(parser.parse_args().seconds)
