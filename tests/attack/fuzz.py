"""``make fuzz``: raw bytes for both ways into the server, for an hour.

With atheris the choices follow what the code covers; without it they are random, from a seed that is printed. A failure
is written to a file, with the segments that made it. https://github.com/google/atheris
"""

import argparse
import logging
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.attack.grammar import Choose, conversation

FAILURE = Path("fuzz-failure.txt")
_ANY_BYTES = 4  # one of so many inputs is any bytes


class Fuzzer:
    """Checks one input after the other."""

    def __init__(self, check: Callable[[Sequence[bytes]], None]) -> None:
        self._check = check
        self.checked = 0

    def check(self, choose: Choose) -> None:
        """Check the input that ``choose`` makes. Writes it to FAILURE if it fails, and raises AssertionError."""
        segments = conversation(choose) if choose(_ANY_BYTES) else [bytes(choose(256) for _ in range(choose(300)))]
        try:
            self._check(segments)
        except BaseException as error:
            FAILURE.write_text(f"check({segments!r})\n{error!r}\n")
            raise
        self.checked += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3_600)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    try:
        import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        return _at_random(chosen.seconds, chosen.seed)
    return _by_coverage(chosen.seconds)


def _at_random(seconds: float, seed: int) -> int:
    from tests.attack.both_ways import check

    print(f"atheris is not installed; random inputs, --seed {seed}.", flush=True)
    fuzzer, choices = Fuzzer(check), random.Random(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        fuzzer.check(choices.randrange)
    print(f"{fuzzer.checked} inputs, no difference.")
    return 0


def _by_coverage(seconds: float) -> int:
    """Prints what libFuzzer prints, and ends the process."""
    import atheris

    with atheris.instrument_imports(
        include=["emulator.http", "emulator.wire", "emulator.serving.asgi", "emulator.admission.browsers"]
    ):
        from tests.attack.both_ways import check
    fuzzer = Fuzzer(check)

    def check_one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        fuzzer.check(lambda below: provider.ConsumeIntInRange(0, below - 1))

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds:.0f}", "-max_len=4096", "-len_control=0"], check_one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
