"""sqs-workers: jobs in a queue with a backoff, and a dead-letter queue whose messages are pushed back."""

from importlib.metadata import version

from matrix_program import control, report
from sqs_workers import SQSEnv, create_standard_queue
from sqs_workers.backoff_policies import ConstantBackoff
from sqs_workers.deadletter_queue import DeadLetterQueue
from sqs_workers.shutdown_policies import MaxTasksShutdown

env = SQSEnv(queue_prefix="shop-", backoff_policy=ConstantBackoff(600))  # the endpoint from AWS_ENDPOINT_URL
create_standard_queue(env, "orders_dead")
create_standard_queue(env, "orders", redrive_policy=env.redrive_policy("orders_dead", 2))
orders = env.queue("orders")
made: list[str] = []


@orders.processor("make")
def make(drink: str) -> None:
    made.append(drink)
    if drink == "poison":
        raise OSError("no such drink")


def consumer() -> None:
    with orders.add_batch():
        for drink in ("coffee", "tea", "poison"):
            make.delay(drink=drink)
    orders.process_queue(shutdown_policy=MaxTasksShutdown(3), wait_second=20)
    assert sorted(made) == ["coffee", "poison", "tea"], made
    assert orders.process_batch().total_count() == 0
    control("clock", advance=600)
    result = orders.process_batch(wait_seconds=20)
    assert (result.succeeded_count(), result.failed_count()) == (0, 1), result
    control("clock", advance=600)
    assert orders.process_batch().total_count() == 0

    dead = env.queue("orders_dead", DeadLetterQueue.maker(orders))
    result = dead.process_batch(wait_seconds=20)
    assert result.succeeded_count() == 1, result
    control("clock", advance=1)
    result = orders.process_batch(wait_seconds=20)
    assert result.failed_count() == 1, result
    assert made.count("poison") == 3, made


report(version("sqs-workers"), {"consumer": consumer})
