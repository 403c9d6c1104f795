from typing import Any

from tests.actions.sns.push import create_application
from tests.actions.sns.refusals import invalid, refusal


def test_application_is_seen_in_its_own_region(sns: Any, elsewhere: Any) -> None:
    arn = create_application(sns)
    answer = refusal(elsewhere.get_platform_application_attributes, PlatformApplicationArn=arn)
    assert answer == invalid("PlatformApplicationArn")
