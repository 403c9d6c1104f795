from typing import Any

from tests.actions.sns.push import create_application
from tests.actions.sns.refusals import invalid, refusal


def test_unknown_attribute_is_named(sns: Any) -> None:
    answer = refusal(
        sns.set_platform_application_attributes,
        PlatformApplicationArn=create_application(sns),
        Attributes={"Nope": "x"},
    )
    assert answer == invalid("Attributes Reason: Invalid attribute name: Nope")
