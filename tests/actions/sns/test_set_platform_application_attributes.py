from typing import Any

import pytest

from tests.actions.sns.push import NO_APPLICATION, NO_ATTRIBUTES, SHORT_ARN, create_application
from tests.actions.sns.refusals import invalid, refusal


def test_attribute_is_set_and_shown(sns: Any) -> None:
    arn = create_application(sns)
    answer = sns.set_platform_application_attributes(
        PlatformApplicationArn=arn, Attributes={"SuccessFeedbackSampleRate": "50"}
    )
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    shown = sns.get_platform_application_attributes(PlatformApplicationArn=arn)["Attributes"]
    assert shown == {"Enabled": "true", "SuccessFeedbackSampleRate": "50"}


def test_malformed_arn_is_refused(sns: Any) -> None:
    answer = refusal(
        sns.set_platform_application_attributes,
        PlatformApplicationArn="nope",
        Attributes={"SuccessFeedbackSampleRate": "50"},
    )
    assert answer == invalid(f"PlatformApplicationArn {SHORT_ARN}")


def test_attributes_must_be_there_even_where_the_application_is_not(sns: Any) -> None:
    arn = create_application(sns)
    for application_arn in (arn, f"{arn}-not"):
        answer = refusal(sns.set_platform_application_attributes, PlatformApplicationArn=application_arn, Attributes={})
        assert answer == NO_ATTRIBUTES


@pytest.mark.parametrize("attributes", [{"PlatformPrincipal": "x"}, {"PlatformCredential": "x"}, {"Nope": "x"}])
def test_unknown_application_is_not_found_whatever_the_attributes(sns: Any, attributes: dict[str, str]) -> None:
    arn = create_application(sns)
    answer = refusal(
        sns.set_platform_application_attributes, PlatformApplicationArn=f"{arn}-not", Attributes=attributes
    )
    assert answer == NO_APPLICATION


def test_unknown_attribute_is_named(sns: Any) -> None:
    answer = refusal(
        sns.set_platform_application_attributes,
        PlatformApplicationArn=create_application(sns),
        Attributes={"Nope": "x"},
    )
    assert answer == invalid("Attributes Reason: Invalid attribute name: Nope")
