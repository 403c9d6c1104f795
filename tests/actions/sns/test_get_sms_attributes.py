from typing import Any


def test_settings_are_of_one_region(sns: Any, elsewhere: Any) -> None:
    sns.set_sms_attributes(attributes={"DefaultSenderID": "here"})
    assert elsewhere.get_sms_attributes()["attributes"] == {"MonthlySpendLimit": "1"}
