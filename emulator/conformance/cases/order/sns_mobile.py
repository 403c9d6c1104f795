"""The order of checks of the operations of SNS on platform applications, platform endpoints and text messages."""

from emulator.conformance.caller import Caller
from emulator.conformance.cases.order.sns_faults import TOKEN_ILLEGAL, arn, bad, constraint, null, unknown
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import NAME, Fixture
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, Known, order


def _application(aws: Caller) -> str:
    """The ARN of a platform application."""
    return str(
        aws.sns(
            "CreatePlatformApplication", Name=aws.name(), Platform="GCM", Attributes={"PlatformCredential": "key"}
        ).result["PlatformApplicationArn"]
    )


def _endpoint(aws: Caller) -> str:
    """The ARN of a platform endpoint."""
    return str(
        aws.sns("CreatePlatformEndpoint", PlatformApplicationArn=_application(aws), Token=aws.name()).result[
            "EndpointArn"
        ]
    )


_APPLICATION = Fixture("APPLICATION", _application)
_ENDPOINT = Fixture("ENDPOINT", _endpoint)
_UNKNOWN_APPLICATION = unknown(
    "PlatformApplicationArn",
    Fixture("NO_APPLICATION", lambda aws: f"{_application(aws)}-gone"),
    "PlatformApplication does not exist",
)
_UNKNOWN_ENDPOINT = unknown(
    "EndpointArn", Fixture("NO_ENDPOINT", lambda aws: f"{_endpoint(aws)[:-4]}gone"), "Endpoint does not exist"
)
_OF_APPLICATION, _OF_ENDPOINT = arn("PlatformApplicationArn"), arn("EndpointArn")

# -- Platform applications -----------------------------------------------------------------

order(
    "sns/CreatePlatformApplication",
    {"Name": NAME, "Platform": "GCM", "Attributes": {"PlatformCredential": "key", "SuccessFeedbackSampleRate": "1"}},
    null("Name", "name"),
    null("Platform", "platform"),
    null("Attributes", "attributes"),
    bad("name-illegal", {"Name": "a b"}, "Reason: must", certainty="recorded", source=RECORDED),
    bad("platform-unknown", {"Platform": "Pigeon"}, "Platform Reason", certainty="recorded", source=RECORDED),
    bad("credential-missing", {"Attributes.PlatformCredential": ABSENT}, "PlatformCredential"),
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Invalid attribute name: Fly"),
)
order(
    "sns/SetPlatformApplicationAttributes",
    {"PlatformApplicationArn": _APPLICATION, "Attributes": {"SuccessFeedbackSampleRate": "1"}},
    _OF_APPLICATION,
    null("Attributes", "attributes"),
    _UNKNOWN_APPLICATION,
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Invalid attribute name: Fly"),
    known=(
        Known("arn-malformed", "attributes-missing", RECORDED, "recorded"),
        Known("attributes-missing", "unknown", RECORDED, "recorded"),
    ),
)
for name in ("GetPlatformApplicationAttributes", "DeletePlatformApplication"):
    order(
        f"sns/{name}",
        {"PlatformApplicationArn": _APPLICATION},
        _OF_APPLICATION,
        null("PlatformApplicationArn", "arn"),
    )
order("sns/ListPlatformApplications", {}, TOKEN_ILLEGAL)

# -- Platform endpoints --------------------------------------------------------------------

order(
    "sns/CreatePlatformEndpoint",
    {"PlatformApplicationArn": _APPLICATION, "Token": NAME},
    _OF_APPLICATION,
    null("Token", "token"),
    _UNKNOWN_APPLICATION,
    bad("token-empty", {"Token": ""}, "Token", certainty="assumed"),
    bad("user-data-too-long", {"CustomUserData": "a" * 2049}, "CustomUserData", certainty="recorded", source=RECORDED),
    bad(
        "attribute-unknown",
        {"Attributes.Fly": "1"},
        "Invalid attribute name: Fly",
        certainty="recorded",
        source=RECORDED,
    ),
)
order(
    "sns/SetEndpointAttributes",
    {"EndpointArn": _ENDPOINT, "Attributes": {"CustomUserData": "a"}},
    _OF_ENDPOINT,
    null("Attributes", "attributes"),
    _UNKNOWN_ENDPOINT,
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Invalid attribute name: Fly"),
)
order(
    "sns/GetEndpointAttributes",
    {"EndpointArn": _ENDPOINT},
    _OF_ENDPOINT,
    null("EndpointArn", "arn"),
    _UNKNOWN_ENDPOINT,
)
order("sns/DeleteEndpoint", {"EndpointArn": _ENDPOINT}, _OF_ENDPOINT, null("EndpointArn", "arn"))
order(
    "sns/ListEndpointsByPlatformApplication",
    {"PlatformApplicationArn": _APPLICATION},
    _OF_APPLICATION,
    null("PlatformApplicationArn", "arn"),
    _UNKNOWN_APPLICATION,
    TOKEN_ILLEGAL,
)

# -- Text messages -------------------------------------------------------------------------

_SMALL_TOKEN_ILLEGAL = Fault(
    "token-illegal", {"nextToken": "!"}, "InvalidParameter", "Invalid parameter: NextToken", certainty="assumed"
)
_RESULTS_NO_INTEGER = Fault("results-no-integer", {"MaxResults": "many"}, "MalformedInput", certainty="assumed")
_NUMBER_ILLEGAL = constraint("number-illegal", {"PhoneNumber": "phone"}, "phoneNumber")
_NUMBER_UNKNOWN = Fault("number-unknown", {"PhoneNumber": "+15550199"}, "ResourceNotFound", status=404)

for name in ("CheckIfPhoneNumberIsOptedOut", "OptInPhoneNumber"):
    order(
        f"sns/{name}",
        {"phoneNumber": "+15550100"},
        null("phoneNumber", "number"),
        bad("number-illegal", {"phoneNumber": "phone"}, "PhoneNumber"),
    )
order("sns/ListPhoneNumbersOptedOut", {}, _SMALL_TOKEN_ILLEGAL)
order(
    "sns/SetSMSAttributes",
    {"attributes": {"DefaultSMSType": "Promotional"}},
    null("attributes", "attributes"),
    bad("attribute-unknown", {"attributes.Fly": "1"}, "Fly", certainty="recorded", source=RECORDED),
    account_wide=True,
)
order(
    "sns/ListOriginationNumbers",
    {},
    _RESULTS_NO_INTEGER,
    constraint("results-too-many", {"MaxResults": 31}, "maxResults"),
    TOKEN_ILLEGAL,
)
order(
    "sns/CreateSMSSandboxPhoneNumber",
    {"PhoneNumber": "+15550100"},
    null("PhoneNumber", "number"),
    _NUMBER_ILLEGAL,
    constraint("language-unknown", {"LanguageCode": "tlh"}, "languageCode"),
    account_wide=True,
)
order(
    "sns/VerifySMSSandboxPhoneNumber",
    {"PhoneNumber": "+15550100", "OneTimePassword": "12345"},
    _NUMBER_ILLEGAL,
    null("OneTimePassword", "password"),
    constraint("password-illegal", {"OneTimePassword": "words"}, "oneTimePassword"),
    _NUMBER_UNKNOWN,
    account_wide=True,
)
order(
    "sns/DeleteSMSSandboxPhoneNumber",
    {"PhoneNumber": "+15550199"},
    null("PhoneNumber", "number"),
    _NUMBER_ILLEGAL,
    _NUMBER_UNKNOWN,
    account_wide=True,
)
order(
    "sns/ListSMSSandboxPhoneNumbers",
    {},
    _RESULTS_NO_INTEGER,
    constraint("results-too-many", {"MaxResults": 101}, "maxResults"),
    TOKEN_ILLEGAL,
)
