"""Placeholders in the parameters of a case for things that are created first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.conformance.caller import Caller


@dataclass(frozen=True, slots=True)
class Fixture:
    """A placeholder. ``make`` creates its value, once for each call."""

    name: str
    make: Callable[[Caller], Any]

    def __repr__(self) -> str:
        return self.name


QUEUE = Fixture("QUEUE", lambda aws: aws.queue())  # URL of a new standard queue
FIFO_QUEUE = Fixture("FIFO_QUEUE", lambda aws: aws.fifo_queue())
NO_QUEUE = Fixture("NO_QUEUE", lambda aws: aws.url_of_no_queue())  # URL of a queue that does not exist
QUEUE_ARN = Fixture("QUEUE_ARN", lambda aws: aws.arn(aws.queue()))
TOPIC = Fixture("TOPIC", lambda aws: aws.topic())  # ARN of a new standard topic
FIFO_TOPIC = Fixture("FIFO_TOPIC", lambda aws: aws.fifo_topic())
NO_TOPIC = Fixture("NO_TOPIC", lambda aws: aws.arn_of_no_topic())
SUBSCRIPTION = Fixture("SUBSCRIPTION", lambda aws: aws.subscribe(aws.topic(), aws.queue()))
NAME = Fixture("NAME", lambda aws: aws.name())  # an unused name of a standard queue or topic
FIFO_NAME = Fixture("FIFO_NAME", lambda aws: aws.name(".fifo"))


def filled(value: Any, aws: Caller) -> Any:
    """``value`` with every fixture in it replaced. The same fixture has the same value throughout."""
    made: dict[Fixture, Any] = {}

    def fill(part: Any) -> Any:
        if isinstance(part, Fixture):
            if part not in made:
                made[part] = part.make(aws)
            return made[part]
        if isinstance(part, dict):
            return {name: fill(each) for name, each in part.items()}
        if isinstance(part, list):
            return [fill(each) for each in part]
        return part

    return fill(value)
