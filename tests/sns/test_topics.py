import json
from typing import Any

import pytest

from emulator.aws.limits import LIST_PAGE, TOPIC_NAME_LENGTH
from emulator.aws.place import Place
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound
from emulator.sns.changes import TopicCreated
from tests.sns.world import ACCOUNT, NOW, REGION, World, set_topic_attribute


@pytest.mark.parametrize("name", ["a", "A_b-9", "x" * TOPIC_NAME_LENGTH])
def test_topic_gets_its_arn_from_name_account_and_region(world: World, name: str) -> None:
    assert world.topic(name).arn == f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_arn_carries_the_partition_of_the_region(world: World, region: str, partition: str) -> None:
    topic = world.topics.create("t", account=ACCOUNT, region=region, attributes={}, tags=(), now=NOW)
    assert topic.arn == f"arn:{partition}:sns:{region}:{ACCOUNT}:t"


@pytest.mark.parametrize("name", ["", "x" * (TOPIC_NAME_LENGTH + 1), *(f"a{bad}b" for bad in ":;!@|^% .ä\n"), "a\n"])
def test_bad_names_are_refused(world: World, name: str) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Topic Name$"):
        world.topic(name)


@pytest.mark.parametrize(
    ("name", "fifo"),
    [("t.fifo", None), ("t.fifo", "false"), ("t", "true"), (".fifo", "true"), ("x" * 252 + ".fifo", "true")],
)
def test_fifo_attribute_and_name_must_agree(world: World, name: str, fifo: str | None) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Topic Name$"):
        world.topic(name, **({} if fifo is None else {"FifoTopic": fifo}))


def test_fifo_name_may_be_as_long_as_any_other(world: World) -> None:
    assert world.topic("x" * 251 + ".fifo", FifoTopic="True").fifo


def test_creating_again_without_attributes_gives_the_same_topic(world: World) -> None:
    first = world.topic(DisplayName="one")
    assert world.topic() is first
    assert world.topic(DisplayName="one") is first
    assert world.topic(FifoTopic="false") is first


@pytest.mark.parametrize(
    "attributes", [{"DisplayName": "two"}, {"SignatureVersion": "2"}, {"DisplayName": "one", "SignatureVersion": "2"}]
)
def test_creating_again_with_other_or_more_attributes_is_refused(world: World, attributes: dict[str, str]) -> None:
    world.topic(DisplayName="one")
    with pytest.raises(
        SnsInvalidParameter,
        match=r"^Invalid parameter: Attributes Reason: Topic already exists with different attributes$",
    ):
        world.topic(**attributes)


@pytest.mark.parametrize("empty", ["DisplayName", "DeliveryPolicy", "KmsMasterKeyId", "TracingConfig"])
def test_empty_attribute_is_the_default_when_a_topic_is_created_again(world: World, empty: str) -> None:
    first = world.topic(**{empty: ""})
    assert world.topic(**{empty: ""}) is world.topic() is first


def policy(principal: object, **layout: Any) -> str:
    statement = {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": "SNS:Publish", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, **layout)


def test_accounts_in_a_policy_become_arns_however_it_comes_in(world: World) -> None:
    given = policy({"AWS": [ACCOUNT, "*"]}, indent=1)
    kept = policy({"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "*"]}, separators=(",", ":"))
    topic = world.topic(Policy=given)
    assert topic.visible_attributes(NOW)["Policy"] == kept
    assert world.topic(Policy=given) is topic
    assert world.topic(Policy=policy({"AWS": [ACCOUNT, "*"]})) is topic
    set_topic_attribute(topic, "Policy", policy("*"), now=NOW)
    set_topic_attribute(topic, "Policy", given, now=NOW)
    assert topic.settings["Policy"] == kept
    rebuilt = world.topics.rebuild(TopicCreated("other", ACCOUNT, REGION, settings={"Policy": given}))
    assert rebuilt.settings["Policy"] == kept
    with pytest.raises(SnsInvalidParameter, match="different attributes"):
        world.topic(Policy=policy("*"))


def test_name_is_checked_before_attributes_are_compared(world: World) -> None:
    world.topic(DisplayName="one")
    with pytest.raises(SnsInvalidParameter, match="Topic Name"):
        world.topic(FifoTopic="true")


def test_equal_policies_are_the_same_attribute_whatever_their_defaults(world: World) -> None:
    policy = '{"http":{"defaultRequestPolicy":{"headerContentType":"text/plain"}}}'
    first = world.topic(DeliveryPolicy=policy)
    assert world.topic(DeliveryPolicy=policy) is first


def test_tags_of_an_existing_topic_may_be_repeated_in_part(world: World) -> None:
    def create(*tags: tuple[str, str]) -> str:
        return world.topics.create("t", account=ACCOUNT, region=REGION, attributes={}, tags=tags, now=NOW).arn

    first = create(("k1", "v1"), ("k2", "v2"))
    assert create(("k2", "v2"), ("k1", "v1")) == create(("k1", "v1")) == create() == first
    for others in ([("k1", "other")], [("k1", "v1"), ("k3", "v3")]):
        with pytest.raises(
            SnsInvalidParameter, match=r"^Invalid parameter: Tags Reason: Topic already exists with different tags$"
        ):
            create(*others)


def test_refused_topic_does_not_exist(world: World) -> None:
    with pytest.raises(SnsInvalidParameter):
        world.topic(SignatureVersion="3")
    assert world.topics.list_owned(account=ACCOUNT, region=REGION, token=None) == ([], None)


def test_each_account_and_region_lists_its_own_topics(world: World) -> None:
    here = world.topic()
    there = world.topics.create("topic", account=ACCOUNT, region="us-east-2", attributes={}, tags=(), now=NOW)
    others = world.topics.create("topic", account="222222222222", region=REGION, attributes={}, tags=(), now=NOW)
    assert len({here.arn, there.arn, others.arn}) == 3
    assert world.topics.list_owned(account=ACCOUNT, region=REGION, token=None) == ([here], None)
    assert world.topics.list_owned(account=ACCOUNT, region="us-east-2", token=None) == ([there], None)
    assert world.topics.list_owned(account="222222222222", region=REGION, token=None) == ([others], None)


def test_pages_neither_repeat_nor_miss_topics_when_others_go(world: World) -> None:
    topics = [world.topic(f"t{number}") for number in range(LIST_PAGE + 5)]
    first, token = world.topics.list_owned(account=ACCOUNT, region=REGION, token=None)
    assert first == topics[:LIST_PAGE]
    for gone in (topics[0], topics[LIST_PAGE - 1]):
        world.sns.delete_topic(gone.arn, region=REGION, times=world.now_of)
    assert world.topics.list_owned(account=ACCOUNT, region=REGION, token=token) == (topics[LIST_PAGE:], None)


def test_exactly_one_page_has_no_next_page(world: World) -> None:
    for number in range(LIST_PAGE):
        world.topic(f"t{number}")
    topics, token = world.topics.list_owned(account=ACCOUNT, region=REGION, token=None)
    assert (len(topics), token) == (LIST_PAGE, None)


@pytest.mark.parametrize("token", ["what", "!!!!", "YWJj", "ä"])
def test_token_that_is_none_is_refused(world: World, token: str) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: NextToken$"):
        world.topics.list_owned(account=ACCOUNT, region=REGION, token=token)


def test_topic_is_found_in_its_region_only(world: World) -> None:
    topic = world.topic()
    assert world.topics.find(topic.arn, region=REGION) is topic
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: TopicArn$"):
        world.topics.find(topic.arn, region="us-east-1")
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: TopicArn$"):
        world.sns.delete_topic(topic.arn, region="us-east-1", times=world.now_of)


@pytest.mark.parametrize(("text", "count"), [("", 1), ("topic", 1), ("arn:aws:sns:x", 4), ("a:b:c:d:e", 5)])
def test_malformed_arn_is_refused_with_its_number_of_elements(world: World, text: str, count: int) -> None:
    message = rf"^Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not {count}$"
    with pytest.raises(SnsInvalidParameter, match=message):
        world.topics.find(text, region=REGION)


def test_arn_of_another_service_is_refused(world: World) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: TopicArn$"):
        world.topics.find(f"arn:aws:sqs:{REGION}:{ACCOUNT}:topic", region=REGION)


@pytest.mark.parametrize(
    ("text", "region", "start"),
    [
        ("x:aws:sns:eu-west-1:1:t", "eu-west-1", "arn:aws"),
        ("arn:aws-cn:sns:eu-west-1:1:t", "eu-west-1", "arn:aws"),
        ("arn:aws:sns:cn-north-1:1:t", "cn-north-1", "arn:aws-cn"),
        ("arn:aws:sns:us-gov-west-1:1:t", "us-gov-west-1", "arn:aws-us-gov"),
        ("arn:sns:*:arn:aws:sns:us-east-1:1:t", "arn", "arn:null"),
        ("arn:aws:sns:${AWS_REGION}:${AWS_ACCOUNT_ID}:t", "${AWS_REGION}", "arn:null"),
        ("arn:aws:sns::1:t", "", "arn:null"),
    ],
)
def test_arn_must_begin_as_those_of_its_region(world: World, text: str, region: str, start: str) -> None:
    message = f"Invalid parameter: TopicArn Reason: A {region} ARN must begin with {start}, not {text}"
    with pytest.raises(SnsInvalidParameter) as refused:
        world.topics.find(text, region=REGION)
    assert refused.value.message == message
    with pytest.raises(SnsInvalidParameter) as refused:
        world.sns.delete_topic(text, region=REGION, times=world.now_of)
    assert refused.value.message == message


def test_region_of_the_request_may_have_any_name(world: World) -> None:
    topic = world.topics.create("t", account=ACCOUNT, region="local", attributes={}, tags=(), now=NOW)
    world.sns.delete_topic(topic.arn, region="local", times=world.now_of)
    with pytest.raises(SnsNotFound, match=r"^Topic does not exist$"):
        world.topics.find(topic.arn, region="local")


def test_deleted_topic_is_gone_with_its_subscriptions_and_tags(world: World) -> None:
    topic = world.topics.create("t", account=ACCOUNT, region=REGION, attributes={}, tags=[("k", "v")], now=NOW)
    subscription = world.subscribe(topic)
    world.sns.delete_topic(topic.arn, region=REGION, times=world.now_of)
    world.sns.delete_topic(topic.arn, region=REGION, times=world.now_of)
    with pytest.raises(SnsNotFound, match=r"^Topic does not exist$"):
        world.topics.find(topic.arn, region=REGION)
    with pytest.raises(SnsNotFound, match=r"^Subscription does not exist$"):
        world.sns.subscriptions.find(subscription.arn, region=REGION, times=world.now_of)
    again = world.topic("t")
    assert (again.tags, again.subscriptions) == ({}, {})
    assert world.sns.subscriptions.list_owned(owner=ACCOUNT, region=REGION, token=None, times=world.now_of) == (
        [],
        None,
    )


def test_reset_of_one_account_leaves_the_others_alone(world: World) -> None:
    mine = world.topic()
    theirs = world.topics.create("topic", account="222222222222", region=REGION, attributes={}, tags=(), now=NOW)
    their_own = world.subscribe(theirs, "arn:aws:sqs:eu-west-1:222222222222:queue", owner="222222222222")
    my_own = world.subscribe(theirs)
    my_pending = world.subscribe(theirs, "http://example.com", protocol="http")
    world.sns.reset(Place(ACCOUNT))
    assert world.topics.get(mine.arn) is None
    assert list(theirs.subscriptions.values()) == [their_own]
    assert my_own.arn not in theirs.subscriptions
    assert my_pending.arn not in theirs.subscriptions


def test_reset_forgets_everything(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.sns.reset()
    assert world.topics.list_owned(account=ACCOUNT, region=REGION, token=None) == ([], None)
    assert world.sns.subscriptions.list_owned(owner=ACCOUNT, region=REGION, token=None, times=world.now_of) == (
        [],
        None,
    )
