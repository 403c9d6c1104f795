"""Messages with a text for each protocol."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.fixtures import FIFO_TOPIC, TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_Publish.html"
_NO_DEFAULT = "Invalid parameter: Message Structure - No default entry in JSON message body"
_NO_JSON = "Invalid parameter: Message Structure - JSON message body failed to parse"


@case(
    "sns/Publish/structure-has-a-text-for-queues",
    "A queue gets the text for sqs, and without one the default.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    topic, queue = aws.topic(), aws.queue()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    for texts in ({"default": "d", "sqs": "for queues"}, {"default": "d", "http": "for the web", "sqs": 1}):
        aws.sns("Publish", TopicArn=topic, Message=json.dumps(texts), MessageStructure="json").succeeds()
    same(sorted(message["Body"] for message in aws.received(queue, 2)), ["d", "for queues"], "the messages")


@case(
    "sns/Publish/structure-is-unescaped-once",
    "JSON escapes in texts are decoded.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    topic, queue = aws.topic(), aws.queue()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    aws.sns("Publish", TopicArn=topic, Message='{"default":"{\\"a\\":\\"\\u00e4\\"}"}', MessageStructure="json")
    same([message["Body"] for message in aws.received(queue, 1)], ['{"a":"ä"}'], "the messages")


accepted(
    "sns/Publish/structure-of-an-unknown-kind",
    "A MessageStructure other than json has no effect.",
    {"TopicArn": TOPIC, "Message": "hello", "MessageStructure": "string"},
    source=_PAGE,
    certainty="assumed",
)
accepted(
    "sns/Publish/structure-with-a-key-twice",
    "A key may occur twice.",
    {"TopicArn": TOPIC, "Message": '{"default": "one", "default": "two"}', "MessageStructure": "json"},
    {"MessageId": str},
    source=RECORDED,
    certainty="recorded",
)

refused(
    "sns/PublishBatch/structure-before-the-group",
    "The structure is looked at before the message group of a FIFO topic.",
    {
        "TopicArn": FIFO_TOPIC,
        "PublishBatchRequestEntries": [{"Id": "1", "Message": "{}", "MessageStructure": "json"}],
    },
    "InvalidParameter",
    _NO_DEFAULT,
    source=RECORDED,
    certainty="recorded",
)

# By the end of the id: what is wrong, the message, and AWS's words.
_REFUSED = {
    "without-a-default": ("A default text is needed.", '{"sqs": "x"}', _NO_DEFAULT),
    "whose-default-is-no-text": ("The default is a text.", '{"default": {"object": "x"}}', _NO_DEFAULT),
    "that-is-no-json": ("The message must be JSON.", '{"default": "x"} }', _NO_JSON),
}
for _end, (_sentence, _message, _words) in _REFUSED.items():
    refused(
        f"sns/Publish/structure-{_end}",
        _sentence,
        {"TopicArn": TOPIC, "Message": _message, "MessageStructure": "json"},
        "InvalidParameter",
        _words,
        source=RECORDED,
        certainty="recorded",
    )
    refused(
        f"sns/PublishBatch/structure-{_end}",
        f"{_sentence} One entry without it fails the whole batch.",
        {
            "TopicArn": TOPIC,
            "PublishBatchRequestEntries": [
                {"Id": "good", "Message": "hello"},
                {"Id": "bad", "Message": _message, "MessageStructure": "json"},
            ],
        },
        "InvalidParameter",
        _words,
        source=RECORDED,
        certainty="recorded",
    )
