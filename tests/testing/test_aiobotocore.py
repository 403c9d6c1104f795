"""``emulated_aws`` and aiobotocore, which pins a botocore of its own: run where it is installed."""

import asyncio
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from emulator.testing import emulated_aws
from emulator.testing.interception import NotEmulatedError

aiobotocore_session = pytest.importorskip("aiobotocore.session")

AioConfig = pytest.importorskip("aiobotocore.config").AioConfig

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "any", "aws_secret_access_key": "any"}


def client(service: str) -> Any:
    return aiobotocore_session.get_session().create_client(service, **KEYS)


@emulated_aws
async def publish_to_a_parked_receive() -> str:
    async with client("sqs") as sqs, client("sns") as sns:
        url = (await sqs.create_queue(QueueName="orders"))["QueueUrl"]
        topic = (await sns.create_topic(Name="sales"))["TopicArn"]
        arn = "arn:aws:sqs:us-east-1:000000000000:orders"
        raw = {"RawMessageDelivery": "true"}
        await sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
        parked = asyncio.create_task(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20))
        await asyncio.sleep(0)
        await sns.publish(TopicArn=topic, Message="sold")
        (message,) = (await parked)["Messages"]
        return str(message["Body"])


def test_receive_waits_without_blocking_the_loop() -> None:
    assert asyncio.run(publish_to_a_parked_receive()) == "sold"


def test_errors_are_those_of_aws() -> None:
    @emulated_aws
    async def look_for_nothing() -> None:
        async with client("sqs") as sqs:
            with pytest.raises(sqs.exceptions.QueueDoesNotExist):
                await sqs.get_queue_url(QueueName="nowhere")

    asyncio.run(look_for_nothing())


def test_client_made_before_is_answered() -> None:
    async def use_early_client() -> list[str]:
        async with client("sqs") as sqs:
            with emulated_aws():
                await sqs.create_queue(QueueName="orders")
                urls: list[str] = (await sqs.list_queues())["QueueUrls"]
                return urls

    assert asyncio.run(use_early_client()) == ["https://sqs.us-east-1.amazonaws.com/000000000000/orders"]


def test_client_made_before_is_led_to_a_server() -> None:
    async def use_early_client() -> None:
        async with client("sqs") as sqs:
            with emulated_aws(server=True, account_id="123456789012") as aws:
                url = (await sqs.create_queue(QueueName="orders"))["QueueUrl"]
                assert url == f"{aws.url}/123456789012/orders"

    asyncio.run(use_early_client())


def test_other_services_are_refused_by_name() -> None:
    @emulated_aws
    async def list_buckets() -> None:
        async with client("s3") as s3:
            await s3.list_buckets()

    with pytest.raises(NotEmulatedError, match="ListBuckets of the service 's3'"):
        asyncio.run(list_buckets())


@pytest.mark.parametrize("server", [False, True])
def test_other_services_can_have_a_server_of_their_own(server: bool) -> None:
    """Here one that does not run: what matters is that its client is let through."""

    async def list_buckets() -> None:
        s3 = aiobotocore_session.get_session().create_client("s3", endpoint_url="http://127.0.0.1:9", **KEYS)
        with emulated_aws(server=server):
            async with s3 as buckets:
                await buckets.list_buckets()

    with pytest.raises(EndpointConnectionError):
        asyncio.run(list_buckets())


@pytest.mark.parametrize("server", [False, True])
def test_caller_identity_is_the_account_of_the_use(server: bool) -> None:
    async def ask() -> str:
        async with client("sts") as sts:
            with emulated_aws(server=server, account_id="123456789012"):
                identity = await sts.get_caller_identity()
        return str(identity["Account"])

    assert asyncio.run(ask()) == "123456789012"


@pytest.mark.parametrize(("effect", "failure"), [("cut", ConnectionClosedError), ("stall", ReadTimeoutError)])
def test_faults_reach_asynchronous_clients(effect: str, failure: type[Exception]) -> None:
    async def survive() -> None:
        with emulated_aws() as aws:
            fault = aws.faults.add(action="CreateQueue", first=1, **{effect: "before"})
            async with client("sqs") as sqs:
                await sqs.create_queue(QueueName="orders")
            assert fault.fired == 1
            aws.faults.add(action="ListQueues", **{effect: "before"})
            once = AioConfig(retries={"total_max_attempts": 1})
            async with aiobotocore_session.get_session().create_client("sqs", **KEYS, config=once) as sqs:
                with pytest.raises(failure):
                    await sqs.list_queues()

    asyncio.run(survive())
