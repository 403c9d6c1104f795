import pytest

from emulator.aws.place import Place
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.ids import Ids
from emulator.sns.changes import SmsAttributesSet
from emulator.sns.sms import Sms, SmsAccount
from emulator.sns.sms_attributes import SMS_ATTRIBUTES

ROLE = "arn:aws:iam::111111111111:role/SMSFeedback"


@pytest.fixture
def account() -> SmsAccount:
    return Sms(Ids(seed=0)).of("111111111111", "eu-west-1")


def test_spend_limit_is_there_from_the_start(account: SmsAccount) -> None:
    assert account.attributes() == {"MonthlySpendLimit": "1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MonthlySpendLimit", "0"),
        ("DeliveryStatusIAMRole", ROLE),
        ("DeliveryStatusSuccessSamplingRate", "0"),
        ("DeliveryStatusSuccessSamplingRate", "100"),
        ("DefaultSenderID", "a"),
        ("DefaultSenderID", "1234567890x"),
        ("DefaultSMSType", "Promotional"),
        ("DefaultSMSType", "Transactional"),
        ("UsageReportS3Bucket", "my-bucket.2"),
    ],
)
def test_good_value_is_kept(account: SmsAccount, name: str, value: str) -> None:
    account.set_attributes({name: value})
    assert account.attributes()[name] == value


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MonthlySpendLimit", "-1", "MonthlySpendLimit is invalid"),
        ("DeliveryStatusIAMRole", "arn:aws:s3:::bucket", "DeliveryStatusIAMRole is invalid"),
        ("DeliveryStatusIAMRole", "role", "DeliveryStatusIAMRole is invalid"),
        *(
            (
                "DeliveryStatusSuccessSamplingRate",
                rate,
                "DeliveryStatusSuccessSamplingRate is not an integer between 0-100",
            )
            for rate in ("101", "-1", "1.5", " ", "²")
        ),
        *(("DefaultSenderID", sender, "DefaultSenderID is invalid") for sender in ("12345", "testSenderID", "a-b")),
        ("DefaultSMSType", "promotional", "DefaultSMSType is invalid"),
        (
            "UsageReportS3Bucket",
            "thisS3BucketDoesNotExist",
            "Invalid parameter: UsageReportS3Bucket Reason: The bucket you provided does not exist",
        ),
        ("Nope", "1", "Nope is not a valid attribute"),
    ],
)
def test_bad_value_is_refused_and_nothing_is_set(account: SmsAccount, name: str, value: str, message: str) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        account.set_attributes({"DefaultSMSType": "Transactional", name: value})
    assert refused.value.message == message
    assert account.attributes() == {"MonthlySpendLimit": "1"}


def test_later_values_overwrite_earlier_ones_and_leave_the_others(account: SmsAccount) -> None:
    account.set_attributes({"DefaultSMSType": "Transactional", "DefaultSenderID": "one"})
    account.set_attributes({"DefaultSenderID": "two"})
    assert account.attributes(["DefaultSMSType", "DefaultSenderID"]) == {
        "DefaultSMSType": "Transactional",
        "DefaultSenderID": "two",
    }


def test_empty_values_set_attributes_back() -> None:
    ledger, kept = Ledger(), list[Change]()
    ledger.keep(kept.append)
    sms = Sms(Ids(seed=0), ledger)
    account = sms.of("111111111111", "eu-west-1")
    account.set_attributes(dict.fromkeys(SMS_ATTRIBUTES, ""))
    assert kept == []
    account.set_attributes({"MonthlySpendLimit": "5", "DefaultSenderID": "one", "DefaultSMSType": "Transactional"})
    account.set_attributes({"MonthlySpendLimit": "", "DefaultSenderID": "", "DeliveryStatusIAMRole": ""})
    assert account.attributes() == {"MonthlySpendLimit": "1", "DefaultSMSType": "Transactional"}
    account.set_attributes({"DefaultSMSType": ""})
    assert account.is_new
    again = Sms(Ids(seed=0))
    for change in kept:
        assert isinstance(change, SmsAttributesSet)
        again.apply(change)
    assert not list(again)


def test_accounts_and_regions_have_settings_of_their_own() -> None:
    sms = Sms(Ids(seed=0))
    sms.of("111111111111", "eu-west-1").set_attributes({"DefaultSenderID": "one"})
    assert "DefaultSenderID" not in sms.of("111111111111", "us-east-1").attributes()
    assert "DefaultSenderID" not in sms.of("222222222222", "eu-west-1").attributes()


def test_reset_forgets_one_account_or_all() -> None:
    sms = Sms(Ids(seed=0))
    for account in ("111111111111", "222222222222"):
        sms.of(account, "eu-west-1").opt_outs.opt_out("+15550100")
    sms.reset(Place("111111111111"))
    assert "+15550100" not in sms.of("111111111111", "eu-west-1").opt_outs
    assert "+15550100" in sms.of("222222222222", "eu-west-1").opt_outs
    sms.reset()
    assert "+15550100" not in sms.of("222222222222", "eu-west-1").opt_outs
