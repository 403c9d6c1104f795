from typing import Any

import pytest

from tests.actions.sns.push import create_application, create_endpoint
from tests.actions.sns.refusals import Refusal, invalid, refusal


@pytest.fixture
def application(sns: Any) -> str:
    return create_application(sns)


@pytest.fixture
def endpoint(sns: Any, application: str) -> str:
    return create_endpoint(sns, application)


def test_structured_message_must_have_a_text_for_the_device(sns: Any, endpoint: str) -> None:
    answer = refusal(sns.publish, TargetArn=endpoint, Message='{"GCM":"{}"}', MessageStructure="json")
    assert answer == invalid("JSON must contain an entry for 'default' or 'ADM'.")


def test_endpoint_of_another_region_is_refused(elsewhere: Any, endpoint: str) -> None:
    assert refusal(elsewhere.publish, TargetArn=endpoint, Message="hello") == invalid("TargetArn")


def test_disabled_endpoint_is_refused(sns: Any, endpoint: str) -> None:
    sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})
    answer = refusal(sns.publish, TargetArn=endpoint, Message="hello")
    assert answer == Refusal("EndpointDisabled", "Endpoint is disabled")


def test_disabled_application_is_refused(sns: Any, application: str, endpoint: str) -> None:
    sns.set_platform_application_attributes(PlatformApplicationArn=application, Attributes={"Enabled": "false"})
    answer = refusal(sns.publish, TargetArn=endpoint, Message="hello")
    assert answer == Refusal("PlatformApplicationDisabled", "Platform application is disabled")
