"""What a Publish costs, by how many queues it reaches and how many subscriptions filter it out.

    python -m benchmarks.fan_out [ROUNDS]

In process, from the parsed HTTP request to the answer, in processor time. The sides alternate, and the garbage
collector is left on. Enveloped messages are signed once for all subscribers; raw ones are not signed.
"""

import json
import logging
import sys
import time
from urllib.parse import urlencode

from benchmarks.spread import spread
from emulator.app import Emulator
from emulator.settings import Settings
from emulator.wire.http import HttpRequest

_ACCOUNT, _REGION = "000000000000", "us-east-1"
_PUBLISHES = 20  # in a round


class World:
    """One emulator, called by GETs of the query protocol."""

    def __init__(self) -> None:
        self._gateway = Emulator(Settings()).gateway

    def call(self, version: str, **params: str) -> None:
        query = urlencode({"Version": version, **params}).encode()
        answer = self._gateway.answer(HttpRequest("GET", "http", "/", query, {b"host": b"localhost"}, b""))
        assert not hasattr(answer, "send"), "nothing here waits"
        assert answer.status == 200, answer.body

    def subscribe(self, topic: str, queue: str, **attributes: str) -> None:
        named = {
            f"Attributes.entry.{number}.{part}": text
            for number, pair in enumerate(attributes.items(), 1)
            for part, text in zip(("key", "value"), pair, strict=True)
        }
        self.call("2012-11-05", Action="CreateQueue", QueueName=queue)
        endpoint = f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:{queue}"
        self.call("2010-03-31", Action="Subscribe", TopicArn=arn(topic), Protocol="sqs", Endpoint=endpoint, **named)

    def seconds_a_publish(self, topic: str) -> float:
        since = time.process_time()
        for number in range(_PUBLISHES):
            self.call(
                "2010-03-31",
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


def main(rounds: int) -> None:
    logging.disable()
    world = World()
    sides: dict[str, list[float]] = {}
    for form, attributes in (("enveloped", {}), ("raw", {"RawMessageDelivery": "true"})):
        for count in (0, 1, 10, 100, 1_000):
            topic = f"{form}-{count}"
            world.call("2010-03-31", Action="CreateTopic", Name=topic)
            for number in range(count):
                world.subscribe(topic, f"{topic}-{number}", **attributes)
            sides[topic] = []
    for count in (10, 200):
        topic = f"one-of-{count}-filters"
        world.call("2010-03-31", Action="CreateTopic", Name=topic)
        for number in range(count):
            policy = json.dumps({"store": [f"s{number}"]})
            world.subscribe(topic, f"{topic}-{number}", RawMessageDelivery="true", FilterPolicy=policy)
        sides[topic] = []
    for _ in range(rounds):
        for topic, values in sides.items():
            values.append(world.seconds_a_publish(topic))
    for topic, values in sides.items():
        print(f"{topic:<20} {spread(values, 'µs', 1e6)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
