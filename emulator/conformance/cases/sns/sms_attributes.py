"""The settings of all text messages of an account."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.mismatch import has, same
from emulator.conformance.tables import accepted, refused

_SET = f"{SNS_API}/API_SetSMSAttributes.html"
_SETTINGS = {"DefaultSMSType": "Promotional", "DefaultSenderID": "LSTest", "DeliveryStatusSuccessSamplingRate": "100"}


@case(
    "sns/GetSMSAttributes/all-that-are-set",
    "All attributes that are set come back, and the spend limit, which is always there.",
    RECORDED,
    "recorded",
    account_wide=True,
)
def _(aws: Caller) -> None:
    same(aws.sns("SetSMSAttributes", attributes=_SETTINGS).succeeds(), {}, "the answer")
    has(aws.sns("GetSMSAttributes").result["attributes"], {**_SETTINGS, "MonthlySpendLimit": str}, "the attributes")


@case(
    "sns/GetSMSAttributes/those-that-are-named",
    "Only the attributes that are named come back.",
    RECORDED,
    "recorded",
    account_wide=True,
)
def _(aws: Caller) -> None:
    aws.sns("SetSMSAttributes", attributes=_SETTINGS).succeeds()
    named = ["DefaultSMSType", "DefaultSenderID"]
    answer = aws.sns("GetSMSAttributes", attributes=named)
    same(answer.result["attributes"], {name: _SETTINGS[name] for name in named}, "the attributes")


@case(
    "sns/SetSMSAttributes/keeps-what-is-not-given",
    "Attributes that are not given keep their values.",
    _SET,
    "documented",
    account_wide=True,
)
def _(aws: Caller) -> None:
    aws.sns("SetSMSAttributes", attributes={"DefaultSenderID": "first"}).succeeds()
    aws.sns("SetSMSAttributes", attributes={"DefaultSMSType": "Transactional"}).succeeds()
    expected = {"DefaultSenderID": "first", "DefaultSMSType": "Transactional"}
    has(aws.sns("GetSMSAttributes").result["attributes"], expected, "the attributes")


for _end, _attributes in (
    ("sender-id-of-11-characters", {"DefaultSenderID": "1234567890x"}),
    ("sampling-rate-0", {"DeliveryStatusSuccessSamplingRate": "0"}),
    ("type-transactional", {"DefaultSMSType": "Transactional"}),
    ("type-promotional", {"DefaultSMSType": "Promotional"}),
):
    accepted(
        f"sns/SetSMSAttributes/{_end}",
        "A value within its bounds is accepted.",
        {"attributes": _attributes},
        source=_SET,
        certainty="documented",
        account_wide=True,
    )

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
