from typing import Any

import pytest

from tests.actions.sns.refusals import Refusal, invalid, refusal
from tests.boto import REGION

DIFFERENT_ATTRIBUTES = invalid("Attributes Reason: Topic already exists with different attributes")
DIFFERENT_TAGS = invalid("Tags Reason: Topic already exists with different tags")


def test_answer_is_the_arn(sns: Any, account: str) -> None:
    answer = sns.create_topic(Name="topic")
    assert answer["TopicArn"] == f"arn:aws:sns:{REGION}:{account}:topic"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("name", ["a", "x" * 256, "A_b-9"])
def test_names_are_of_1_to_256_characters(sns: Any, name: str) -> None:
    assert sns.create_topic(Name=name)["TopicArn"].endswith(f":{name}")


@pytest.mark.parametrize("name", ["", "x" * 257, "t.fifo", *(f"bad{bad}name" for bad in ":;!@|^% ")])
def test_bad_name_is_refused(sns: Any, name: str) -> None:
    assert refusal(sns.create_topic, Name=name) == invalid("Topic Name")


def test_fifo_topic_needs_the_suffix(sns: Any) -> None:
    assert refusal(sns.create_topic, Name="t", Attributes={"FifoTopic": "true"}) == invalid("Topic Name")
    assert sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"].endswith(":t.fifo")


def test_creating_again_gives_the_same_arn(sns: Any) -> None:
    attributes = {"DisplayName": "Value1"}
    first = sns.create_topic(Name="t", Attributes=attributes)["TopicArn"]
    assert sns.create_topic(Name="t")["TopicArn"] == first
    assert sns.create_topic(Name="t", Attributes=attributes)["TopicArn"] == first
    assert len(sns.list_topics()["Topics"]) == 1


def test_creating_again_with_other_or_more_attributes_is_refused(sns: Any) -> None:
    sns.create_topic(Name="t", Attributes={"DisplayName": "Value1"})
    for attributes in (
        {"DisplayName": "Value2"},
        {"SignatureVersion": "2"},
        {"DisplayName": "Value1", "SignatureVersion": "2"},
    ):
        assert refusal(sns.create_topic, Name="t", Attributes=attributes) == DIFFERENT_ATTRIBUTES
    assert refusal(sns.create_topic, Name="t", Attributes={"FifoTopic": "true"}) == invalid("Topic Name")


def test_creating_again_with_some_of_the_tags_gives_the_same_arn(sns: Any) -> None:
    tags = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]
    first = sns.create_topic(Name="t", Tags=tags)["TopicArn"]
    for again in (tags, tags[:1], []):
        assert sns.create_topic(Name="t", Tags=again)["TopicArn"] == first
    assert refusal(sns.create_topic, Name="t", Tags=[{"Key": "k3", "Value": "v3"}]) == DIFFERENT_TAGS


def test_unknown_attribute_is_named(sns: Any) -> None:
    answer = refusal(sns.create_topic, Name="t", Attributes={"Nope": "1"})
    assert answer == invalid("Attributes Reason: Unknown attribute Nope")
    assert sns.list_topics()["Topics"] == []


def test_too_many_tags_are_refused(sns: Any) -> None:
    tags = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
    assert refusal(sns.create_topic, Name="t", Tags=tags).code == "TagLimitExceeded"
    assert sns.create_topic(Name="t", Tags=tags[:50])["TopicArn"]


def test_tag_keys_have_a_length(sns: Any) -> None:
    answer = refusal(sns.create_topic, Name="t", Tags=[{"Key": "k" * 129, "Value": ""}])
    assert answer == Refusal(
        "ValidationError",
        f"1 validation error detected: Value '{'k' * 129}' at 'tags.1.member.key' failed to satisfy constraint: "
        "Member must have length less than or equal to 128",
    )


def test_fifo_topic_can_be_made_with_an_archive(sns: Any) -> None:
    attributes = {"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"30"}'}
    arn = sns.create_topic(Name="t.fifo", Attributes=attributes)["TopicArn"]
    assert sns.create_topic(Name="t.fifo", Attributes=attributes)["TopicArn"] == arn
    shown = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert shown["ArchivePolicy"] == attributes["ArchivePolicy"]
    assert shown["BeginningArchiveTime"]


def test_account_has_at_most_1000_fifo_topics(sns: Any) -> None:
    for number in range(1_000):
        sns.create_topic(Name=f"t{number}.fifo", Attributes={"FifoTopic": "true"})
    answer = refusal(sns.create_topic, Name="one-more.fifo", Attributes={"FifoTopic": "true"})
    assert (answer.code, answer.status) == ("TopicLimitExceeded", 403)
    assert sns.create_topic(Name="t0.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    assert sns.create_topic(Name="standard")["TopicArn"]
