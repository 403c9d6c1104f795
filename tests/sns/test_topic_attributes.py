import json

import pytest

from emulator.aws.sns_errors import SnsInvalidParameter
from tests.sns.world import ACCOUNT, DEFAULT_EFFECTIVE_POLICY, NOW, QUEUE, REGION, World, set_topic_attribute


def test_new_topic_shows_what_every_topic_has(world: World) -> None:
    shown = world.topic().visible_attributes(NOW)
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:topic"
    assert shown == {
        "TopicArn": arn,
        "Owner": ACCOUNT,
        "DisplayName": "",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "0",
        "EffectiveDeliveryPolicy": DEFAULT_EFFECTIVE_POLICY,
        "Policy": (
            '{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",'
            '"Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",'
            '"SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",'
            f'"SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"{arn}",'
            f'"Condition":{{"StringEquals":{{"AWS:SourceOwner":"{ACCOUNT}"}}}}}}]}}'
        ),
    }


def test_fifo_topic_says_so_and_how_it_deduplicates(world: World) -> None:
    shown = world.fifo_topic().visible_attributes(NOW)
    assert (shown["FifoTopic"], shown["ContentBasedDeduplication"]) == ("true", "false")


def test_standard_topic_created_with_fifo_false_does_not_show_it(world: World) -> None:
    shown = world.topic(FifoTopic="false", ContentBasedDeduplication="false").visible_attributes(NOW)
    assert not shown.keys() & {"FifoTopic", "ContentBasedDeduplication"}


def test_subscriptions_are_counted_by_their_state(world: World) -> None:
    topic = world.topic()
    gone = world.subscribe(topic, "+15551234567", protocol="sms")
    world.subscribe(topic)
    world.subscribe(topic, "someone@example.com", protocol="email")
    world.unsubscribe(gone.arn)
    shown = topic.visible_attributes(NOW)
    counts = ("SubscriptionsConfirmed", "SubscriptionsPending", "SubscriptionsDeleted")
    assert [shown[count] for count in counts] == ["1", "1", "1"]


POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"SNS:Publish"}]}'

SETTABLE = {
    "Policy": POLICY,
    "DisplayName": "Ünï",
    "KmsMasterKeyId": "alias/aws/sns",
    "SignatureVersion": "2",
    "TracingConfig": "Active",
    "MaximumMessageSize": "1024",
    "LambdaSuccessFeedbackRoleArn": "arn:aws:iam::111111111111:role/r",
    "HTTPFailureFeedbackRoleArn": "arn:aws:iam::111111111111:role/r",
    "SQSSuccessFeedbackSampleRate": "100",
}


@pytest.mark.parametrize("name", SETTABLE)
def test_attribute_is_shown_as_set(world: World, name: str) -> None:
    topic = world.topic()
    before = topic.visible_attributes(NOW)
    set_topic_attribute(topic, name, SETTABLE[name], now=NOW)
    assert topic.visible_attributes(NOW) == {**before, name: SETTABLE[name]}
    assert world.topic("other", **{name: SETTABLE[name]}).visible_attributes(NOW)[name] == SETTABLE[name]


@pytest.mark.parametrize("name", [name for name in SETTABLE if name != "Policy"])
def test_attribute_is_gone_when_emptied(world: World, name: str) -> None:
    topic = world.topic()
    before = topic.visible_attributes(NOW)
    set_topic_attribute(topic, name, SETTABLE[name], now=NOW)
    set_topic_attribute(topic, name, "", now=NOW)
    assert topic.visible_attributes(NOW) == before


def test_policy_cannot_be_emptied(world: World) -> None:
    topic = world.topic(Policy=POLICY)
    for empty in (lambda: set_topic_attribute(topic, "Policy", "", now=NOW), lambda: world.topic("other", Policy="")):
        with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Policy is empty$"):
            empty()
    assert topic.visible_attributes(NOW)["Policy"] == POLICY


def test_empty_text_is_no_boolean(world: World) -> None:
    message = r"ContentBasedDeduplication: Invalid value \[\]\. Must be true or false\.$"
    topic = world.topic("t.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    with pytest.raises(SnsInvalidParameter, match=rf"^Invalid parameter: {message}"):
        set_topic_attribute(topic, "ContentBasedDeduplication", "", now=NOW)
    with pytest.raises(SnsInvalidParameter, match=rf"^Invalid parameter: Attributes Reason: {message}"):
        world.topic("other.fifo", FifoTopic="true", ContentBasedDeduplication="")
    with pytest.raises(SnsInvalidParameter, match=r"FifoTopic: Invalid value \[\]\. Must be true or false\.$"):
        world.topic(FifoTopic="")
    assert topic.content_based_deduplication


@pytest.mark.parametrize(
    "name", ["Unknown", "FifoTopic", "TopicArn", "Owner", "SubscriptionsConfirmed", "EffectiveDeliveryPolicy", ""]
)
def test_attribute_that_cannot_be_set_is_refused_by_name(world: World, name: str) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: AttributeName$"):
        set_topic_attribute(world.topic(), name, "false", now=NOW)


def test_unknown_attribute_of_a_new_topic_is_named(world: World) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Attributes Reason: Unknown attribute Nope$"):
        world.topic(Nope="1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SignatureVersion", "3"),
        ("TracingConfig", "active"),
        ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", "1048577"),
        ("MaximumMessageSize", "-5"),
        ("MaximumMessageSize", "9" * 5000),
        ("MaximumMessageSize", "²"),
        ("LambdaSuccessFeedbackSampleRate", "101"),
        ("Policy", json.dumps({"Version": "x" * 31_000})),
        ("ContentBasedDeduplication", "true"),
        ("ContentBasedDeduplication", "maybe"),
        ("FifoThroughputScope", "Topic"),
    ],
)
def test_bad_value_is_refused_with_the_prefix_of_its_action(world: World, name: str, value: str) -> None:
    topic = world.topic()
    before = topic.visible_attributes(NOW)
    with pytest.raises(SnsInvalidParameter, match=rf"^Invalid parameter: {name}: "):
        set_topic_attribute(topic, name, value, now=NOW)
    with pytest.raises(SnsInvalidParameter, match=rf"^Invalid parameter: Attributes Reason: {name}: "):
        world.topic("other", **{name: value})
    assert topic.visible_attributes(NOW) == before


@pytest.mark.parametrize(
    "policy", ["{", "[]", "null", "text", '{"a":NaN}', "[" * 10_000, "{}", POLICY.replace("Allow", "Let")]
)
def test_malformed_policy_is_refused(world: World, policy: str) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Policy Error: null$"):
        set_topic_attribute(world.topic(), "Policy", policy, now=NOW)


@pytest.mark.parametrize("principal", ["me", "arn:aws:iam::12:root", "1111"])
def test_policy_with_a_principal_that_cannot_be_is_refused(world: World, principal: str) -> None:
    policy = POLICY.replace('"*"', json.dumps({"AWS": principal}))
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Policy Error: PrincipalNotFound$"):
        set_topic_attribute(world.topic(), "Policy", policy, now=NOW)


@pytest.mark.parametrize("action", ["SNS:SetSubscriptionAttributes", "sns:CreateTopic", "sqs:SendMessage", "Publish"])
def test_policy_is_about_what_can_be_delegated(world: World, action: str) -> None:
    policy = POLICY.replace("SNS:Publish", action)
    complaint = r"^Invalid parameter: Policy statement action out of service scope!$"
    with pytest.raises(SnsInvalidParameter, match=complaint):
        set_topic_attribute(world.topic(), "Policy", policy, now=NOW)


@pytest.mark.parametrize("action", ["sns:publish", "SNS:*", "*", "SNS:Get*"])
def test_policy_may_name_actions_in_any_case_and_by_patterns(world: World, action: str) -> None:
    set_topic_attribute(world.topic(), "Policy", POLICY.replace("SNS:Publish", action), now=NOW)


def test_booleans_are_kept_in_lower_case(world: World) -> None:
    topic = world.fifo_topic(ContentBasedDeduplication="True")
    assert topic.visible_attributes(NOW)["ContentBasedDeduplication"] == "true"
    set_topic_attribute(topic, "ContentBasedDeduplication", "FALSE", now=NOW)
    assert not topic.content_based_deduplication


def test_throughput_scope_cannot_go_back_to_the_topic(world: World) -> None:
    topic = world.fifo_topic()
    set_topic_attribute(topic, "FifoThroughputScope", "Topic", now=NOW)
    set_topic_attribute(topic, "FifoThroughputScope", "MessageGroup", now=NOW)
    for value in ("Topic", ""):
        with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: FifoThroughputScope: "):
            set_topic_attribute(topic, "FifoThroughputScope", value, now=NOW)
    assert topic.visible_attributes(NOW)["FifoThroughputScope"] == "MessageGroup"


def test_messages_above_256_kib_go_to_queues_functions_and_streams_only(world: World) -> None:
    topic = world.topic()
    number = world.subscribe(topic, "+15551234567", protocol="sms")
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: MaximumMessageSize: "):
        set_topic_attribute(topic, "MaximumMessageSize", "262145", now=NOW)
    set_topic_attribute(topic, "MaximumMessageSize", "262144", now=NOW)
    world.unsubscribe(number.arn)
    set_topic_attribute(topic, "MaximumMessageSize", "1048576", now=NOW)
    world.subscribe(topic)
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Attributes Reason: MaximumMessageSize: "):
        world.subscribe(topic, "+15551234567", protocol="sms")


def test_messages_above_256_kib_go_to_a_hundred_subscribers_at_most(world: World) -> None:
    topic = world.topic(MaximumMessageSize="1048576")
    for number in range(100):
        world.subscribe(topic, f"{QUEUE}-{number}")
    with pytest.raises(SnsInvalidParameter, match="at most 100"):
        world.subscribe(topic, QUEUE)
