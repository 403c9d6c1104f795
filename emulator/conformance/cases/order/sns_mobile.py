"""The order of checks of the operations of SNS on platform applications, platform endpoints and text messages."""

from emulator.conformance.cases.order.sns_faults import TOKEN_ILLEGAL, arn, bad, constraint, null, unknown
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import NAME
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, Known, order
from emulator.conformance.push import APPLICATION, CREDENTIALS, ENDPOINT, NO_APPLICATION, NO_ENDPOINT

_UNKNOWN_APPLICATION = unknown(
    "PlatformApplicationArn", NO_APPLICATION, "PlatformApplication does not exist", source=RECORDED
)
_OF_APPLICATION, _OF_ENDPOINT = arn("PlatformApplicationArn"), arn("EndpointArn")

# -- Platform applications -----------------------------------------------------------------

order(
    "sns/CreatePlatformApplication",
    {"Name": NAME, "Platform": "ADM", "Attributes": {**CREDENTIALS, "SuccessFeedbackSampleRate": "1"}},
    null("Name", "name"),
    null("Platform", "platform"),
    null("Attributes", "attributes", RECORDED),
    bad("name-illegal", {"Name": "a b"}, "Reason: must", certainty="recorded", source=RECORDED),
    bad("platform-unknown", {"Platform": "Pigeon"}, "Platform Reason", certainty="recorded", source=RECORDED),
    bad(
        "credential-missing",
        {"Attributes.PlatformCredential": ABSENT},
        "PlatformPrincipal attribute provided without PlatformCredential",
        certainty="recorded",
        source=RECORDED,
    ),
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Invalid attribute name: Fly"),
)
order(
    "sns/SetPlatformApplicationAttributes",
    {"PlatformApplicationArn": APPLICATION, "Attributes": {"SuccessFeedbackSampleRate": "1"}},
    arn("PlatformApplicationArn", RECORDED),
    null("Attributes", "attributes", RECORDED),
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
        {"PlatformApplicationArn": APPLICATION},
        _OF_APPLICATION,
        null("PlatformApplicationArn", "arn"),
    )
order("sns/ListPlatformApplications", {}, TOKEN_ILLEGAL)

# -- Platform endpoints --------------------------------------------------------------------

order(
    "sns/CreatePlatformEndpoint",
    {"PlatformApplicationArn": APPLICATION, "Token": NAME},
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
    {"EndpointArn": ENDPOINT, "Attributes": {"CustomUserData": "a"}},
    _OF_ENDPOINT,
    null("Attributes", "attributes"),
    unknown("EndpointArn", NO_ENDPOINT, "Endpoint does not exist"),
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Invalid attribute name: Fly"),
)
order(
    "sns/GetEndpointAttributes",
    {"EndpointArn": ENDPOINT},
    _OF_ENDPOINT,
    null("EndpointArn", "arn"),
    unknown("EndpointArn", NO_ENDPOINT, "Endpoint does not exist", source=RECORDED),
)
order("sns/DeleteEndpoint", {"EndpointArn": ENDPOINT}, _OF_ENDPOINT, null("EndpointArn", "arn"))
order(
    "sns/ListEndpointsByPlatformApplication",
    {"PlatformApplicationArn": APPLICATION},
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
