"""Publish to a platform endpoint."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.push import ENDPOINT, NO_ENDPOINT, application, endpoint
from emulator.conformance.tables import accepted, refused

_PUBLISH = f"{SNS_API}/API_Publish.html"

accepted(
    "sns/Publish/endpoint",
    "A message for an endpoint is answered with its id alone.",
    {"TargetArn": ENDPOINT, "Message": "hello"},
    {"MessageId": str},
    source=_PUBLISH,
    certainty="documented",
)
accepted(
    "sns/Publish/endpoint-structure-for-its-platform",
    "A message for an endpoint needs no default text, if it has one for the platform.",
    {"TargetArn": ENDPOINT, "Message": '{"ADM":"{\\"data\\":{}}"}', "MessageStructure": "json"},
    {"MessageId": str},
    source=_PUBLISH,
    certainty="documented",
)
refused(
    "sns/Publish/endpoint-structure-for-another-platform",
    "A message for an endpoint has a text for its platform, or a default.",
    {"TargetArn": ENDPOINT, "Message": '{"GCM":"{}"}', "MessageStructure": "json"},
    "InvalidParameter",
    source=_PUBLISH,
    certainty="assumed",
)
refused(
    "sns/Publish/unknown-endpoint",
    "An endpoint that does not exist is refused.",
    {"TargetArn": NO_ENDPOINT, "Message": "hello"},
    "InvalidParameter",
    "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
    source=RECORDED,
    certainty="recorded",
)
for _end, _structure in (
    ("plain", {"Message": "hello"}),
    ("before-the-structure", {"Message": "no JSON", "MessageStructure": "json"}),
    ("before-the-default", {"Message": "{}", "MessageStructure": "json"}),
):

    @case(
        f"sns/Publish/disabled-endpoint-{_end}",
        "A disabled endpoint is refused, before the structure of the message is looked at.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, params: dict[str, str] = _structure) -> None:
        arn = endpoint(aws, application(aws))
        aws.sns("SetEndpointAttributes", EndpointArn=arn, Attributes={"Enabled": "false"}).succeeds()
        aws.sns("Publish", TargetArn=arn, **params).refused("EndpointDisabled")
