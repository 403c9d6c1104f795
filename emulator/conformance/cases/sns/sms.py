"""Text messages: Publish to a phone, and numbers that opted out."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API, SNS_GUIDE
from emulator.conformance.tables import accepted, refused

_PUBLISH = f"{SNS_API}/API_Publish.html"
_NUMBER = "+15550100"  # reserved for fiction
_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"

accepted(
    "sns/Publish/phone-number",
    "A text message is answered with its id.",
    {"PhoneNumber": "+12065550100", "Message": "hello"},
    {"MessageId": str},
    source=f"{SNS_GUIDE}/sms_publish-to-phone.html",
    certainty="documented",
    account_wide=True,  # it may cost money
)
for _end, _number in (("too-short", "+1"), ("words", "call-me"), ("empty", "")):
    refused(
        f"sns/Publish/phone-number-{_end}",
        "A text that is not a phone number is refused.",
        {"PhoneNumber": _number, "Message": "hello"},
        "InvalidParameter",
        f"Invalid parameter: PhoneNumber Reason: {_number} is not valid to publish to",
        source=_PUBLISH,
        certainty="reported",
    )
refused(
    "sns/Publish/phone-number-without-a-message",
    "A text message has a text.",
    {"PhoneNumber": _NUMBER, "Message": ""},
    "InvalidParameter",
    source=_PUBLISH,
    certainty="assumed",
)
refused(
    "sns/Publish/phone-number-with-1601-characters",
    "A text message has up to 1,600 characters.",
    {"PhoneNumber": _NUMBER, "Message": "x" * 1_601},
    "InvalidParameter",
    source=_PUBLISH,
    certainty="modeled",
)

accepted(
    "sns/CheckIfPhoneNumberIsOptedOut/not-opted-out",
    "A number whose owner did not opt out is not opted out.",
    {"phoneNumber": _NUMBER},
    {"isOptedOut": False},
    source=f"{SNS_API}/API_CheckIfPhoneNumberIsOptedOut.html",
    certainty="documented",
)
accepted(
    "sns/OptInPhoneNumber/not-opted-out",
    "Opting in a number that did not opt out succeeds.",
    {"phoneNumber": _NUMBER},
    {},
    source=RECORDED,
    certainty="recorded",
    account_wide=True,
)
for _action in ("CheckIfPhoneNumberIsOptedOut", "OptInPhoneNumber"):
    _page = f"{SNS_API}/API_{_action}.html"
    for _end, _number in (("with-a-letter", "+94123456789x"), ("words", "phone")):
        refused(
            f"sns/{_action}/number-{_end}",
            "A text that is not a phone number is refused.",
            {"phoneNumber": _number},
            "InvalidParameter",
            source=_page,
            certainty="modeled",
        )
    refused(
        f"sns/{_action}/without-a-number",
        "A number must be given.",
        {},
        "ValidationError",
        _NULL.format("phoneNumber"),
        source=_page,
        certainty="modeled",
    )

accepted(
    "sns/ListPhoneNumbersOptedOut/lists-numbers",
    "The numbers that opted out are listed.",
    {},
    {"phoneNumbers": list},
    source=f"{SNS_API}/API_ListPhoneNumbersOptedOut.html",
    certainty="documented",
)
refused(
    "sns/ListPhoneNumbersOptedOut/bad-token",
    "A token that the operation did not return is refused.",
    {"nextToken": "!"},
    "InvalidParameter",
    source=f"{SNS_API}/API_ListPhoneNumbersOptedOut.html",
    certainty="modeled",
)

_ORIGINATION = f"{SNS_API}/API_ListOriginationNumbers.html"
for _end, _params in (("lists-numbers", {}), ("with-a-page-size", {"MaxResults": 30})):
    accepted(
        f"sns/ListOriginationNumbers/{_end}",
        "The numbers that text messages are sent from are listed, up to 30 at a time.",
        _params,
        {"PhoneNumbers": list},
        source=_ORIGINATION,
        certainty="documented",
    )
for _size, _bound in ((0, "greater than or equal to 1"), (31, "less than or equal to 30")):
    refused(
        f"sns/ListOriginationNumbers/page-of-{_size}",
        "A page has 1 to 30 numbers.",
        {"MaxResults": _size},
        "ValidationError",
        f"1 validation error detected: Value '{_size}' at 'maxResults' failed to satisfy constraint: "
        f"Member must have value {_bound}",
        source=_ORIGINATION,
        certainty="modeled",
    )


@case(
    "sns/Subscribe/filter-policy-of-a-phone",
    "A subscription of a phone can have a filter policy.",
    f"{SNS_GUIDE}/sns-subscription-filter-policies.html",
    "documented",
)
def _(aws: Caller) -> None:
    policy = {"FilterPolicy": '{"a":["x"]}'}
    aws.sns("Subscribe", TopicArn=aws.topic(), Protocol="sms", Endpoint="+12065550100", Attributes=policy).gives(
        SubscriptionArn=str
    )
