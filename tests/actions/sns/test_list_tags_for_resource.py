from typing import Any

from tests.actions.sns.refusals import refusal


def test_no_tags_are_an_empty_list(sns: Any, topic_arn: str) -> None:
    assert sns.list_tags_for_resource(ResourceArn=topic_arn)["Tags"] == []


def test_tags_given_to_create_topic_are_listed(sns: Any) -> None:
    tags = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]
    arn = sns.create_topic(Name="topic", Tags=tags)["TopicArn"]
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags


def test_topic_that_does_not_exist_is_not_found(sns: Any, topic_arn: str) -> None:
    answer = refusal(sns.list_tags_for_resource, ResourceArn=f"{topic_arn}-not")
    assert (answer.code, answer.status) == ("ResourceNotFound", 404)
