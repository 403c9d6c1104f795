from typing import Any

import pytest

from tests.actions.sns.push import CREDENTIALS, NO_ATTRIBUTES, create_application
from tests.actions.sns.refusals import invalid, refusal
from tests.boto import REGION


def test_answer_is_the_arn(sns: Any, account: str) -> None:
    answer = sns.create_platform_application(Name="app", Platform="ADM", Attributes=CREDENTIALS)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"PlatformApplicationArn": f"arn:aws:sns:{REGION}:{account}:app/ADM/app"}


def test_attributes_must_be_there(sns: Any) -> None:
    answer = refusal(sns.create_platform_application, Name="app", Platform="ADM", Attributes={})
    assert answer == NO_ATTRIBUTES


@pytest.mark.parametrize(
    ("given", "missing"), [("PlatformPrincipal", "PlatformCredential"), ("PlatformCredential", "PlatformPrincipal")]
)
def test_one_credential_without_the_other_is_refused(sns: Any, given: str, missing: str) -> None:
    answer = refusal(sns.create_platform_application, Name="app", Platform="ADM", Attributes={given: "x"})
    assert answer == invalid(f"Attributes Reason: {given} attribute provided without {missing}")


def test_unknown_platform_is_refused(sns: Any) -> None:
    answer = refusal(sns.create_platform_application, Name="app", Platform="AAA", Attributes=CREDENTIALS)
    assert answer == invalid("Platform Reason: AAA is not supported")


def test_creating_again_gives_the_same_arn(sns: Any) -> None:
    assert create_application(sns) == create_application(sns)
    assert len(sns.list_platform_applications()["PlatformApplications"]) == 1


def test_other_properties_under_the_same_name_are_refused(sns: Any) -> None:
    create_application(sns)
    attributes = {**CREDENTIALS, "SuccessFeedbackSampleRate": "5"}
    answer = refusal(sns.create_platform_application, Name="app", Platform="ADM", Attributes=attributes)
    assert answer == invalid("Name Reason: An application with the same name but different properties already exists")


def test_sample_rate_has_a_range(sns: Any) -> None:
    attributes = {**CREDENTIALS, "SuccessFeedbackSampleRate": "101"}
    answer = refusal(sns.create_platform_application, Name="app", Platform="ADM", Attributes=attributes)
    assert answer == invalid(
        "Attributes Reason: Invalid value for attribute: SuccessFeedbackSampleRate: "
        "101 value provided is not an integer between 0-100"
    )
