"""Publish."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_GUIDE
from emulator.conformance.fixtures import NO_TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import refused


@case(
    "sns/Publish/reaches-a-queue",
    "A subscribed queue gets the message in an envelope.",
    f"{SNS_GUIDE}/sns-sqs-as-subscriber.html",
    "documented",
)
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    aws.subscribe(topic, queue)
    published = aws.sns("Publish", TopicArn=topic, Message="hello").gives(MessageId=str)
    [message] = aws.received(queue, 1)
    envelope = json.loads(message["Body"])
    same(
        {name: envelope[name] for name in ("Type", "MessageId", "TopicArn", "Message")},
        {"Type": "Notification", "MessageId": published["MessageId"], "TopicArn": topic, "Message": "hello"},
        "the envelope",
    )


refused(
    "sns/Publish/unknown-topic",
    "A topic that does not exist is refused.",
    {"TopicArn": NO_TOPIC, "Message": "hello"},
    "NotFound",
    "Topic does not exist",
    status=404,
    source=RECORDED,
    certainty="recorded",
)
