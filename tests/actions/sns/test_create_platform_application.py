from typing import Any

from tests.actions.sns.push import CREDENTIALS, create_application
from tests.actions.sns.refusals import invalid, refusal


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
