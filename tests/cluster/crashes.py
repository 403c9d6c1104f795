"""A cluster of three processes on PostgreSQL, of which one after the other fails under load.

    python -m tests.cluster.crashes --seconds 600

kills a process (SIGKILL), stops one for longer than its lease (SIGSTOP), or lets one leave (SIGTERM), every few
seconds, and checks that no acknowledged message is lost, that no deleted one comes back, that FIFO queues keep their
order, and that nothing is accepted twice.
"""

import argparse
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.cluster.load import Client, Load
from tests.cluster.members import Process, members
from tests.postgresql import Server

ACCOUNTS = ("111111111111", "222222222222", "333333333333", "444444444444")
FAILURES = ("kill", "stop", "leave")

_STOPPED_SECONDS = 7.0  # longer than a lease
_PAUSE_SECONDS = (1.0, 3.0)
_PROBE_SECONDS = 0.05


class Outcome:
    """What a run has shown."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, float]] = []  # and the seconds until other processes answered for all accounts
        self.faults: list[str] = []
        self.sent = 0

    def __str__(self) -> str:
        kinds = {kind: [seconds for each, seconds in self.failures if each == kind] for kind in FAILURES}
        lines = [f"{self.sent} messages acknowledged, {len(self.failures)} failures of processes"]
        lines += [
            f"{kind}: {len(seconds)} times; others answered after {max(seconds):.2f} s at most"
            for kind, seconds in kinds.items()
            if seconds
        ]
        return "\n".join([*lines, *(self.faults or ["nothing lost, back, out of order or twice"])])


def run(database: str, seconds: float, seed: int, failures: Sequence[str] = FAILURES) -> Outcome:
    """Let processes fail for so long; each of ``failures`` at least once."""
    chance, outcome = random.Random(seed), Outcome()
    with members(database, 3) as processes:
        load = Load(ACCOUNTS, [each.port for each in processes])
        load.start()
        until, todo = time.monotonic() + seconds, list(failures)
        while todo or time.monotonic() < until:
            time.sleep(chance.uniform(*_PAUSE_SECONDS))
            kind = todo.pop() if todo else chance.choice(failures)
            process = chance.choice(processes)
            others = [each for each in processes if each is not process]
            outcome.failures.append((kind, fail(kind, process, others)))
        outcome.faults = load.finish()
        outcome.sent = load.sent
    return outcome


def fail(kind: str, process: Process, others: Sequence[Process]) -> float:
    """Let a process fail and come back: the seconds until others answered for all accounts."""
    with answering(others) as answered:
        if kind == "stop":
            process.signal(signal.SIGSTOP)
            time.sleep(_STOPPED_SECONDS)
            process.signal(signal.SIGCONT)
        else:
            process.signal(signal.SIGKILL if kind == "kill" else signal.SIGTERM)
            code = process.wait()
            assert code == (0 if kind == "leave" else -signal.SIGKILL), process.log()
            process.start()
            process.wait_until_ready()
    return max(answered)


@contextmanager
def answering(processes: Sequence[Process]) -> Iterator[list[float]]:
    """Asks each account something until an answer comes, from the beginning of the block: the seconds it took."""
    since, answered = time.monotonic(), list[float]()

    def ask(account: str) -> None:
        client = Client(account, [each.port for each in processes], 0)
        number = 0
        time.sleep(_PROBE_SECONDS)
        while not client.once(processes[number % len(processes)].port):
            number += 1
            time.sleep(_PROBE_SECONDS)
        answered.append(time.monotonic() - since)
        client.close()

    threads = [threading.Thread(target=ask, args=(account,)) for account in ACCOUNTS]
    for thread in threads:
        thread.start()
    yield answered
    for thread in threads:
        thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    server = Server.started()
    try:
        outcome = run(server.new_database(), arguments.seconds, arguments.seed)
    finally:
        server.stop()
    print(outcome)
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
