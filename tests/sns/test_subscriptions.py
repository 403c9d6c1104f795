import json

import pytest

from emulator.aws.sns_errors import SnsInvalidParameter, SnsSubscriptionLimitExceeded
from tests.sns.world import ACCOUNT, FIFO_QUEUE, OTHER_ACCOUNT, OTHER_QUEUE, QUEUE, REGION, World, message, pending

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/s"
DEVICE = f"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/GCM/app/7d9c"


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("sqs", QUEUE),
        ("sqs", f"arn:aws:sqs:us-east-2:{ACCOUNT}:elsewhere"),
        ("lambda", FUNCTION),
        ("sms", "+12/34-567.890"),
    ],
)
def test_own_queues_functions_devices_and_numbers_are_confirmed_at_once(
    world: World, protocol: str, endpoint: str
) -> None:
    shown = world.subscribe(world.topic(), endpoint, protocol=protocol).visible(None)
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("false", "true")


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("http", "http://example.com/x"),
        ("https", "HTTPS://user:secret@example.com"),
        ("email", "a@b"),
        ("email-json", "a@b"),
        ("sqs", OTHER_QUEUE),
    ],
)
def test_others_have_to_confirm(world: World, protocol: str, endpoint: str) -> None:
    shown = world.subscribe(world.topic(), endpoint, protocol=protocol).visible(None)
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("true", "false")


def test_own_device_is_confirmed_at_once(world: World) -> None:
    assert world.subscribe(world.topic(), world.device(), protocol="application").confirmed


@pytest.mark.parametrize("gone", ["never made", "deleted", "of a deleted application"])
def test_device_has_to_exist(world: World, gone: str) -> None:
    device = DEVICE if gone == "never made" else world.device()
    if gone == "deleted":
        world.sns.applications.delete_endpoint(device, region=REGION)
    elif gone == "of a deleted application":
        application = device.rpartition("/")[0].replace(":endpoint/", ":app/")
        world.sns.applications.delete(application, region=REGION)
    with pytest.raises(SnsInvalidParameter) as refused:
        world.subscribe(world.topic(), device, protocol="application")
    words = f"Invalid parameter: Endpoint Reason: Endpoint does not exist for endpoint arn{device}"
    assert refused.value.message == words


def test_owner_of_a_queue_may_subscribe_it_to_anothers_topic(world: World) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic, OTHER_QUEUE, owner=OTHER_ACCOUNT)
    assert subscription.confirmed
    assert subscription.owner == OTHER_ACCOUNT
    assert subscription.arn.startswith(f"{topic.arn}:")
    listed, _ = world.sns.subscriptions.list_owned(owner=OTHER_ACCOUNT, region=REGION, token=None, times=world.now_of)
    assert listed == [subscription]
    assert world.sns.subscriptions.list_owned(owner=ACCOUNT, region=REGION, token=None, times=world.now_of) == (
        [],
        None,
    )


def test_new_subscription_shows_what_every_subscription_has(world: World) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic)
    assert subscription.visible(None) == {
        "SubscriptionArn": subscription.arn,
        "TopicArn": topic.arn,
        "Owner": ACCOUNT,
        "Protocol": "sqs",
        "Endpoint": QUEUE,
        "SubscriptionPrincipal": f"arn:aws:iam::{ACCOUNT}:user/emulator",
        "PendingConfirmation": "false",
        "ConfirmationWasAuthenticated": "true",
        "RawMessageDelivery": "false",
    }


@pytest.mark.parametrize(
    ("protocol", "endpoint", "complaint"),
    [
        ("sqs", "https://sqs.eu-west-1.amazonaws.com/111111111111/queue", "SQS endpoint ARN"),
        ("sqs", "queue", "SQS endpoint ARN"),
        ("sqs", FUNCTION, "SQS endpoint ARN"),
        ("sqs", f"arn:aws:sqs:{REGION}:{ACCOUNT}:", "SQS endpoint ARN"),
        ("sqs", "", "Endpoint"),
        ("sqs", FIFO_QUEUE, "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to "
                            "standard SNS topics"),
        ("lambda", QUEUE, "Lambda endpoint ARN"),
        ("firehose", QUEUE, "Firehose endpoint ARN"),
        ("application", QUEUE, "Application endpoint arn invalid"),
        ("http", "https://example.com", "Endpoint must match the specified protocol"),
        ("https", "http://example.com", "Endpoint must match the specified protocol"),
        ("http", "http://", "Endpoint must match the specified protocol"),
        ("email", "someone", "Email address"),
        ("ftp", "ftp://example.com", "Amazon SNS does not support this protocol string: ftp"),
        ("firehose", STREAM, "Attributes Reason: SubscriptionRoleArn: is required for firehose subscriptions"),
    ],
)  # fmt: skip
def test_endpoint_that_does_not_suit_its_protocol_is_refused(
    world: World, protocol: str, endpoint: str, complaint: str
) -> None:
    topic = world.topic()
    with pytest.raises(SnsInvalidParameter) as refused:
        world.subscribe(topic, endpoint, protocol=protocol)
    assert refused.value.message == f"Invalid parameter: {complaint}"
    assert not topic.subscriptions


@pytest.mark.parametrize(
    "number",
    [
        "hello",
        "+",
        "12",
        "+1 (555) call-me",
        "1" * 16,
        "+1--5550100",
        "-15550100",
        "+-15550100",
        "15550100-",
        "1. 5550100",
    ],
)
def test_endpoint_that_is_no_phone_number_is_refused(world: World, number: str) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        world.subscribe(world.topic(), number, protocol="sms")
    assert refused.value.message == f"Invalid SMS endpoint: {number}"


@pytest.mark.parametrize(("protocol", "endpoint"), [("lambda", FUNCTION), ("sms", "+15551234567"), ("email", "a@b.c")])
def test_fifo_topic_takes_queues_only(world: World, protocol: str, endpoint: str) -> None:
    with pytest.raises(SnsInvalidParameter, match=rf"^Invalid parameter: Invalid protocol type: {protocol}$"):
        world.subscribe(world.fifo_topic(), endpoint, protocol=protocol)


def test_fifo_topic_takes_both_kinds_of_queues(world: World) -> None:
    topic = world.fifo_topic()
    assert world.subscribe(topic, FIFO_QUEUE).confirmed
    assert world.subscribe(topic, QUEUE).confirmed


def test_fifo_topic_takes_a_hundred_subscriptions(world: World) -> None:
    topic = world.fifo_topic()
    for number in range(100):
        world.subscribe(topic, f"{QUEUE}-{number}")
    with pytest.raises(SnsSubscriptionLimitExceeded):
        world.subscribe(topic, QUEUE)
    assert world.subscribe(topic, f"{QUEUE}-7").confirmed


def test_firehose_subscription_keeps_its_role(world: World) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/deliver"
    topic = world.topic()
    subscription = world.subscribe(topic, STREAM, protocol="firehose", SubscriptionRoleArn=role)
    assert subscription.visible(None)["SubscriptionRoleArn"] == role
    assert world.subscribe(topic, STREAM, protocol="firehose") is subscription


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"RawMessageDelivery": "true"},
        {"RawMessageDelivery": "True"},
        {"FilterPolicyScope": "MessageAttributes"},
        {"FilterPolicy": '{ "a": ["b"] }'},
    ],
)
def test_subscribing_again_gives_the_same_subscription(world: World, again: dict[str, str]) -> None:
    topic = world.topic()
    first = world.subscribe(topic, RawMessageDelivery="true", FilterPolicy='{"a":["b"]}')
    assert world.subscribe(topic, **again) is first
    assert len(topic.subscriptions) == 1


@pytest.mark.parametrize(
    "again",
    [
        {"RawMessageDelivery": "false"},
        {"FilterPolicyScope": "MessageBody"},
        {"FilterPolicy": '{"a":["c"]}'},
        {"FilterPolicy": ""},
        {"RedrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE})},
    ],
)
def test_subscribing_again_with_other_attributes_is_refused(world: World, again: dict[str, str]) -> None:
    topic = world.topic()
    first = world.subscribe(topic, RawMessageDelivery="true", FilterPolicy='{"a":["b"]}')
    before = first.visible(None)
    with pytest.raises(
        SnsInvalidParameter,
        match=r"^Invalid parameter: Attributes Reason: Subscription already exists with different attributes$",
    ):
        world.subscribe(topic, **again)
    assert first.visible(None) == before


def test_filter_policy_given_again_is_read_in_the_scope_it_has(world: World) -> None:
    topic = world.topic()
    policy = '{"a":{"b":["c"]}}'
    first = world.subscribe(topic, FilterPolicy=policy, FilterPolicyScope="MessageBody")
    assert world.subscribe(topic, FilterPolicy=policy) is first


def test_signed_request_to_unsubscribe_is_made_in_the_region_of_the_subscription(world: World) -> None:
    subscription = world.subscribe(world.topic())
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: TopicArn$"):
        world.unsubscribe(subscription.arn, by=ACCOUNT, signed_in="us-west-2")
    assert world.sns.subscriptions.get(subscription.arn) is subscription
    world.unsubscribe(subscription.arn)
    assert world.sns.subscriptions.get(subscription.arn) is None


@pytest.mark.parametrize("number", ["+1-555-0100", "+1.555.0100", "+1/555/0100", "+1 555 0100", "+1-5/55.01 00"])
def test_separators_in_a_phone_number_are_dropped(world: World, number: str) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic, number, protocol="sms")
    assert subscription.endpoint == "+15550100"
    assert world.subscribe(topic, "+15550100", protocol="sms") is subscription
    assert world.subscribe(topic, number, protocol="sms") is subscription


@pytest.mark.parametrize(("given", "protocol"), [("SQS", "sqs"), ("Sqs", "sqs"), ("SMS", "sms"), ("Email", "email")])
def test_protocol_may_be_in_any_letter_case(world: World, given: str, protocol: str) -> None:
    topic = world.topic()
    endpoint = {"sqs": QUEUE, "sms": "+15550100", "email": "a@b.c"}[protocol]
    subscription = world.subscribe(topic, endpoint, protocol=given)
    assert subscription.protocol == protocol
    assert world.subscribe(topic, endpoint, protocol=protocol) is subscription


def test_unknown_protocol_is_named_as_it_was_given(world: World) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"protocol string: FTP$"):
        world.subscribe(world.topic(), "ftp://example.com", protocol="FTP")


def test_protocol_in_capitals_has_no_filter_policy(world: World) -> None:
    topic = world.topic()
    with pytest.raises(
        SnsInvalidParameter, match=r"^Invalid parameter: Delivery protocol SQS does not support message filtering\.$"
    ):
        world.subscribe(topic, QUEUE, protocol="SQS", FilterPolicy='{"a":["b"]}')
    assert not topic.subscriptions


def test_unsubscribed_endpoint_gets_nothing_more(world: World) -> None:
    topic = world.topic()
    subscription = world.subscribe_raw(topic)
    world.publish(topic, message("before"))
    world.unsubscribe(subscription.arn)
    world.unsubscribe(subscription.arn)
    world.publish(topic, message("after"))
    assert world.bodies() == ["before"]
    assert world.subscribe(topic) is not subscription


def test_pending_subscription_cannot_be_unsubscribed(world: World) -> None:
    subscription = pending(world)
    words = "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation"
    with pytest.raises(SnsInvalidParameter, match=f"^Invalid parameter: {words}$"):
        world.unsubscribe(subscription.arn)
    assert world.sns.subscriptions.find(subscription.arn, region=REGION, times=world.now_of)[1] is subscription


@pytest.mark.parametrize(
    ("arn", "complaint"),
    [
        ("pending confirmation", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:topic", "SubscriptionId"),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:topic:id", "SubscriptionArn"),
        (
            f"arn:aws-cn:sns:{REGION}:{ACCOUNT}:topic:id",
            f"SubscriptionArn Reason: A {REGION} ARN must begin with arn:aws, "
            f"not arn:aws-cn:sns:{REGION}:{ACCOUNT}:topic:id",
        ),
    ],
)
def test_arn_of_no_subscription_is_refused(world: World, arn: str, complaint: str) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        world.unsubscribe(arn)
    assert refused.value.message == f"Invalid parameter: {complaint}"
    with pytest.raises(SnsInvalidParameter) as refused:
        world.sns.subscriptions.find(arn, region=REGION, times=world.now_of)
    assert refused.value.message == f"Invalid parameter: {complaint}"


def test_subscription_is_found_in_its_region_only(world: World) -> None:
    subscription = world.subscribe(world.topic())
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: SubscriptionArn$"):
        world.sns.subscriptions.find(subscription.arn, region="us-east-1", times=world.now_of)


def test_lists_come_in_pages_in_order_of_creation(world: World) -> None:
    topic = world.topic()
    made = [world.subscribe(topic, f"{QUEUE}-{number}") for number in range(201)]
    token: str | None = None
    for expected in (made[:100], made[100:200], made[200:]):
        listed, token = world.sns.subscriptions.list_owned(
            owner=ACCOUNT, region=REGION, token=token, times=world.now_of
        )
        assert listed == expected
    assert token is None
