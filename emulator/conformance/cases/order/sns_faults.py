"""Faults that several operations of SNS have.

The region of an ARN belongs to its syntax. A parameter that is missing is found by AWS's framework, which comes after
the syntax of ARNs and before everything else.
"""

from collections.abc import Mapping
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import Fixture
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, says


def _arn_elsewhere(aws: Caller) -> str:
    region = "eu-west-2" if aws.region == "eu-west-1" else "eu-west-1"
    return f"arn:aws:sns:{region}:{aws.account}:topic"


_ELSEWHERE = Fixture("ELSEWHERE", _arn_elsewhere)

SHORT_TOPIC_ARN = "https://github.com/aws-samples/amazon-rekognition-video-analyzer/issues/41"

TOKEN_ILLEGAL = Fault(
    "token-illegal", {"NextToken": "!"}, "InvalidParameter", "Invalid parameter: NextToken", certainty="assumed"
)
_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"


def _known(source: str | None, otherwise: Certainty) -> dict[str, Any]:
    """How sure an error is: it was recorded, or users saw it; ``otherwise`` applies without a source."""
    seen: Certainty = "recorded" if source == RECORDED else "reported"
    return {"certainty": otherwise if source is None else seen, "source": source}


def arn(parameter: str, source: str | None = None) -> Fault:
    """The parameter is not an ARN."""
    return Fault(
        "arn-malformed",
        {parameter: "arn"},
        "InvalidParameter",
        f"Invalid parameter: {parameter} Reason: An ARN must have at least 6 elements, not 1",
        **_known(source, "assumed"),
    )


def elsewhere(parameter: str) -> Fault:
    """The parameter is the ARN of a resource in another region, whether it exists or not."""
    return Fault(
        "arn-of-another-region",
        {parameter: _ELSEWHERE},
        "InvalidParameter",
        f"Invalid parameter: {parameter}",
        certainty="recorded",
        source=RECORDED,
    )


def null(parameter: str, name: str, source: str | None = None) -> Fault:
    """The parameter is absent, which AWS's framework finds. It reports all absent parameters."""
    member = parameter[:1].lower() + parameter[1:]
    return Fault(
        f"{name}-missing",
        {parameter: ABSENT},
        "ValidationError",
        _NULL.format(member),
        group="framework",
        **_known(source, "assumed"),
    )


def constraint(name: str, changes: Mapping[str, Any], member: str) -> Fault:
    """A value that breaks a constraint of the model, which AWS's framework finds."""
    return Fault(name, changes, "ValidationError", says(f"'{member}' failed to satisfy constraint"), group="framework")


def unknown(parameter: str, no: Fixture, message: str, code: str = "NotFound", *, source: str | None = None) -> Fault:
    """The parameter names something that does not exist. Every operation's page has this error."""
    return Fault("unknown", {parameter: no}, code, message, status=404, **_known(source, "documented"))


def bad(name: str, changes: Mapping[str, Any], *words: str, **more: Any) -> Fault:
    """InvalidParameter, with a message that contains these words."""
    return Fault(name, changes, "InvalidParameter", says(*words), **more)
