"""The sandbox of text messages."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import SNS_API, SNS_GUIDE
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_NUMBER, _OTHER_NUMBER = "+12065550100", "+12065550101"  # one for each case that adds a number
_CREATE = f"{SNS_API}/API_CreateSMSSandboxPhoneNumber.html"
_VERIFY = f"{SNS_API}/API_VerifySMSSandboxPhoneNumber.html"
_LIST = f"{SNS_API}/API_ListSMSSandboxPhoneNumbers.html"
_FAILED = "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}"
_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"
_PATTERN = r"Member must satisfy regular expression pattern: ^(\+[0-9]{8,}|[0-9]{0,9})$"
_LONG = "Member must have length less than or equal to 20"


@case(
    "sns/CreateSMSSandboxPhoneNumber/is-pending",
    "A number that was added is pending; it can be deleted.",
    f"{SNS_GUIDE}/sns-sms-sandbox-verifying-phone-numbers.html",
    "documented",
    account_wide=True,
)
def _(aws: Caller) -> None:
    same(aws.sns("CreateSMSSandboxPhoneNumber", PhoneNumber=_NUMBER).succeeds(), {}, "the answer")
    listed = aws.sns("ListSMSSandboxPhoneNumbers").result["PhoneNumbers"]
    same([each for each in listed if each["PhoneNumber"] == _NUMBER], [{"PhoneNumber": _NUMBER, "Status": "Pending"}])
    same(aws.sns("DeleteSMSSandboxPhoneNumber", PhoneNumber=_NUMBER).succeeds(), {}, "the answer")
    listed = aws.sns("ListSMSSandboxPhoneNumbers").result["PhoneNumbers"]
    same([each for each in listed if each["PhoneNumber"] == _NUMBER], [], "the list")


@case(
    "sns/CreateSMSSandboxPhoneNumber/in-a-language",
    "The message with the password can be in one of thirteen languages.",
    _CREATE,
    "modeled",
    account_wide=True,
)
def _(aws: Caller) -> None:
    aws.sns("CreateSMSSandboxPhoneNumber", PhoneNumber=_OTHER_NUMBER, LanguageCode="kr-KR").succeeds()


refused(
    "sns/CreateSMSSandboxPhoneNumber/unknown-language",
    "Another language is refused.",
    {"PhoneNumber": _NUMBER, "LanguageCode": "xx-XX"},
    "ValidationError",
    source=_CREATE,
    certainty="modeled",
)
for _action, _more in (
    ("CreateSMSSandboxPhoneNumber", {}),
    ("DeleteSMSSandboxPhoneNumber", {}),
    ("VerifySMSSandboxPhoneNumber", {"OneTimePassword": "123456"}),
):
    _page = f"{SNS_API}/API_{_action}.html"
    for _end, _number, _demand in (
        ("of-letters", "invalid", _PATTERN),
        ("of-ten-digits-without-plus", "1234567890", _PATTERN),
        ("of-21-characters", "+12345678901234567890", _LONG),
    ):
        refused(
            f"sns/{_action}/number-{_end}",
            "A number has a plus and eight digits or more, or up to nine digits, and at most 20 characters.",
            {"PhoneNumber": _number, **_more},
            "ValidationError",
            _FAILED.format(_number, "phoneNumber", _demand),
            source=_page,
            certainty="modeled",
        )
    refused(
        f"sns/{_action}/without-a-number",
        "A number must be given.",
        _more,
        "ValidationError",
        _NULL.format("phoneNumber"),
        source=_page,
        certainty="modeled",
    )
    if _action != "CreateSMSSandboxPhoneNumber":
        refused(
            f"sns/{_action}/unknown-number",
            "A number that was not added is not found.",
            {"PhoneNumber": "+12065550199", **_more},
            "ResourceNotFound",
            status=404,
            source=_page,
            certainty="modeled",
        )

for _end, _password, _demand in (
    ("of-four-digits", "1234", "Member must have length greater than or equal to 5"),
    ("of-nine-digits", "123456789", "Member must have length less than or equal to 8"),
    ("with-a-letter", "12345x", "Member must satisfy regular expression pattern: ^[0-9]+$"),
):
    refused(
        f"sns/VerifySMSSandboxPhoneNumber/password-{_end}",
        "A password has five to eight digits.",
        {"PhoneNumber": _NUMBER, "OneTimePassword": _password},
        "ValidationError",
        _FAILED.format(_password, "oneTimePassword", _demand),
        source=_VERIFY,
        certainty="modeled",
    )
refused(
    "sns/VerifySMSSandboxPhoneNumber/without-a-password",
    "A password must be given.",
    {"PhoneNumber": _NUMBER},
    "ValidationError",
    _NULL.format("oneTimePassword"),
    source=_VERIFY,
    certainty="modeled",
)

accepted(
    "sns/ListSMSSandboxPhoneNumbers/lists-numbers",
    "The numbers of the sandbox are listed.",
    {"MaxResults": 100},
    {"PhoneNumbers": list},
    source=_LIST,
    certainty="modeled",
)
for _size, _bound in ((0, "greater than or equal to 1"), (101, "less than or equal to 100")):
    refused(
        f"sns/ListSMSSandboxPhoneNumbers/page-of-{_size}",
        "A page has 1 to 100 numbers.",
        {"MaxResults": _size},
        "ValidationError",
        _FAILED.format(_size, "maxResults", f"Member must have value {_bound}"),
        source=_LIST,
        certainty="modeled",
    )
accepted(
    "sns/GetSMSSandboxAccountStatus/is-a-boolean",
    "The answer says whether the account is in the sandbox.",
    {},
    {"IsInSandbox": bool},
    source=f"{SNS_API}/API_GetSMSSandboxAccountStatus.html",
    certainty="modeled",
)
