from typing import Any


def test_all_attributes_that_are_set_come_back(sns: Any) -> None:
    attributes = {
        "DefaultSMSType": "Promotional",
        "DefaultSenderID": "LSTest",
        "DeliveryStatusSuccessSamplingRate": "100",
    }
    sns.set_sms_attributes(attributes=attributes)
    answer = sns.get_sms_attributes()
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"attributes": {**attributes, "MonthlySpendLimit": "1"}}


def test_only_named_attributes_come_back(sns: Any) -> None:
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Promotional", "DefaultSenderID": "LSTest"})
    answer = sns.get_sms_attributes(attributes=["DefaultSMSType", "DefaultSenderID", "UsageReportS3Bucket"])
    assert answer["attributes"] == {"DefaultSMSType": "Promotional", "DefaultSenderID": "LSTest"}


def test_settings_are_of_one_region(sns: Any, elsewhere: Any) -> None:
    sns.set_sms_attributes(attributes={"DefaultSenderID": "here"})
    assert elsewhere.get_sms_attributes()["attributes"] == {"MonthlySpendLimit": "1"}
