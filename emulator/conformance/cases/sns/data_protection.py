"""GetDataProtectionPolicy and PutDataProtectionPolicy, which AWS has closed to new customers."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import missing, unknown_topic
from emulator.conformance.cases.sources import RECORDED, SNS_API, SNS_GUIDE
from emulator.conformance.fixtures import FIFO_TOPIC, NAME, TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PUT = f"{SNS_API}/API_PutDataProtectionPolicy.html"
_GUIDE = f"{SNS_GUIDE}/sns-message-data-protection-policies.html"
_ARN = "arn:aws:dataprotection::aws:data-identifier/"
_MASK = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}


def _policy(**members: object) -> str:
    """A policy of one statement, which masks addresses, with some members of its statement replaced."""
    statement: dict[str, object] = {
        "DataDirection": "Inbound",
        "Principal": ["*"],
        "DataIdentifier": [f"{_ARN}EmailAddress"],
        "Operation": _MASK,
    }
    document = {"Name": "conformance", "Version": "2021-06-01", "Statement": [statement | members]}
    return json.dumps(document)


def _kept(aws: Caller, topic: str) -> str:
    return str(aws.sns("GetDataProtectionPolicy", ResourceArn=topic).result["DataProtectionPolicy"])


@case("sns/PutDataProtectionPolicy/policy", "A policy is kept.", _PUT, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    same(aws.sns("PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy=_policy()).succeeds(), {})
    same(json.loads(_kept(aws, topic)), json.loads(_policy()), "the policy")


@case("sns/PutDataProtectionPolicy/empty-text", "An empty text removes a policy.", _PUT, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    for text in (_policy(), ""):
        aws.sns("PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy=text).succeeds()
    same(_kept(aws, topic), "", "the policy")


@case("sns/GetDataProtectionPolicy/none", "A topic without a policy has an empty one.", _PUT, "documented")
def _(aws: Caller) -> None:
    same(_kept(aws, aws.topic()), "", "the policy")


@case(
    "sns/CreateTopic/data-protection-policy",
    "A topic can be created with a policy.",
    f"{SNS_API}/API_CreateTopic.html",
    "documented",
)
def _(aws: Caller) -> None:
    same(json.loads(_kept(aws, aws.topic(DataProtectionPolicy=_policy()))), json.loads(_policy()), "the policy")


for _what, _identifier in {
    "without-a-region": f"{_ARN}EmailAddress",
    "with-a-region": "arn:aws:dataprotection:us-east-1::data-identifier/EmailAddress",
    "with-another-region": "arn:aws:dataprotection:eu-central-1::data-identifier/CreditCardNumber",
}.items():
    for _operation, _target in (("PutDataProtectionPolicy", {"ResourceArn": TOPIC}), ("CreateTopic", {"Name": NAME})):
        accepted(
            f"sns/{_operation}/data-identifier-{_what}",
            "The ARN of a data identifier may hold a region.",
            {**_target, "DataProtectionPolicy": _policy(DataIdentifier=[_identifier])},
            source=_GUIDE if _what == "without-a-region" else RECORDED,
            certainty="documented" if _what == "without-a-region" else "recorded",
        )


@case(
    "sns/Publish/data-identifier-with-a-region",
    "Data that an identifier with a region in its ARN finds are masked.",
    _GUIDE,
    "assumed",
)
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    identifier = "arn:aws:dataprotection:us-east-1::data-identifier/EmailAddress"
    aws.sns(
        "PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy=_policy(DataIdentifier=[identifier])
    ).succeeds()
    aws.sns("Publish", TopicArn=topic, Message="to a@example.com now").succeeds()
    [message] = aws.received(queue, 1)
    same(message["Body"], f"to {'#' * len('a@example.com')} now", "the message")


_BAD = {
    "text-that-is-not-json": "{",
    "unknown-direction": _policy(DataDirection="Both"),
    "unknown-identifier": _policy(DataIdentifier=[f"{_ARN}Nope"]),
    "unknown-identifier-with-a-region": _policy(
        DataIdentifier=["arn:aws:dataprotection:us-east-1::data-identifier/Nope"]
    ),
    "identifier-of-another-service": _policy(DataIdentifier=["arn:aws:sns:us-east-1::data-identifier/EmailAddress"]),
    "no-principals": _policy(Principal=[]),
    "unknown-operation": _policy(Operation={"Nope": {}}),
    "two-operations": _policy(Operation={**_MASK, "Deny": {}}),
    "no-statements": json.dumps({"Name": "x", "Version": "2021-06-01", "Statement": []}),
    "another-version": json.dumps({"Name": "x", "Version": "2012-10-17", "Statement": []}),
    "sample-rate-of-100": _policy(
        Operation={
            "Audit": {
                "SampleRate": "100",
                "FindingsDestination": {"CloudWatchLogs": {"LogGroup": "/aws/vendedlogs/conformance"}},
            }
        }
    ),
}
for _what, _text in _BAD.items():
    refused(
        f"sns/PutDataProtectionPolicy/{_what}",
        "A policy that breaks the grammar is refused.",
        {"ResourceArn": TOPIC, "DataProtectionPolicy": _text},
        "InvalidParameter",
        source=_GUIDE,
        certainty="documented",
    )
refused(
    "sns/PutDataProtectionPolicy/fifo-topic",
    "A policy is for standard topics.",
    {"ResourceArn": FIFO_TOPIC, "DataProtectionPolicy": _policy()},
    "InvalidParameter",
    source=_GUIDE,
    certainty="documented",
)
for _operation, _params in (
    ("PutDataProtectionPolicy", {"DataProtectionPolicy": _policy()}),
    ("GetDataProtectionPolicy", {}),
):
    unknown_topic(_operation, _params, message=str, parameter="ResourceArn", certainty="documented")
    refused(
        f"sns/{_operation}/not-an-arn",
        "A text that is not an ARN is refused.",
        {"ResourceArn": "topic", **_params},
        "InvalidParameter",
        source=f"{SNS_API}/API_{_operation}.html",
        certainty="documented",
    )
    missing(_operation, {"ResourceArn": TOPIC, **_params}, ("ResourceArn", *_params))
