"""Platform applications."""

import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.fixtures import NAME
from emulator.conformance.mismatch import has, same
from emulator.conformance.push import APPLICATION, CREDENTIALS, ENDPOINT, NO_APPLICATION, application, endpoint
from emulator.conformance.tables import accepted, refused

_CREATE = f"{SNS_API}/API_CreatePlatformApplication.html"
_GET = f"{SNS_API}/API_GetPlatformApplicationAttributes.html"
_SET = f"{SNS_API}/API_SetPlatformApplicationAttributes.html"
_CHARACTERS = "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"
_NO_ATTRIBUTES = (
    "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null"
)
_SHORT_ARN = "Invalid parameter: PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1"
_GONE = "PlatformApplication does not exist"


def _create(**params: object) -> dict[str, object]:
    return {"Name": NAME, "Platform": "ADM", "Attributes": CREDENTIALS, **params}


accepted(
    "sns/CreatePlatformApplication/answers-with-the-arn",
    "The ARN has platform and name.",
    _create(),
    {"PlatformApplicationArn": re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:app/ADM/.+")},
    source=RECORDED,
    certainty="recorded",
)


@case(
    "sns/CreatePlatformApplication/twice",
    "Creating the same application again answers with its ARN.",
    _CREATE,
    "documented",
)
def _(aws: Caller) -> None:
    params = {"Name": aws.name(), "Platform": "ADM", "Attributes": CREDENTIALS}
    arns = [aws.call("sns", "CreatePlatformApplication", params).result["PlatformApplicationArn"] for _ in range(2)]
    same(arns[1], arns[0], "the second ARN")


refused(
    "sns/CreatePlatformApplication/unknown-platform",
    "A platform that does not exist is refused.",
    _create(Platform="AAA"),
    "InvalidParameter",
    "Invalid parameter: Platform Reason: AAA is not supported",
    source=RECORDED,
    certainty="recorded",
)
for _given, _missing in (
    ("PlatformPrincipal", "PlatformCredential"),
    ("PlatformCredential", "PlatformPrincipal"),
):
    refused(
        f"sns/CreatePlatformApplication/without-{_missing.removeprefix('Platform').lower()}",
        "Both credentials must be given.",
        _create(Attributes={_given: "x"}),
        "InvalidParameter",
        f"Invalid parameter: Attributes Reason: {_given} attribute provided without {_missing}",
        source=RECORDED,
        certainty="recorded",
    )
refused(
    "sns/CreatePlatformApplication/without-attributes",
    "Attributes must be given.",
    _create(Attributes={}),
    "ValidationError",
    _NO_ATTRIBUTES,
    source=RECORDED,
    certainty="recorded",
)
for _member in ("Name", "Platform"):
    refused(
        f"sns/CreatePlatformApplication/without-{_member.lower()}",
        f"{_member} must be given.",
        {name: value for name, value in _create().items() if name != _member},
        "ValidationError",
        _NO_ATTRIBUTES.replace("attributes", _member.lower()),
        source=_CREATE,
        certainty="modeled",
    )
for _end, _name, _reason in (
    ("empty", "", "cannot be empty"),
    ("of-257-characters", "x" * 257, "must be at most 256 characters long"),
    ("with-a-blank", "a b", _CHARACTERS),
    ("with-a-slash", "a/b", _CHARACTERS),
    ("with-a-colon", "a:b", _CHARACTERS),
    ("beyond-ascii", "ä", _CHARACTERS),
):
    refused(
        f"sns/CreatePlatformApplication/name-{_end}",
        "A name has 1 to 256 letters, digits, underscores, hyphens and dots.",
        _create(Name=_name),
        "InvalidParameter",
        f"Invalid parameter: {_name} Reason: {_reason}",
        source=RECORDED,
        certainty="recorded",
    )


@case(
    "sns/CreatePlatformApplication/name-of-256-characters",
    "A name has up to 256 letters, digits, underscores, hyphens and dots.",
    _CREATE,
    "documented",
)
def _(aws: Caller) -> None:
    name = f"{aws.name()}_A.9-".ljust(256, "x")
    answer = aws.sns("CreatePlatformApplication", Name=name, Platform="ADM", Attributes=CREDENTIALS)
    answer.gives(PlatformApplicationArn=lambda arn: arn.endswith(f":app/ADM/{name}"))


refused(
    "sns/CreatePlatformApplication/unknown-attribute",
    "An attribute that does not exist is refused.",
    _create(Attributes={**CREDENTIALS, "Nope": "x"}),
    "InvalidParameter",
    source=_CREATE,
    certainty="assumed",
)
refused(
    "sns/CreatePlatformApplication/sample-rate-of-101",
    "A sample rate is a percentage.",
    _create(Attributes={**CREDENTIALS, "SuccessFeedbackSampleRate": "101"}),
    "InvalidParameter",
    source=_SET,
    certainty="documented",
)

accepted(
    "sns/GetPlatformApplicationAttributes/new-application",
    "A new application is enabled; its credentials do not come back.",
    {"PlatformApplicationArn": APPLICATION},
    {"Attributes": {"Enabled": "true"}},
    source=RECORDED,
    certainty="recorded",
)


_SEEN = "https://github.com/localstack/localstack/issues/10268"  # compares it with AWS
_METHODS: dict[str, tuple[str, dict[str, str], object, str, Certainty]] = {
    "key-of-firebase": ("GCM", {"PlatformCredential": "key"}, "Key", _SEEN, "reported"),
    "token-of-firebase": ("GCM", {"PlatformCredential": '{"type":"service_account"}'}, "Token", _SEEN, "reported"),
    "certificate-of-apple": ("APNS", CREDENTIALS, re.compile("(?i)certificate"), _GET, "documented"),
    "token-of-apple": (
        "APNS",
        {**CREDENTIALS, "ApplePlatformTeamID": "team", "ApplePlatformBundleID": "bundle"},
        re.compile("(?i)token"),
        _GET,
        "documented",
    ),
}
for _what, (_platform, _attributes, _method, _source, _certainty) in _METHODS.items():

    @case(
        f"sns/GetPlatformApplicationAttributes/{_what}",
        "AuthenticationMethod says what kind of credentials an application has.",
        _source,
        _certainty,
    )
    def _(
        aws: Caller, platform: str = _platform, attributes: dict[str, str] = _attributes, method: object = _method
    ) -> None:
        made = aws.sns("CreatePlatformApplication", Name=aws.name(), Platform=platform, Attributes=attributes)
        arn = made.result["PlatformApplicationArn"]
        answer = aws.sns("GetPlatformApplicationAttributes", PlatformApplicationArn=arn)
        has(answer.result["Attributes"], {"Enabled": "true", "AuthenticationMethod": method}, "the attributes")


@case(
    "sns/SetPlatformApplicationAttributes/shows",
    "An attribute that is set comes back.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    arn = application(aws)
    rate = {"SuccessFeedbackSampleRate": "50"}
    aws.sns("SetPlatformApplicationAttributes", PlatformApplicationArn=arn, Attributes=rate).succeeds()
    answer = aws.sns("GetPlatformApplicationAttributes", PlatformApplicationArn=arn)
    answer.gives(Attributes={"Enabled": "true", **rate})


for _end, _arn, _attributes, _code, _message, _status in (
    ("malformed-arn", "nope", {"SuccessFeedbackSampleRate": "50"}, "InvalidParameter", _SHORT_ARN, 400),
    ("malformed-arn-before-attributes", "nope", {}, "InvalidParameter", _SHORT_ARN, 400),
    ("without-attributes", APPLICATION, {}, "ValidationError", _NO_ATTRIBUTES, 400),
    ("attributes-before-existence", NO_APPLICATION, {}, "ValidationError", _NO_ATTRIBUTES, 400),
    ("unknown-application", NO_APPLICATION, {"SuccessFeedbackSampleRate": "50"}, "NotFound", _GONE, 404),
    ("existence-before-names", NO_APPLICATION, {"Nope": "x"}, "NotFound", _GONE, 404),
):
    refused(
        f"sns/SetPlatformApplicationAttributes/{_end}",
        "The ARN is checked first, then whether there are attributes, then whether the application exists.",
        {"PlatformApplicationArn": _arn, "Attributes": _attributes},
        _code,
        _message,
        status=_status,
        source=RECORDED,
        certainty="recorded",
    )
refused(
    "sns/SetPlatformApplicationAttributes/unknown-attribute",
    "An attribute that does not exist is refused.",
    {"PlatformApplicationArn": APPLICATION, "Attributes": {"Nope": "x"}},
    "InvalidParameter",
    source=_SET,
    certainty="assumed",
)

# The operations that take an application's ARN and nothing else.
for _action in ("GetPlatformApplicationAttributes", "ListEndpointsByPlatformApplication"):
    refused(
        f"sns/{_action}/unknown-application",
        "An application that does not exist is not found.",
        {"PlatformApplicationArn": NO_APPLICATION},
        "NotFound",
        _GONE,
        status=404,
        source=RECORDED,
        certainty="recorded",
    )
for _action in (
    "GetPlatformApplicationAttributes",
    "ListEndpointsByPlatformApplication",
    "DeletePlatformApplication",
):
    _page = f"{SNS_API}/API_{_action}.html"
    refused(
        f"sns/{_action}/malformed-arn",
        "A text that is not an ARN is refused.",
        {"PlatformApplicationArn": "nope"},
        "InvalidParameter",
        _SHORT_ARN,
        source=_page,
        certainty="assumed",
    )
    refused(
        f"sns/{_action}/endpoint-as-application",
        "The ARN of an endpoint is refused.",
        {"PlatformApplicationArn": ENDPOINT},
        "InvalidParameter",
        source=_page,
        certainty="assumed",
    )
    refused(
        f"sns/{_action}/without-an-arn",
        "The ARN must be given.",
        {},
        "ValidationError",
        _NO_ATTRIBUTES.replace("attributes", "platformApplicationArn"),
        source=_page,
        certainty="modeled",
    )


@case(
    "sns/ListPlatformApplications/shows-attributes",
    "Applications are listed with their attributes.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    arn = application(aws)
    pages = aws.sns("ListPlatformApplications").result
    listed = list(pages["PlatformApplications"])
    while "NextToken" in pages:
        pages = aws.sns("ListPlatformApplications", NextToken=pages["NextToken"]).result
        listed += pages["PlatformApplications"]
    found = {each["PlatformApplicationArn"]: each for each in listed}
    has(found, {arn: {"PlatformApplicationArn": arn, "Attributes": {"Enabled": "true"}}}, "the list")


@case(
    "sns/DeletePlatformApplication/takes-its-endpoints-along",
    "The endpoints of an application are deleted with it; deleting one of them afterwards succeeds.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    arn = application(aws)
    device = endpoint(aws, arn)
    aws.sns("DeletePlatformApplication", PlatformApplicationArn=arn).succeeds()
    aws.sns("ListEndpointsByPlatformApplication", PlatformApplicationArn=arn).refused("NotFound", _GONE, status=404)
    aws.sns("DeleteEndpoint", EndpointArn=device).succeeds()


accepted(
    "sns/DeletePlatformApplication/unknown-application",
    "Deleting an application that does not exist succeeds.",
    {"PlatformApplicationArn": NO_APPLICATION},
    source=f"{SNS_API}/API_DeletePlatformApplication.html",
    certainty="documented",
)
