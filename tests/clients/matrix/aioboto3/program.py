"""aioboto3 and aiobotocore, boto3 for asyncio."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aioboto3
import aiobotocore
import pytest
from matrix_program import control, report

session = aioboto3.Session()


@asynccontextmanager
async def queue_of(name: str, **attributes: str) -> AsyncIterator[Any]:
    """A new queue, as a resource."""
    async with session.resource("sqs") as sqs:
        yield await sqs.create_queue(QueueName=name, Attributes=attributes)


async def messages() -> None:
    attributes = {
        "customer": {"DataType": "String", "StringValue": "Zoë"},
        "total": {"DataType": "Number.int", "StringValue": "12"},
        "receipt": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    async with queue_of("orders") as queue:
        await queue.send_message(MessageBody="coffee & tea", MessageAttributes=attributes)
        [message] = await queue.receive_messages(MessageAttributeNames=["All"])
        assert await message.body == "coffee & tea"
        assert await message.message_attributes == attributes
        await message.delete()
        await queue.load()
        assert (await queue.attributes)["ApproximateNumberOfMessagesNotVisible"] == "0"


async def batches() -> None:
    entries = [{"Id": str(number), "MessageBody": f"order {number}"} for number in range(9)]
    async with queue_of("batches") as queue:
        sent = await queue.send_messages(Entries=[*entries, {"Id": "bad", "MessageBody": "\x00"}])
        [failed] = sent["Failed"]
        assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("bad", "InvalidMessageContents", True)
        received = await queue.receive_messages(MaxNumberOfMessages=10)
        assert {await message.body for message in received} == {entry["MessageBody"] for entry in entries}
        handles = [{"Id": str(at), "ReceiptHandle": each.receipt_handle} for at, each in enumerate(received)]
        assert len((await queue.delete_messages(Entries=handles))["Successful"]) == len(entries)


async def long_polling() -> None:
    async with queue_of("polled") as queue:

        async def send_later() -> None:
            await asyncio.sleep(0.2)
            await queue.send_message(MessageBody="at last")

        [message], _ = await asyncio.gather(queue.receive_messages(WaitTimeSeconds=20), send_later())
        assert await message.body == "at last"


async def visibility() -> None:
    async with queue_of("slow") as queue:
        await queue.send_message(MessageBody="long work")
        [message] = await queue.receive_messages()
        await message.change_visibility(VisibilityTimeout=600)
        control("clock", advance=300)
        assert await queue.receive_messages() == []
        control("clock", advance=300)
        [message] = await queue.receive_messages(MessageSystemAttributeNames=["ApproximateReceiveCount"])
        assert await message.attributes == {"ApproximateReceiveCount": "2"}


async def fifo() -> None:
    async with queue_of("line.fifo", FifoQueue="true") as queue:
        for body in ("first", "second", "second", "third"):
            await queue.send_message(MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)
        received = await queue.receive_messages(MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
        assert [await message.body for message in received] == ["first", "second", "third"]
        sequence = [(await message.attributes)["SequenceNumber"] for message in received]
        assert sequence == sorted(set(sequence))


async def dead_letters() -> None:
    async with queue_of("dead") as dead:
        redrive = json.dumps({"deadLetterTargetArn": (await dead.attributes)["QueueArn"], "maxReceiveCount": 2})
        async with queue_of("work", RedrivePolicy=redrive) as queue:
            await queue.send_message(MessageBody="poison")
            for _ in range(2):
                [message] = await queue.receive_messages()
                await message.change_visibility(VisibilityTimeout=0)
            assert await queue.receive_messages() == []
        [message] = await dead.receive_messages()
        assert await message.body == "poison"


async def paginators() -> None:
    async with session.client("sqs") as sqs:
        created = {(await sqs.create_queue(QueueName=f"page-{number}"))["QueueUrl"] for number in range(7)}
        pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-", PaginationConfig={"PageSize": 3})
        listed = [page["QueueUrls"] async for page in pages]
    assert [len(page) for page in listed] == [3, 3, 1]
    assert {url for page in listed for url in page} == created


async def exceptions() -> None:
    async with session.client("sqs") as sqs, session.client("sns") as sns:
        with pytest.raises(sqs.exceptions.QueueDoesNotExist, match="The specified queue does not exist"):
            await sqs.get_queue_url(QueueName="none")
        with pytest.raises(sns.exceptions.NotFoundException, match="Topic does not exist"):
            await sns.publish(TopicArn="arn:aws:sns:us-east-1:000000000000:none", Message="x")


async def retries() -> None:
    control("faults", service="sqs", action="CreateQueue", error="ServiceUnavailable", first=1)
    async with session.client("sqs") as sqs:
        created = await sqs.create_queue(QueueName="retried")
    assert created["ResponseMetadata"]["RetryAttempts"] == 1


async def topics() -> None:
    async with queue_of("coffee") as queue, session.resource("sns") as sns:
        topic = await sns.create_topic(Name="sales")
        wanted = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"drink": ["coffee"]})}
        await topic.subscribe(Protocol="sqs", Endpoint=(await queue.attributes)["QueueArn"], Attributes=wanted)
        for drink in ("tea", "coffee"):
            attribute = {"DataType": "String", "StringValue": drink}
            await topic.publish(Message=f"one {drink}", MessageAttributes={"drink": attribute})
        [message] = await queue.receive_messages(MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        assert await message.body == "one coffee"
        assert (await message.message_attributes)["drink"]["StringValue"] == "coffee"


async def topic_batches() -> None:
    numbers = [*range(9), 0]
    entries = [
        {"Id": str(at), "Message": f"step {number}", "MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        for at, number in enumerate(numbers)
    ]
    async with queue_of("behind.fifo", FifoQueue="true") as queue, session.resource("sns") as sns:
        topic = await sns.create_topic(Name="line.fifo", Attributes={"FifoTopic": "true"})
        raw = {"RawMessageDelivery": "true"}
        await topic.subscribe(Protocol="sqs", Endpoint=(await queue.attributes)["QueueArn"], Attributes=raw)
        published = await sns.meta.client.publish_batch(TopicArn=topic.arn, PublishBatchRequestEntries=entries)
        assert [entry["Id"] for entry in published["Successful"]] == [entry["Id"] for entry in entries]
        received = await queue.receive_messages(MaxNumberOfMessages=10)
        assert [await message.body for message in received] == [f"step {number}" for number in range(9)]


def run(check: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    return lambda: asyncio.run(check())


CHECKS = {
    "messages": messages,
    "batches": batches,
    "long polling": long_polling,
    "visibility": visibility,
    "FIFO": fifo,
    "dead letters": dead_letters,
    "paginators": paginators,
    "exceptions": exceptions,
    "retries": retries,
    "topics": topics,
    "topic batches": topic_batches,
}
version = f"aioboto3 {aioboto3.__version__}, aiobotocore {aiobotocore.__version__}"
report(version, {name: run(check) for name, check in CHECKS.items()})
