"""Faults that several operations of SNS have.

The region of an ARN belongs to its syntax. A parameter that is missing is found by AWS's framework, which comes after
the syntax of ARNs and before everything else.
"""

from collections.abc import Mapping
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import Fixture
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, says


def _arn_elsewhere(aws: Caller) -> str:
    region = "eu-west-2" if aws.region == "eu-west-1" else "eu-west-1"
    return f"arn:aws:sns:{region}:{aws.account}:topic"


_ELSEWHERE = Fixture("ELSEWHERE", _arn_elsewhere)

TOKEN_ILLEGAL = Fault(
    "token-illegal", {"NextToken": "!"}, "InvalidParameter", "Invalid parameter: NextToken", certainty="assumed"
)
_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"


def arn(parameter: str) -> Fault:
    """The parameter is not an ARN."""
    return Fault(
        "arn-malformed",
        {parameter: "arn"},
        "InvalidParameter",
        f"Invalid parameter: {parameter} Reason: An ARN must have at least 6 elements, not 1",
        certainty="recorded",
        source=RECORDED,
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


def null(parameter: str, name: str) -> Fault:
    """The parameter is absent, which AWS's framework finds. It reports all absent parameters."""
    member = parameter[:1].lower() + parameter[1:]
    return Fault(
        f"{name}-missing",
        {parameter: ABSENT},
        "ValidationError",
        _NULL.format(member),
        group="framework",
        certainty="assumed",
    )


def constraint(name: str, changes: Mapping[str, Any], member: str) -> Fault:
    """A value that breaks a constraint of the model, which AWS's framework finds."""
    return Fault(name, changes, "ValidationError", says(f"'{member}' failed to satisfy constraint"), group="framework")


def unknown(parameter: str, no: Fixture, message: str, code: str = "NotFound") -> Fault:
    return Fault("unknown", {parameter: no}, code, message, status=404, certainty="recorded", source=RECORDED)


def bad(name: str, changes: Mapping[str, Any], *words: str, **more: Any) -> Fault:
    """InvalidParameter, with a message that contains these words."""
    return Fault(name, changes, "InvalidParameter", says(*words), **more)
