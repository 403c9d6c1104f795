from typing import Any

from tests.actions.sns.push import NO_ENDPOINT, SHORT_ARN, create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_endpoint_is_gone_from_its_application(sns: Any) -> None:
    application = create_application(sns)
    endpoint = create_endpoint(sns, application)
    listed = sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)["Endpoints"]
    assert listed == [{"EndpointArn": endpoint, "Attributes": {"Enabled": "true", "Token": "token_1"}}]
    answer = sns.delete_endpoint(EndpointArn=endpoint)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    assert sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)["Endpoints"] == []
    assert refusal(sns.get_endpoint_attributes, EndpointArn=endpoint) == NO_ENDPOINT


def test_endpoint_that_is_not_there_is_fine(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    for _ in range(2):
        sns.delete_endpoint(EndpointArn=endpoint)


def test_its_subscriptions_remain(sns: Any, topic_arn: str) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    sns.subscribe(TopicArn=topic_arn, Protocol="application", Endpoint=endpoint)
    sns.delete_endpoint(EndpointArn=endpoint)
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]) == 1


def test_malformed_arn_is_refused(sns: Any) -> None:
    assert refusal(sns.delete_endpoint, EndpointArn="nope") == invalid(f"EndpointArn {SHORT_ARN}")
