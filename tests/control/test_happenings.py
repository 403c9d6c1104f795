"""Every event has words in the stream."""

from collections.abc import Iterator

import msgspec
import pytest

from emulator.aws.message_attribute import MessageAttribute
from emulator.control.happenings import HAPPENINGS, NAMES, fields_of
from emulator.foundation import events
from emulator.foundation.events import Event, Reset
from emulator.functions import events as functions
from emulator.sns import events as sns
from emulator.sns.filter_policy import compile_policy
from emulator.sns.identity import identity_of
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription
from emulator.sqs import events as sqs

ACCOUNT = "111111111111"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:topic"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"
OTHER_QUEUE = f"{QUEUE}-2"
NO_TELLING = (
    Event,
    sqs.FromPublish,
    sqs.QueueEvent,
    sns.SnsEvent,
    sns.DeliveryEvent,
    sns.SubscriptionEvent,
    sns.Together,
    sns.DeliveredTogether,  # stands for others, as does the next one
    sns.FilteredOutTogether,
)  # what others are made of
AT = "1970-01-01T00:00:01.000Z"


def subscription(protocol: str = "http", endpoint: str = "http://localhost:1/") -> Subscription:
    return Subscription(
        subscription_arn=f"{TOPIC}:1",
        topic=identity_of("topic", ACCOUNT, "us-east-1"),
        protocol=protocol,
        endpoint=endpoint,
        owner="222222222222",
        serial=0,
        now=0,
    )


HTTP = {
    "account": ACCOUNT,
    "topic": TOPIC,
    "subscription": f"{TOPIC}:1",
    "protocol": "http",
    "endpoint": "http://localhost:1/",
}


def kinds() -> Iterator[type[Event]]:
    for module in (events, functions, sqs, sns):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Event):
                yield found


def test_every_kind_of_event_has_a_name() -> None:
    assert set(kinds()) - set(NO_TELLING) == NAMES.keys()


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Reset(1, None), {"account": None}),
        (
            sqs.Received(1, QUEUE, "m", 2, 1.5, origin="p"),
            {
                "queue": QUEUE,
                "message_id": "m",
                "receive_count": 2,
                "visible_at": "1970-01-01T00:00:01.500Z",
                "published_as": "p",
                "account": ACCOUNT,
            },
        ),
        (
            sqs.DeadLettered(1, QUEUE, "m", OTHER_QUEUE, 3),
            {"account": ACCOUNT, "queue": QUEUE, "message_id": "m", "moved_to": OTHER_QUEUE, "receive_count": 3},
        ),
        (
            sqs.Moved(1, QUEUE, "m", OTHER_QUEUE, "n"),
            {
                "account": ACCOUNT,
                "queue": QUEUE,
                "message_id": "m",
                "moved_to": OTHER_QUEUE,
                "new_message_id": "n",
            },
        ),
        (
            sqs.QueueAttributesChanged(1, QUEUE, ["DelaySeconds"]),
            {"account": ACCOUNT, "queue": QUEUE, "attributes": ["DelaySeconds"]},
        ),
        (
            sns.Attempted(1, "m", subscription(), None, 2, 503, "busy", delivered=False, next_at=1.5),
            HTTP
            | {
                "message_id": "m",
                "attempt": 2,
                "status": 503,
                "answer": "busy",
                "delivered": False,
                "next_attempt_at": "1970-01-01T00:00:01.500Z",
            },
        ),
        (sns.Failed(1, "m", subscription(), None, "why"), HTTP | {"message_id": "m", "reason": "why"}),
        (
            sns.Disturbed(1, "m", subscription(), None, "dropped", "7"),
            HTTP | {"message_id": "m", "disturbance": "dropped", "fault": "7"},
        ),
        (
            sns.DeadLettered(1, "m", subscription(), None, QUEUE, "n"),
            HTTP | {"message_id": "m", "queue": QUEUE, "queue_message_id": "n"},
        ),
        (
            sns.Forwarded(1, "m", ACCOUNT, "7", "http://x/"),
            {"account": ACCOUNT, "message_id": "m", "outbox_entry": "7", "destination": "http://x/"},
        ),
    ],
)
def test_event_has_the_fields_of_the_trace(event: Event, words: dict[str, object]) -> None:
    assert fields_of(event) == {"at": AT} | words
    shown = {"at", "account", "queue", *HAPPENINGS[type(event)].fields}  # a queue that subscribes is shown as one too
    assert fields_of(event).keys() <= shown


def test_published_message_is_shown_with_its_attributes_and_cut_off() -> None:
    attributes = {"n": MessageAttribute("Binary", binary_value=b"\x00")}
    event = sns.Published(1, "m", ACCOUNT, "us-east-1", TOPIC, None, None, "x" * 5_000, {"default": "x"}, attributes)
    words = msgspec.json.decode(msgspec.json.encode(fields_of(event)))
    assert words == {
        "at": AT,
        "account": ACCOUNT,
        "region": "us-east-1",
        "topic": TOPIC,
        "message_id": "m",
        "message": "x" * 4_096,
        "message_length": 5_000,
        "attributes": {"n": {"DataType": "Binary", "BinaryValue": "AA=="}},
    }


def test_filtered_out_message_is_shown_with_the_queue_it_was_for() -> None:
    notification = Notification("m", TOPIC, 1, "hello", {}, {})
    policy = compile_policy('{"a":["b"]}', "MessageAttributes")
    event = sns.FilteredOut(1, "m", subscription("sqs", QUEUE), policy, notification)
    words = HTTP | {"protocol": "sqs", "endpoint": QUEUE, "queue": QUEUE, "message_id": "m", "at": AT}
    assert fields_of(event) == words
