"""Takes what the tests of the matrix saw into ``docs/clients.md``: ``python -m tests.clients.matrix.report``.

Clients that were skipped keep their row.
"""

import msgspec

from tests import reference
from tests.clients.matrix.client import Client
from tests.clients.matrix.table import CLIENTS, RESULTS, Result, read_results


def write_result(client: Client, result: Result) -> None:
    """Keep what a test saw for the report that follows."""
    (client.toolchain.workspace / f"{client.program}.result.json").write_bytes(msgspec.json.encode(result))


def take_results() -> dict[str, Result]:
    """The result of each client of the table: of the tests since the last report, or else as it was."""
    results = read_results()
    for client in CLIENTS:
        file = client.toolchain.workspace / f"{client.program}.result.json"
        if file.exists():
            results[client.name] = msgspec.json.decode(file.read_bytes(), type=Result)
            file.unlink()
    return {client.name: results[client.name] for client in CLIENTS if client.name in results}


def main() -> None:
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(take_results())) + b"\n")
    reference.main()


if __name__ == "__main__":
    main()
