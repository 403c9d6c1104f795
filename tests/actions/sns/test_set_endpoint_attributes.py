from typing import Any

from tests.actions.sns.push import NO_ATTRIBUTES, NO_ENDPOINT, create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_endpoint_can_be_disabled(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    answer = sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    shown = sns.get_endpoint_attributes(EndpointArn=endpoint)["Attributes"]
    assert shown == {"Enabled": "false", "Token": "token_1"}


def test_unknown_endpoint_is_not_found(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    answer = refusal(sns.set_endpoint_attributes, EndpointArn=f"{endpoint[:-1]}-", Attributes={"Enabled": "false"})
    assert answer == NO_ENDPOINT


def test_attributes_must_be_there(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    assert refusal(sns.set_endpoint_attributes, EndpointArn=endpoint, Attributes={}) == NO_ATTRIBUTES


def test_bad_value_is_refused(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    answer = refusal(sns.set_endpoint_attributes, EndpointArn=endpoint, Attributes={"Enabled": "no"})
    assert answer == invalid("Attributes Reason: Invalid value for attribute: Enabled: must be true or false")
