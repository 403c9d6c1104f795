"""The memory of the server: idle, per message, and per deduplication id.

python -m benchmarks.memory --messages 100000

Messages of 1 KB are sent to a server, and the growth of its resident memory is divided by their number. A deduplication
id outlives its message, so the memory of ids is measured in process, after all messages were deleted.
"""

import gc
import json
import tracemalloc
from collections.abc import Iterator

import click

from benchmarks.command import benchmark
from benchmarks.load.api import BODY, Api
from benchmarks.load.generator import load
from benchmarks.load.requests import Script
from benchmarks.process import measured_server
from benchmarks.queue_depth import fill, make_queue
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR

IDLE, STORED_STANDARD, STORED_FIFO, DEDUPLICATION_ID = "idle", "standard queue", "FIFO queue", "deduplication id"
RESIDENT, EACH = "resident", "each"

_GROUPS = 1_000
_CONNECTIONS = 4
_FILL_SECONDS = 600.0


def idle_mebibytes() -> float:
    with measured_server() as server:
        return server.resident_bytes / 2**20


def bytes_a_message(count: int, *, fifo: bool) -> float:
    """The growth of the server's resident memory, divided by the number of messages."""
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "false"} if fifo else {}
    with measured_server() as server:
        api = Api(server.host, server.port)
        with api.queue(**attributes) as url:
            batches = iter(range(count // 10))

            def script() -> Script:
                for number in batches:
                    yield batch(api, url, number, fifo=fifo)

            before = server.resident_bytes
            with load(api, script, _CONNECTIONS) as filling:
                filling.run(_FILL_SECONDS)
            return (server.resident_bytes - before) / (count // 10 * 10)


def batch(api: Api, url: str, number: int, *, fifo: bool) -> bytes:
    """Ten messages; in a FIFO queue with group and deduplication id."""
    entries = []
    for index in range(10):
        entry = {"Id": str(index), "MessageBody": BODY}
        if fifo:
            serial = number * 10 + index
            entry |= {"MessageGroupId": f"group-{serial % _GROUPS}", "MessageDeduplicationId": f"{serial:036}"}
        entries.append(entry)
    return api.sqs_head("SendMessageBatch")(json.dumps({"QueueUrl": url, "Entries": entries}).encode())


def bytes_a_deduplication_id(count: int) -> float:
    """The memory of a FIFO queue per id, after all messages were sent and deleted within the deduplication window."""
    queue = make_queue(fifo=True)
    gc.collect()
    tracemalloc.start()
    fill(queue, count, _GROUPS)
    for _ in range(count):
        queue.delete(queue.receive(1, None, 0)[0].receipt_handle, 0)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / count


@benchmark("memory", __doc__)
@click.option("--messages", default=100_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(messages: int, rounds: int) -> Iterator[Measured]:
    idle = [round(idle_mebibytes(), 1) for _ in range(rounds)]
    yield Figure(IDLE, EMULATOR, RESIDENT, "MiB", idle)
    for case, fifo in ((STORED_STANDARD, False), (STORED_FIFO, True)):
        taken = [round(bytes_a_message(messages, fifo=fifo), 1) for _ in range(rounds)]
        yield Figure(f"{case}, {messages:,} messages", EMULATOR, EACH, "bytes", taken)
    ids = [round(bytes_a_deduplication_id(messages), 1)]
    yield Figure(f"{DEDUPLICATION_ID}, among {messages:,}", EMULATOR, EACH, "bytes", ids)


if __name__ == "__main__":
    main()
