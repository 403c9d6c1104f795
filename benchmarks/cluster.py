"""What a request costs in a cluster: performed by the process that gets it, or passed on to the account's owner.

    python -m benchmarks.cluster --seconds 5

yields microseconds of processor time for each SendMessage of 100 bytes, of the process that is asked, of the one that
has the account, and of PostgreSQL. Unlike requests per second these hardly depend on what else the machine does.
PostgreSQL runs with fsync=off: it does not wait for the disk.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import click

from benchmarks.command import benchmark
from benchmarks.results import Figure, Measured
from tests.cluster.load import Client
from tests.cluster.members import Process, members
from tests.postgresql import Server

PERFORMED, PASSED_ON = "performed by the process that is asked", "passed on"
OWNER, ASKED, POSTGRESQL = "owner", "asked", "PostgreSQL, fsync=off"

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


@benchmark("cluster", __doc__)
@click.option("--seconds", default=5.0, show_default=True, help="Of each load.")
def main(seconds: float) -> Iterator[Measured]:
    database = Server.started()
    try:
        postmaster = int((database.directory / "data/postmaster.pid").read_text().split()[0])
        with members(database.new_database(), 2) as processes:
            owner, other = processes
            with closing(Client(_ACCOUNT, [owner.port], 0)) as client:
                client.sqs("CreateQueue", QueueName="queue")
            for case, asked in ((PERFORMED, owner), (PASSED_ON, other)):
                load(asked, min(1.0, seconds))
                sides = {OWNER: [owner.pid], POSTGRESQL: tree(postmaster)}
                if asked is other:
                    sides[ASKED] = [other.pid]
                before = {side: processor_seconds(pids) for side, pids in sides.items()}
                count = load(asked, seconds)
                yield Figure(case, "cluster", "throughput", "requests/s", [round(count / seconds)])
                for side, pids in sides.items():
                    spent = (processor_seconds(pids) - before[side]) / count * 1e6
                    yield Figure(case, side, "CPU per request", "µs", [round(spent, 1)])
    finally:
        database.stop()


if __name__ == "__main__":
    main()
