from typing import Any

import pytest

from tests.actions.sns.refusals import Refusal, refusal

NOT_NULL = (
    "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null"
)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"DefaultSenderID": "testSenderID"}, "DefaultSenderID is invalid"),
        (
            {"DeliveryStatusSuccessSamplingRate": "101"},
            "DeliveryStatusSuccessSamplingRate is not an integer between 0-100",
        ),
        (
            {"UsageReportS3Bucket": "thisS3BucketDoesNotExist"},
            "Invalid parameter: UsageReportS3Bucket Reason: The bucket you provided does not exist",
        ),
    ],
)
def test_bad_value_is_refused_and_nothing_is_set(sns: Any, attributes: dict[str, str], message: str) -> None:
    given = {"DefaultSMSType": "Transactional", **attributes}
    assert refusal(sns.set_sms_attributes, attributes=given) == Refusal("InvalidParameter", message)
    assert sns.get_sms_attributes()["attributes"] == {"MonthlySpendLimit": "1"}
