"""The settings of all text messages of an account."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.mismatch import has, same
from emulator.conformance.tables import refused

_SET = f"{SNS_API}/API_SetSMSAttributes.html"
# Values that are accepted, one after the other.
_VALUES = (
    ("DefaultSMSType", "Transactional"),
    ("DefaultSMSType", "Promotional"),
    ("DefaultSenderID", "1234567890x"),
    ("DefaultSenderID", "LSTest"),
    ("DeliveryStatusSuccessSamplingRate", "0"),
    ("DeliveryStatusSuccessSamplingRate", "100"),
)


# The only case that changes these settings: others, which run at the same time, would see its changes.
@case(
    "sns/GetSMSAttributes/those-that-are-set",
    "Attributes that are set come back, all or those that are named; the others stay, and the spend limit is there.",
    RECORDED,
    "recorded",
    account_wide=True,
)
def _(aws: Caller) -> None:
    for name, value in _VALUES:
        same(aws.sns("SetSMSAttributes", attributes={name: value}).succeeds(), {}, "the answer")
        same(aws.sns("GetSMSAttributes", attributes=[name]).result["attributes"], {name: value}, "the attribute")
    expected = {**dict(_VALUES), "MonthlySpendLimit": str}
    has(aws.sns("GetSMSAttributes").result["attributes"], expected, "the attributes")


_BUCKET = "Invalid parameter: UsageReportS3Bucket Reason: The bucket you provided does not exist"
_RATE = "DeliveryStatusSuccessSamplingRate is not an integer between 0-100"
for _end, _attributes, _message in (
    ("sender-id-of-12-characters", {"DefaultSenderID": "testSenderID"}, "DefaultSenderID is invalid"),
    ("sender-id-without-a-letter", {"DefaultSenderID": "12345"}, "DefaultSenderID is invalid"),
    ("sampling-rate-101", {"DeliveryStatusSuccessSamplingRate": "101"}, _RATE),
    ("bucket-that-does-not-exist", {"UsageReportS3Bucket": "thisS3BucketDoesNotExist"}, _BUCKET),
    ("unknown-type", {"DefaultSMSType": "Other"}, str),
):
    refused(
        f"sns/SetSMSAttributes/{_end}",
        "A value that the attribute cannot have is refused.",
        {"attributes": _attributes},
        "InvalidParameter",
        _message,
        source=_SET,
        certainty="documented",
    )
refused(
    "sns/SetSMSAttributes/unknown-name",
    "An attribute that does not exist is refused.",
    {"attributes": {"Nope": "x"}},
    "InvalidParameter",
    "Nope is not a valid attribute",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/SetSMSAttributes/without-attributes",
    "Attributes must be given.",
    {"attributes": {}},
    "ValidationError",
    "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null",
    source=_SET,
    certainty="modeled",
)
