import json
import re

import pytest

from emulator.aws.sns_errors import SnsFilterPolicyLimitExceeded, SnsInvalidParameter
from emulator.sns.subscription import Subscription
from tests.sns.world import ACCOUNT, DEAD_LETTERS, FIFO_QUEUE, QUEUE, REGION, World

POLICY = '{"attr": ["match-this"]}'


def change(world: World, subscription: Subscription, name: str, value: str | None) -> dict[str, str]:
    """What the subscription shows after setting or removing an attribute."""
    topic = world.topics.find(subscription.topic_arn, region=REGION)
    world.set_attribute(topic, subscription, name, value)
    return subscription.visible(None)


def redrive(queue_arn: str) -> str:
    return json.dumps({"deadLetterTargetArn": queue_arn})


@pytest.mark.parametrize(
    "name",
    ["fake", "", "Endpoint", "Protocol", "PendingConfirmation", "SubscriptionPrincipal", "EffectiveDeliveryPolicy"],
)
def test_attribute_that_cannot_be_set_is_refused_by_name(world: World, name: str) -> None:
    subscription = world.subscribe(world.topic())
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: AttributeName$"):
        change(world, subscription, name, "x")


def test_unknown_attribute_of_a_new_subscription_is_named(world: World) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Attributes Reason: Unknown attribute Nope$"):
        world.subscribe(world.topic(), Nope="1")


REFUSED = [
    ("RawMessageDelivery", "test-ValUe", "Invalid value [test-ValUe]. Must be true or false."),
    ("RawMessageDelivery", "", "Invalid value []. Must be true or false."),
    ("FilterPolicyScope", "RandomValue", "Invalid value [RandomValue]. Please use either MessageBody or "
                                         "MessageAttributes"),
    ("RedrivePolicy", redrive("fake-arn"), "deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", redrive(f"arn:aws:sns:{REGION}:{ACCOUNT}:dead"), "deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", redrive(f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"), "deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", '{"deadLetterTargetArn":5}', "deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", "{}", "deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", '{"maxReceiveCount":5}', "invalid JSON. Attribute maxReceiveCount is unknown."),
    ("RedrivePolicy", "{invalidjson}", "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting "
                                       "double-quote to start field name\n at [Source: REDACTED "
                                       "(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "
                                       "line: 1, column: 2]"),
    ("RedrivePolicy", "", "failed to parse JSON. Unexpected end-of-input\n at [Source: REDACTED "
                          "(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]"),
    ("FilterPolicy", "{invalidjson}", "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting "
                                      "double-quote to start field name\n at [Source: REDACTED "
                                      "(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "
                                      "line: 1, column: 2]"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "complaint"), REFUSED)
def test_bad_value_is_refused_with_the_prefix_of_its_action(
    world: World, name: str, value: str, complaint: str
) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic)
    before = subscription.visible(None)
    with pytest.raises(SnsInvalidParameter) as refused:
        change(world, subscription, name, value)
    assert refused.value.message == f"Invalid parameter: {name}: {complaint}"
    assert subscription.visible(None) == before
    with pytest.raises(SnsInvalidParameter) as refused:
        world.subscribe(topic, f"{QUEUE}-2", **{name: value})
    assert refused.value.message == f"Invalid parameter: Attributes Reason: {name}: {complaint}"
    assert list(topic.subscriptions.values()) == [subscription]


def test_raw_delivery_is_kept_in_lower_case(world: World) -> None:
    shown = world.subscribe(world.topic(), RawMessageDelivery="True").visible(None)
    assert shown["RawMessageDelivery"] == "true"


@pytest.mark.parametrize("value", ["true", "false", "wrong"])
def test_raw_delivery_is_refused_by_its_presence_where_the_protocol_has_none(world: World, value: str) -> None:
    topic, device = world.topic(), world.device()
    complaint = re.escape("Invalid parameter: Delivery protocol [application] does not support raw message delivery.")
    with pytest.raises(SnsInvalidParameter, match=f"^{complaint}$"):
        world.subscribe(topic, device, protocol="application", RawMessageDelivery=value)
    subscription = world.subscribe(topic, device, protocol="application")
    with pytest.raises(SnsInvalidParameter, match=f"^{complaint}$"):
        change(world, subscription, "RawMessageDelivery", value)


def test_filter_policy_is_shown_as_given_beside_its_scope(world: World) -> None:
    shown = world.subscribe(world.topic(), FilterPolicy=POLICY).visible(None)
    assert (shown["FilterPolicy"], shown["FilterPolicyScope"]) == (POLICY, "MessageAttributes")


@pytest.mark.parametrize("nothing", ["", "{}", " { }\n"])
def test_scope_is_shown_only_while_there_is_a_policy_but_outlives_it(world: World, nothing: str) -> None:
    subscription = world.subscribe(world.topic())
    shown = change(world, subscription, "FilterPolicyScope", "MessageBody")
    assert "FilterPolicyScope" not in shown
    assert change(world, subscription, "FilterPolicy", POLICY)["FilterPolicyScope"] == "MessageBody"
    shown = change(world, subscription, "FilterPolicy", nothing)
    assert not shown.keys() & {"FilterPolicy", "FilterPolicyScope"}
    assert subscription.filter_policy is None
    assert change(world, subscription, "FilterPolicy", POLICY)["FilterPolicyScope"] == "MessageBody"


@pytest.mark.parametrize("nothing", ["", "{}"])
def test_new_subscription_with_an_empty_policy_has_none(world: World, nothing: str) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic, FilterPolicy=nothing)
    assert "FilterPolicy" not in subscription.visible(None)
    assert world.subscribe(topic, FilterPolicy=nothing) is subscription
    change(world, subscription, "FilterPolicy", POLICY)
    with pytest.raises(SnsInvalidParameter, match="different attributes"):
        world.subscribe(topic, FilterPolicy=nothing)


def test_policy_is_compiled_for_the_scope_given_beside_it(world: World) -> None:
    nested = '{"a":{"b":["c"]}}'
    topic = world.topic()
    assert world.subscribe(topic, FilterPolicy=nested, FilterPolicyScope="MessageBody").filter_policy is not None
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Attributes Reason: FilterPolicy: "):
        world.subscribe(topic, f"{QUEUE}-2", FilterPolicy=nested)


def test_scope_that_its_policy_does_not_fit_is_refused(world: World) -> None:
    subscription = world.subscribe(world.topic(), FilterPolicy='{"a":{"b":["c"]}}', FilterPolicyScope="MessageBody")
    before = subscription.visible(None)
    with pytest.raises(SnsInvalidParameter):
        change(world, subscription, "FilterPolicyScope", "MessageAttributes")
    assert subscription.visible(None) == before


def test_topic_takes_two_hundred_filter_policies(world: World) -> None:
    topic = world.topic()
    subscriptions = [world.subscribe(topic, f"{QUEUE}-{number}", FilterPolicy=POLICY) for number in range(200)]
    plain = world.subscribe(topic)
    with pytest.raises(SnsFilterPolicyLimitExceeded):
        change(world, plain, "FilterPolicy", POLICY)
    with pytest.raises(SnsFilterPolicyLimitExceeded):
        world.subscribe(topic, f"{QUEUE}-more", FilterPolicy=POLICY)
    change(world, plain, "FilterPolicy", "{}")
    change(world, subscriptions[0], "FilterPolicy", '{"other": ["x"]}')
    change(world, subscriptions[0], "FilterPolicy", "{}")
    assert change(world, plain, "FilterPolicy", POLICY)["FilterPolicy"] == POLICY


def test_redrive_policy_is_shown_as_given_until_it_gets_no_value(world: World) -> None:
    subscription = world.subscribe(world.topic(), RedrivePolicy=redrive(DEAD_LETTERS))
    assert subscription.visible(None)["RedrivePolicy"] == redrive(DEAD_LETTERS)
    assert "RedrivePolicy" not in change(world, subscription, "RedrivePolicy", None)
    assert subscription.dead_letter_queue is None


def test_fifo_subscription_of_a_fifo_topic_needs_a_fifo_dead_letter_queue(world: World) -> None:
    topic = world.fifo_topic()
    subscription = world.subscribe(topic, FIFO_QUEUE)
    complaint = "must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    with pytest.raises(SnsInvalidParameter, match=rf"^Invalid parameter: RedrivePolicy: {re.escape(complaint)}$"):
        change(world, subscription, "RedrivePolicy", redrive(DEAD_LETTERS))
    assert "RedrivePolicy" in change(world, subscription, "RedrivePolicy", redrive(f"{DEAD_LETTERS}.fifo"))
    standard = world.subscribe(topic, QUEUE)
    assert "RedrivePolicy" in change(world, standard, "RedrivePolicy", redrive(DEAD_LETTERS))


def test_standard_topic_has_no_use_for_a_fifo_dead_letter_queue(world: World) -> None:
    with pytest.raises(SnsInvalidParameter, match="RedrivePolicy: must use a standard queue"):
        world.subscribe(world.topic(), RedrivePolicy=redrive(f"{DEAD_LETTERS}.fifo"))
