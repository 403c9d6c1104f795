"""The cost of a Publish, by the number of queues it reaches and of subscriptions that filter it out.

python -m benchmarks.fan_out --rounds 7

In process, from the parsed HTTP request to the answer, in processor time. The sides alternate, and the garbage
collector is left on. Enveloped messages are signed once for all subscribers; raw ones are not signed.
"""

import json
import logging
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import click

from benchmarks.command import benchmark
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR
from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.wire.http import HttpRequest

RAW, ENVELOPED, FILTERED = "raw", "enveloped", "one matches"
QUEUES = (0, 1, 10, 100, 1_000)
FILTERS = (10, 200)

_ACCOUNT, _REGION = "000000000000", "us-east-1"
_PUBLISHES = 20  # in a round
_SNS, _SQS = "2010-03-31", "2012-11-05"


class World:
    """One emulator, called by POSTs of the query protocol, with the parameters in the URL."""

    def __init__(self) -> None:
        self._gateway = Emulator(Settings()).gateway

    def call(self, version: str, **params: str) -> None:
        query = urlencode({"Version": version, **params}).encode()
        answer = self._gateway.answer(HttpRequest("POST", "http", "/", query, {b"host": b"localhost"}, b""))
        assert not hasattr(answer, "send"), "nothing here waits"
        assert answer.status == 200, answer.body

    def make_topic(self, topic: str, subscriptions: list[dict[str, str]]) -> None:
        """A topic with a queue for each subscription; ``subscriptions`` has their attributes."""
        self.call(_SNS, Action="CreateTopic", Name=topic)
        for number, attributes in enumerate(subscriptions):
            self._subscribe(topic, f"{topic}-{number}", attributes)

    def _subscribe(self, topic: str, queue: str, attributes: dict[str, str]) -> None:
        named = {
            f"Attributes.entry.{number}.{part}": text
            for number, pair in enumerate(attributes.items(), 1)
            for part, text in zip(("key", "value"), pair, strict=True)
        }
        self.call(_SQS, Action="CreateQueue", QueueName=queue)
        endpoint = f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:{queue}"
        self.call(_SNS, Action="Subscribe", TopicArn=arn(topic), Protocol="sqs", Endpoint=endpoint, **named)

    def seconds_a_publish(self, topic: str) -> float:
        since = time.process_time()
        for number in range(_PUBLISHES):
            self.call(
                _SNS,
                Action="Publish",
                TopicArn=arn(topic),
                Message=f"{number} {'x' * 1000}",
                **{
                    "MessageAttributes.entry.1.Name": "store",
                    "MessageAttributes.entry.1.Value.DataType": "String",
                    "MessageAttributes.entry.1.Value.StringValue": "s0",
                },
            )
        return (time.process_time() - since) / _PUBLISHES


def arn(topic: str) -> str:
    return f"arn:aws:sns:{_REGION}:{_ACCOUNT}:{topic}"


def topics(world: World) -> Iterator[tuple[str, str, str]]:
    """For each case: its name, the measure, and its topic."""
    for form, attributes in ((RAW, {"RawMessageDelivery": "true"}), (ENVELOPED, dict[str, str]())):
        for count in QUEUES:
            topic = f"{form}-{count}"
            world.make_topic(topic, [attributes] * count)
            yield f"{count:,} queues", form, topic
    for count in FILTERS:
        policies = [json.dumps({"store": [f"s{number}"]}) for number in range(count)]
        topic = f"filtered-{count}"
        world.make_topic(topic, [{"RawMessageDelivery": "true", "FilterPolicy": policy} for policy in policies])
        yield f"{count} filters", FILTERED, topic


@benchmark("fan_out", __doc__)
@click.option("--rounds", default=7, show_default=True)
def main(rounds: int) -> Iterator[Measured]:
    logging.disable()
    world = World()
    cases = list(topics(world))
    found: dict[str, list[float]] = {topic: [] for _, _, topic in cases}
    for _ in range(rounds):
        for topic, values in found.items():
            values.append(round(world.seconds_a_publish(topic) * 1e6, 1))
    for case, measure, topic in cases:
        yield Figure(case, EMULATOR, measure, "µs", found[topic])


if __name__ == "__main__":
    main()
