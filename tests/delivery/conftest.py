from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.delivery.subscriber import Subscriber, running_subscriber

Subscribe = Callable[..., str]


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with running_subscriber() as subscriber:
        yield subscriber


@pytest.fixture
def topic_arn(sns: Any) -> str:
    """A standard topic."""
    return str(sns.create_topic(Name="topic")["TopicArn"])


@pytest.fixture
def subscribe(sns: Any, topic_arn: str, subscriber: Subscriber) -> Subscribe:
    """Subscribes the subscriber and confirms: the ARN comes back."""

    def subscribe(endpoint: str | None = None, **attributes: str) -> str:
        url = endpoint or subscriber.url
        sns.subscribe(TopicArn=topic_arn, Protocol=url.partition(":")[0], Endpoint=url, Attributes=attributes)
        token = subscriber.next().document["Token"]
        return str(sns.confirm_subscription(TopicArn=topic_arn, Token=token)["SubscriptionArn"])

    return subscribe
