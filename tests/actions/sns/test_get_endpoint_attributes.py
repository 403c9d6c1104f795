from typing import Any

from tests.actions.sns.push import NO_ENDPOINT, SHORT_ARN, create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_new_endpoint_is_enabled(sns: Any) -> None:
    answer = sns.get_endpoint_attributes(EndpointArn=create_endpoint(sns, create_application(sns)))
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"Attributes": {"Enabled": "true", "Token": "token_1"}}


def test_unknown_endpoint_is_not_found(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    assert refusal(sns.get_endpoint_attributes, EndpointArn=f"{endpoint[:-1]}-") == NO_ENDPOINT


def test_malformed_arn_is_refused(sns: Any) -> None:
    assert refusal(sns.get_endpoint_attributes, EndpointArn="nope") == invalid(f"EndpointArn {SHORT_ARN}")
