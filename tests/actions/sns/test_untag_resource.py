from typing import Any

from tests.actions.sns.refusals import refusal


def test_named_tags_are_removed(sns: Any) -> None:
    tags = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]
    arn = sns.create_topic(Name="topic", Tags=tags)["TopicArn"]
    sns.untag_resource(ResourceArn=arn, TagKeys=["k1", "not-there"])
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags[1:]


def test_topic_that_does_not_exist_is_not_found(sns: Any, topic_arn: str) -> None:
    answer = refusal(sns.untag_resource, ResourceArn=f"{topic_arn}-not", TagKeys=["k"])
    assert (answer.code, answer.status) == ("ResourceNotFound", 404)
