from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

from tests import boto
from tests.actions.sns.inbox import Inbox
from tests.server import RunningServer

MakeInbox = Callable[..., Inbox]


@pytest.fixture
def make_inbox(json_sqs: Any) -> MakeInbox:
    """Makes queues by name; a FIFO queue where the name says so."""

    def make(name: str = "queue", client: Any = json_sqs) -> Inbox:
        attributes = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return Inbox(client, url, arn)

    return make


@pytest.fixture
def inbox(make_inbox: MakeInbox) -> Inbox:
    """A standard queue."""
    return make_inbox()


@pytest.fixture
def fifo_inbox(make_inbox: MakeInbox) -> Inbox:
    """A FIFO queue without deduplication by content."""
    return make_inbox("queue.fifo")


@pytest.fixture
def topic_arn(sns: Any) -> str:
    """A standard topic."""
    return str(sns.create_topic(Name="topic")["TopicArn"])


@pytest.fixture
def fifo_topic_arn(sns: Any) -> str:
    """A FIFO topic without deduplication by content."""
    return str(sns.create_topic(Name="topic.fifo", Attributes={"FifoTopic": "true"})["TopicArn"])


@pytest.fixture
def elsewhere(server: RunningServer, account: str) -> Any:
    """An SNS client of the test's account in another region."""
    return boto.client("sns", server.url, account=account, region="eu-central-1")


@pytest.fixture
def unchecked_sns(server: RunningServer, account: str) -> Any:
    """An SNS client that sends requests as they are, whatever the model says of them."""
    return boto.session("json").client(
        "sns",
        endpoint_url=server.url,
        region_name=boto.REGION,
        aws_access_key_id=account,
        aws_secret_access_key="any",
        config=boto.CONFIG.merge(Config(parameter_validation=False)),
    )


@pytest.fixture
def other_account(account: str) -> str:
    return f"9{account[1:]}"


@pytest.fixture
def stranger(server: RunningServer, other_account: str) -> Any:
    """An SNS client of another account."""
    return boto.client("sns", server.url, account=other_account)


@pytest.fixture
def strangers_sqs(server: RunningServer, other_account: str) -> Any:
    """An SQS client of that other account."""
    return boto.client("sqs", server.url, account=other_account)
