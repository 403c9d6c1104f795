from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests import patience
from tests.actions.sns.refusals import Refusal, invalid, refusal
from tests.boto import REGION
from tests.server import RunningServer

DIFFERENT_ATTRIBUTES = invalid("Attributes Reason: Topic already exists with different attributes")
DIFFERENT_TAGS = invalid("Tags Reason: Topic already exists with different tags")


def test_answer_is_the_arn(sns: Any, account: str) -> None:
    answer = sns.create_topic(Name="topic")
    assert answer["TopicArn"] == f"arn:aws:sns:{REGION}:{account}:topic"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_unknown_attribute_is_named(sns: Any) -> None:
    answer = refusal(sns.create_topic, Name="t", Attributes={"Nope": "1"})
    assert answer == invalid("Attributes Reason: Unknown attribute Nope")
    assert sns.list_topics()["Topics"] == []


def test_tag_keys_have_a_length(sns: Any) -> None:
    answer = refusal(sns.create_topic, Name="t", Tags=[{"Key": "k" * 129, "Value": ""}])
    assert answer == Refusal(
        "ValidationError",
        f"1 validation error detected: Value '{'k' * 129}' at 'tags.1.member.key' failed to satisfy constraint: "
        "Member must have length less than or equal to 128",
    )


@pytest.mark.parametrize(("key", "value"), [("day", "Monday, 2 January"), ("a;b", "v"), ("a\0", "v"), ("k", "a#b")])
def test_tag_with_an_illegal_character_is_refused(sns: Any, key: str, value: str) -> None:
    topic, tags = sns.create_topic(Name="tagged")["TopicArn"], [{"Key": key, "Value": value}]
    illegal = invalid("Tags Reason: The given tag(s) contain invalid characters")
    assert refusal(sns.create_topic, Name="t", Tags=tags) == illegal
    assert refusal(sns.tag_resource, ResourceArn=topic, Tags=tags) == illegal
    assert sns.list_tags_for_resource(ResourceArn=topic)["Tags"] == []


def test_fifo_topic_can_be_made_with_an_archive(sns: Any) -> None:
    attributes = {"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"30"}'}
    arn = sns.create_topic(Name="t.fifo", Attributes=attributes)["TopicArn"]
    assert sns.create_topic(Name="t.fifo", Attributes=attributes)["TopicArn"] == arn
    shown = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert shown["ArchivePolicy"] == attributes["ArchivePolicy"]
    assert shown["BeginningArchiveTime"]


def create_fifo_topics(server: RunningServer, account: str, number: int) -> None:
    """Create ``t0.fifo`` and so on, over one connection and without boto3, which takes most of the time."""
    scope = f"{account}/20260101/{REGION}/sns/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    fifo = {"Action": "CreateTopic", "Attributes.entry.1.key": "FifoTopic", "Attributes.entry.1.value": "true"}
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=patience.SECONDS)) as connection:
        for each in range(number):
            connection.request("POST", "/", urlencode(fifo | {"Name": f"t{each}.fifo"}), headers)
            response = connection.getresponse()
            assert response.status == 200, response.read()
            response.read()


def test_account_has_at_most_1000_fifo_topics(sns: Any, server: RunningServer, account: str) -> None:
    create_fifo_topics(server, account, 1_000)
    answer = refusal(sns.create_topic, Name="one-more.fifo", Attributes={"FifoTopic": "true"})
    assert (answer.code, answer.status) == ("TopicLimitExceeded", 403)
    assert sns.create_topic(Name="t0.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    assert sns.create_topic(Name="standard")["TopicArn"]
