"""Time from the start of the process to its first answer, beside that of an empty Python.

python -m benchmarks.startup [ROUNDS]
"""

import http.client
import socket
import subprocess
import sys
import time

from benchmarks.spread import spread

_FIRST_REQUESTS = {
    "first SQS answer": "/?Action=ListQueues&Version=2012-11-05",
    "first health answer": "/_emulator/health",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def seconds_to_first_answer(path: str) -> float:
    port = free_port()
    since = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "emulator", "--port", str(port)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                return time.perf_counter() - since
            except ConnectionRefusedError:
                time.sleep(0.001)
    finally:
        process.terminate()
        process.wait(10)


def seconds_of_empty_python() -> float:
    since = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - since


def main(rounds: int) -> None:
    empty: list[float] = []
    answers: dict[str, list[float]] = {name: [] for name in _FIRST_REQUESTS}
    for _ in range(rounds):
        empty.append(seconds_of_empty_python())
        for name, path in _FIRST_REQUESTS.items():
            answers[name].append(seconds_to_first_answer(path))
    print(f"python -c pass        {spread(empty)}")
    for name, values in answers.items():
        print(f"{name:<21} {spread(values)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
