"""dramatiq with the broker of dramatiq-sqs."""

import os
import queue
from importlib.metadata import version

import dramatiq
from dramatiq_sqs import SQSBroker
from matrix_program import PATIENCE, control, report

retries = dramatiq.middleware.Retries(max_retries=2, min_backoff=0, max_backoff=0)
endpoint = os.environ["AWS_ENDPOINT_URL"]
broker = SQSBroker(namespace="shop", dead_letter=True, middleware=[retries], endpoint_url=endpoint)
dramatiq.set_broker(broker)
done: "queue.SimpleQueue[str]" = queue.SimpleQueue()


@dramatiq.actor
def make(drink: str) -> None:
    done.put(f"made {drink}")


@dramatiq.actor
def burn(drink: str) -> None:
    done.put(f"burnt {drink}")
    raise OSError("smoke")


def told(times: int) -> list[str]:
    return sorted(done.get(timeout=PATIENCE) for _ in range(times))


def consumer() -> None:
    worker = dramatiq.Worker(broker, worker_threads=2, worker_timeout=1000)
    worker.start()
    for drink in ("coffee", "tea"):
        make.send(drink)
    assert (made := told(2)) == ["made coffee", "made tea"], made
    make.send_with_options(args=("milk",), delay=600_000)
    make.send("water")
    assert (made := told(1)) == ["made water"], made
    control("clock", advance=600)
    assert (made := told(1)) == ["made milk"], made
    burn.send("toast")
    assert (burnt := told(3)) == ["burnt toast"] * 3, burnt
    broker.join("default", timeout=PATIENCE)
    worker.stop()
    [dead] = broker.dead_letter_queues["default"].receive_messages(WaitTimeSeconds=20, MaxNumberOfMessages=10)
    assert dead.body


report(f"dramatiq {dramatiq.__version__}, dramatiq-sqs {version('dramatiq-sqs')}", {"consumer": consumer})
