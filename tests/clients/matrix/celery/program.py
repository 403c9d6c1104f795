"""Celery with kombu's SQS transport: a worker process, as users start it, and the program that calls its tasks.

The tasks report to a queue, which the program receives from.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import celery
import kombu
from celery import Celery, Task
from matrix_program import PATIENCE, control, report

sqs = boto3.client("sqs")
reports = sqs.create_queue(QueueName="reports")["QueueUrl"]
invoices = sqs.create_queue(QueueName="invoices", Attributes={"VisibilityTimeout": "1800"})["QueueUrl"]

app = Celery("shop", broker="sqs://")  # region and credentials from the environment
app.conf.broker_transport_options = {"endpoint_url": os.environ["AWS_ENDPOINT_URL"], "queue_name_prefix": "shop-"}
app.conf.task_create_missing_queues = True

accounting = Celery("accounting", broker="sqs://")
accounting.conf.task_default_queue = "invoices"
accounting.conf.broker_transport_options = {
    "endpoint_url": os.environ["AWS_ENDPOINT_URL"],
    "predefined_queues": {
        "invoices": {
            "url": invoices,
            "access_key_id": "test",
            "secret_access_key": "test",
            "backoff_policy": {1: 600, 2: 900},
            "backoff_tasks": ["bill"],
        }
    },
}


def tell(text: str) -> None:
    sqs.send_message(QueueUrl=reports, MessageBody=text)


@app.task(name="make")
def make(drink: str) -> None:
    tell(f"made {drink}")


@app.task(name="brew", bind=True, max_retries=2)
def brew(self: Task, drink: str) -> None:
    tell(f"attempt {self.request.retries} at {drink}")
    if self.request.retries < 2:
        raise self.retry(countdown=0)


@accounting.task(name="bill", acks_late=True, acks_on_failure_or_timeout=False)
def bill(customer: str) -> None:
    tell(f"bill for {customer}")
    raise OSError("the printer is out of paper")


@contextmanager
def worker(name: str) -> Iterator[None]:
    """A worker of the app with this name in this module."""
    options = ("--concurrency", "1", "--loglevel", "warning", "--without-gossip", "--without-mingle")
    command = [sys.executable, "-m", "celery", "--app", f"program:{name}", "worker", *options]
    process = subprocess.Popen(command, stdout=sys.stderr)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)  # it finishes what it has begun
        assert process.wait(PATIENCE) == 0, process.returncode


def told() -> str:
    """The next report of a task."""
    for _ in range(PATIENCE // 20):
        for message in sqs.receive_message(QueueUrl=reports, WaitTimeSeconds=20).get("Messages", []):
            sqs.delete_message(QueueUrl=reports, ReceiptHandle=message["ReceiptHandle"])
            return str(message["Body"])
    raise AssertionError("no task has reported anything")


def counts(queue: str) -> dict[str, str]:
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    names = ("", "NotVisible", "Delayed")
    return {name: found[f"ApproximateNumberOfMessages{name}"] for name in names}


NOTHING = {"": "0", "NotVisible": "0", "Delayed": "0"}


def tasks() -> None:
    with worker("app"):
        for drink in ("coffee", "tea"):
            make.delay(drink)
        assert {told(), told()} == {"made coffee", "made tea"}
        brew.delay("espresso")
        assert [told() for _ in range(3)] == [f"attempt {number} at espresso" for number in range(3)]
        make.apply_async(("cocoa",), countdown=1)
        assert told() == "made cocoa"
        make.apply_async(("milk",), DelaySeconds=600)
        make.delay("water")
        assert told() == "made water"
        control("clock", advance=600)
        assert told() == "made milk"
    assert counts(sqs.get_queue_url(QueueName="shop-celery")["QueueUrl"]) == NOTHING


def predefined_queues() -> None:
    """A task that fails comes again after the time of the backoff policy, not after the queue's visibility timeout."""
    bill.delay("Zoë")
    with worker("accounting"):
        assert told() == "bill for Zoë"
    assert counts(invoices) == NOTHING | {"NotVisible": "1"}
    control("clock", advance=600)
    assert counts(invoices) == NOTHING | {"": "1"}
    with worker("accounting"):
        assert told() == "bill for Zoë"
    control("clock", advance=600)
    assert counts(invoices) == NOTHING | {"NotVisible": "1"}
    control("clock", advance=300)
    assert counts(invoices) == NOTHING | {"": "1"}


def consumer() -> None:
    tasks()
    predefined_queues()


def main() -> None:
    report(f"celery {celery.__version__}, kombu {kombu.__version__}", {"consumer": consumer})


if __name__ == "__main__":
    main()
