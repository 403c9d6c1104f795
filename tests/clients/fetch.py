"""Fetch and compile what the toolchains that are installed need: ``python -m tests.clients.fetch``."""

import subprocess
import sys

from tests.clients.matrix.table import CLIENTS
from tests.clients.toolchains import OTHERS, TOOLCHAINS, Toolchain


def main() -> int:
    """Fetch for each toolchain in turn; 1 if that failed for any."""
    toolchains = [*TOOLCHAINS, *OTHERS, *(client.toolchain for client in CLIENTS)]
    return max([fetch(toolchain) for toolchain in dict.fromkeys(toolchains)])


def fetch(toolchain: Toolchain) -> int:
    if tool := toolchain.missing():
        print(f"{toolchain.name}: skipped, {tool} is not installed", flush=True)
    elif toolchain.is_fetched():
        print(f"{toolchain.name}: it is here", flush=True)
    else:
        print(f"{toolchain.name}: fetching and compiling", flush=True)
        try:
            toolchain.fetch()
        except subprocess.CalledProcessError as error:
            print(f"{toolchain.name}: failed: {error}", file=sys.stderr, flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
