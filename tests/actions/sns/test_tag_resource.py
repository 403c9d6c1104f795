from typing import Any

from tests.actions.sns.refusals import Refusal, invalid, refusal

NO_RESOURCE = Refusal("ResourceNotFound", "Resource does not exist", 404)


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def test_tags_are_added_and_overwritten(sns: Any, topic_arn: str) -> None:
    sns.tag_resource(ResourceArn=topic_arn, Tags=tags(k1="v1", k2="v2"))
    sns.tag_resource(ResourceArn=topic_arn, Tags=tags(k2="v2b", k3=""))
    assert sns.list_tags_for_resource(ResourceArn=topic_arn)["Tags"] == tags(k1="v1", k2="v2b", k3="")


def test_repeated_key_is_refused(sns: Any, topic_arn: str) -> None:
    answer = refusal(sns.tag_resource, ResourceArn=topic_arn, Tags=[*tags(k1="v1"), *tags(k1="v1")])
    assert answer == invalid("Duplicated keys are not allowed.")


def test_topic_has_at_most_fifty_tags(sns: Any, topic_arn: str) -> None:
    sns.tag_resource(ResourceArn=topic_arn, Tags=tags(**{f"k{number}": "" for number in range(50)}))
    assert refusal(sns.tag_resource, ResourceArn=topic_arn, Tags=tags(more="")).code == "TagLimitExceeded"
    sns.tag_resource(ResourceArn=topic_arn, Tags=tags(k0="again"))
    assert len(sns.list_tags_for_resource(ResourceArn=topic_arn)["Tags"]) == 50


def test_topic_that_does_not_exist_is_not_found(sns: Any, topic_arn: str) -> None:
    assert refusal(sns.tag_resource, ResourceArn=f"{topic_arn}-not", Tags=tags(k="v")) == NO_RESOURCE


def test_malformed_arn_is_refused(sns: Any) -> None:
    reason = "ResourceArn Reason: An ARN must have at least 6 elements, not 1"
    assert refusal(sns.tag_resource, ResourceArn="topic", Tags=tags(k="v")) == invalid(reason)
