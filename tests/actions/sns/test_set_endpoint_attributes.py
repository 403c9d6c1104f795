from typing import Any

from tests.actions.sns.push import create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_bad_value_is_refused(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    answer = refusal(sns.set_endpoint_attributes, EndpointArn=endpoint, Attributes={"Enabled": "no"})
    assert answer == invalid("Attributes Reason: Invalid value for attribute: Enabled: must be true or false")
