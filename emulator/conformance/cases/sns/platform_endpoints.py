"""Platform endpoints."""

import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.mismatch import same
from emulator.conformance.push import (
    APPLICATION,
    ENDPOINT,
    NO_APPLICATION,
    NO_ENDPOINT,
    TOKEN,
    application,
    endpoint,
    endpoint_attributes,
)
from emulator.conformance.tables import accepted, refused

_CREATE = f"{SNS_API}/API_CreatePlatformEndpoint.html"
_SET = f"{SNS_API}/API_SetEndpointAttributes.html"
_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"
_SHORT_ARN = "Invalid parameter: EndpointArn Reason: An ARN must have at least 6 elements, not 1"
_DISABLED = {"Enabled": "false"}


@case(
    "sns/CreatePlatformEndpoint/answers-with-the-arn",
    "The ARN is that of the application, with endpoint for app, and an id.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    arn = application(aws)
    prefix = arn.replace(":app/", ":endpoint/")
    aws.sns("CreatePlatformEndpoint", PlatformApplicationArn=arn, Token=aws.device).gives(
        EndpointArn=lambda given: given.startswith(f"{prefix}/") and len(given) == len(prefix) + 37
    )


@case(
    "sns/CreatePlatformEndpoint/twice",
    "Creating the same endpoint again answers with its ARN, and does not enable it.",
    _CREATE,
    "documented",
)
def _(aws: Caller) -> None:
    arn = application(aws)
    first = endpoint(aws, arn)
    same(endpoint(aws, arn), first, "the second ARN")
    aws.sns("SetEndpointAttributes", EndpointArn=first, Attributes=_DISABLED).succeeds()
    same(endpoint(aws, arn), first, "the third ARN")
    same(endpoint_attributes(aws, first), {"Enabled": "false", "Token": aws.device}, "the attributes")


@case(
    "sns/CreatePlatformEndpoint/same-token-with-other-user-data",
    "A token of an existing endpoint with other attributes is refused.",
    _CREATE,
    "reported",
)
def _(aws: Caller) -> None:
    arn = application(aws)
    first = endpoint(aws, arn)
    aws.sns("CreatePlatformEndpoint", PlatformApplicationArn=arn, Token=aws.device, CustomUserData="x").refused(
        "InvalidParameter",
        f"Invalid parameter: Token Reason: Endpoint {first} already exists with the same Token, but different "
        "attributes.",
    )


@case(
    "sns/CreatePlatformEndpoint/user-data-given-twice",
    "User data in the attributes overrides the parameter.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    arn = aws.sns(
        "CreatePlatformEndpoint",
        PlatformApplicationArn=application(aws),
        Token=aws.device,
        CustomUserData="foo",
        Attributes={"CustomUserData": "bar"},
    ).result["EndpointArn"]
    expected = {"CustomUserData": "bar", "Enabled": "true", "Token": aws.device}
    same(endpoint_attributes(aws, arn), expected, "the attributes")


accepted(
    "sns/CreatePlatformEndpoint/empty-attributes",
    "Attributes may be empty.",
    {"PlatformApplicationArn": APPLICATION, "Token": TOKEN, "Attributes": {}},
    {"EndpointArn": str},
    source=RECORDED,
    certainty="recorded",
)
accepted(
    "sns/CreatePlatformEndpoint/user-data-of-2048-bytes",
    "User data have up to 2,048 bytes.",
    {"PlatformApplicationArn": APPLICATION, "Token": TOKEN, "CustomUserData": "ä" * 1_024},
    {"EndpointArn": str},
    source=_CREATE,
    certainty="documented",
)
for _name in ("PlatformPrincipal", "PlatformCredential", "InvalidKey"):
    refused(
        f"sns/CreatePlatformEndpoint/attribute-{_name.lower()}",
        "An attribute that endpoints do not have is refused.",
        {"PlatformApplicationArn": APPLICATION, "Token": TOKEN, "Attributes": {_name: "x"}},
        "InvalidParameter",
        f"Invalid parameter: Attributes Reason: Invalid attribute name: {_name}",
        source=RECORDED,
        certainty="recorded",
    )
refused(
    "sns/CreatePlatformEndpoint/user-data-of-2049-bytes",
    "User data have up to 2,048 bytes.",
    {"PlatformApplicationArn": APPLICATION, "Token": TOKEN, "Attributes": {"CustomUserData": "x" * 2_049}},
    "InvalidParameter",
    "Invalid parameter: Attributes Reason: Invalid value for attribute: CustomUserData: must be at most 2048 bytes "
    "long in UTF-8 encoding",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/CreatePlatformEndpoint/empty-token",
    "A token is not empty.",
    {"PlatformApplicationArn": APPLICATION, "Token": ""},
    "InvalidParameter",
    source=_CREATE,
    certainty="assumed",
)
refused(
    "sns/CreatePlatformEndpoint/without-a-token",
    "A token must be given.",
    {"PlatformApplicationArn": APPLICATION},
    "ValidationError",
    _NULL.format("token"),
    source=_CREATE,
    certainty="modeled",
)
refused(
    "sns/CreatePlatformEndpoint/unknown-application",
    "An application that does not exist is not found.",
    {"PlatformApplicationArn": NO_APPLICATION, "Token": TOKEN},
    "NotFound",
    "PlatformApplication does not exist",
    status=404,
    source=RECORDED,
    certainty="recorded",
)

accepted(
    "sns/GetEndpointAttributes/new-endpoint",
    "A new endpoint is enabled and has its token.",
    {"EndpointArn": ENDPOINT},
    {"Attributes": {"Enabled": "true", "Token": re.compile(".+-device")}},
    source=RECORDED,
    certainty="recorded",
)


@case("sns/SetEndpointAttributes/disables", "An endpoint can be disabled.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    arn = endpoint(aws, application(aws))
    same(aws.sns("SetEndpointAttributes", EndpointArn=arn, Attributes=_DISABLED).succeeds(), {}, "the answer")
    same(endpoint_attributes(aws, arn), {"Enabled": "false", "Token": aws.device}, "the attributes")


@case(
    "sns/SetEndpointAttributes/keeps-what-is-not-given",
    "Attributes that are not given stay.",
    _SET,
    "documented",
)
def _(aws: Caller) -> None:
    arn = endpoint(aws, application(aws))
    other = f"{aws.device}-2"
    for attributes in ({"CustomUserData": "data"}, {"Token": other}):
        aws.sns("SetEndpointAttributes", EndpointArn=arn, Attributes=attributes).succeeds()
    expected = {"CustomUserData": "data", "Enabled": "true", "Token": other}
    same(endpoint_attributes(aws, arn), expected, "the attributes")


refused(
    "sns/SetEndpointAttributes/without-attributes",
    "Attributes must be given.",
    {"EndpointArn": ENDPOINT, "Attributes": {}},
    "ValidationError",
    _NULL.format("attributes"),
    source=_SET,
    certainty="modeled",
)
for _end, _attributes in (("unknown-attribute", {"Nope": "x"}), ("enabled-of-no-boolean", {"Enabled": "no"})):
    refused(
        f"sns/SetEndpointAttributes/{_end}",
        "An attribute that an endpoint cannot have is refused.",
        {"EndpointArn": ENDPOINT, "Attributes": _attributes},
        "InvalidParameter",
        source=_SET,
        certainty="assumed",
    )
refused(
    "sns/SetEndpointAttributes/unknown-endpoint",
    "An endpoint that does not exist is not found.",
    {"EndpointArn": NO_ENDPOINT, "Attributes": _DISABLED},
    "NotFound",
    "Endpoint does not exist",
    status=404,
    source=_SET,
    certainty="modeled",
)
refused(
    "sns/GetEndpointAttributes/unknown-endpoint",
    "An endpoint that does not exist is not found.",
    {"EndpointArn": NO_ENDPOINT},
    "NotFound",
    "Endpoint does not exist",
    status=404,
    source=RECORDED,
    certainty="recorded",
)
for _action, _more in (("GetEndpointAttributes", {}), ("SetEndpointAttributes", _DISABLED), ("DeleteEndpoint", {})):
    _page = f"{SNS_API}/API_{_action}.html"
    _given = {"Attributes": _more} if _more else {}
    refused(
        f"sns/{_action}/malformed-arn",
        "A text that is not an ARN is refused.",
        {"EndpointArn": "nope", **_given},
        "InvalidParameter",
        _SHORT_ARN,
        source=_page,
        certainty="assumed",
    )
    refused(
        f"sns/{_action}/application-as-endpoint",
        "The ARN of an application is refused.",
        {"EndpointArn": APPLICATION, **_given},
        "InvalidParameter",
        source=_page,
        certainty="assumed",
    )
    refused(
        f"sns/{_action}/without-an-arn",
        "The ARN must be given.",
        _given,
        "ValidationError",
        _NULL.format("endpointArn"),
        source=_page,
        certainty="modeled",
    )


@case(
    "sns/ListEndpointsByPlatformApplication/shows-attributes",
    "Endpoints of the application are listed with their attributes; one that is deleted is gone.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    arn, other = application(aws), application(aws)
    device = endpoint(aws, arn)
    endpoint(aws, other, f"{aws.device}-2")
    listing = {"PlatformApplicationArn": arn}
    shown = {"EndpointArn": device, "Attributes": {"Enabled": "true", "Token": aws.device}}
    same(aws.call("sns", "ListEndpointsByPlatformApplication", listing).result, {"Endpoints": [shown]}, "the list")
    same(aws.sns("DeleteEndpoint", EndpointArn=device).succeeds(), {}, "the answer")
    same(aws.call("sns", "ListEndpointsByPlatformApplication", listing).result, {"Endpoints": []}, "the list")


accepted(
    "sns/DeleteEndpoint/unknown-endpoint",
    "Deleting an endpoint that does not exist succeeds.",
    {"EndpointArn": NO_ENDPOINT},
    source=f"{SNS_API}/API_DeleteEndpoint.html",
    certainty="documented",
)


@case(
    "sns/DeleteEndpoint/subscriptions-stay",
    "A subscription to an endpoint stays when the endpoint is deleted.",
    f"{SNS_API}/API_DeleteEndpoint.html",
    "documented",
)
def _(aws: Caller) -> None:
    topic, arn = aws.topic(), endpoint(aws, application(aws))
    subscribed = aws.sns("Subscribe", TopicArn=topic, Protocol="application", Endpoint=arn).result["SubscriptionArn"]
    aws.sns("DeleteEndpoint", EndpointArn=arn).succeeds()
    listed = aws.sns("ListSubscriptionsByTopic", TopicArn=topic).result["Subscriptions"]
    same([each["SubscriptionArn"] for each in listed], [subscribed], "the subscriptions")
