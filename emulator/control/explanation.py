"""Why a filter policy accepts or rejects a message: the question and its answer."""

import msgspec

from emulator.aws.message_attribute import MessageAttribute, given_attributes
from emulator.aws.sns_errors import SnsParameterValueInvalid
from emulator.control.refusals import BadRequestError, decode
from emulator.sns.filter_policy import FilterPolicyError, Scope, Verdict, compile_policy
from emulator.sns.message_attributes import check_attributes
from emulator.world.world import World


class AttributeValue(msgspec.Struct, rename="pascal", forbid_unknown_fields=True, omit_defaults=True):
    """A message attribute, in the form that Publish takes; a binary value is base64."""

    data_type: str
    string_value: str | None = None
    binary_value: bytes | None = None

    def checked(self, name: str) -> MessageAttribute:
        """The attribute; BadRequestError, in AWS's words, if Publish would refuse it under this name."""
        attributes = given_attributes({name: self})
        try:
            check_attributes(attributes)
        except SnsParameterValueInvalid as error:
            raise BadRequestError(f"attributes: {error.message}") from None
        return attributes[name]


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """A filter policy, and the message to match."""

    policy: msgspec.Raw
    scope: Scope = "MessageAttributes"
    message: str = ""
    attributes: dict[str, AttributeValue] = {}


class Failure(msgspec.Struct, omit_defaults=True):
    """A key of the policy that did not match; ``conditions`` is the policy's array for it.

    ``hint`` is present if no value of this type, or in this place, can ever match, and says so.
    """

    key: str
    value: object
    conditions: list[object]
    reason: str
    hint: str | None = None


class Answer(msgspec.Struct):
    matches: bool
    failed: list[Failure]


def explain_filter_policy(_: World, body: Question) -> Answer:
    """Say why a filter policy accepts or rejects a message."""
    return explain(body)


def explain(question: Question) -> Answer:
    """The policy's verdict. BadRequestError, in AWS's words, if the policy or an attribute is invalid."""
    text = bytes(question.policy).decode()
    if text.lstrip().startswith('"'):
        raise BadRequestError("policy: this is a JSON string; give the object itself, without quotes around it")
    attributes = {name: value.checked(name) for name, value in question.attributes.items()}
    try:
        policy = compile_policy(text, question.scope)
    except FilterPolicyError as error:
        raise BadRequestError(f"policy: {error.detail}") from None
    return answer(policy.explain(question.message, attributes))


def answer(verdict: Verdict) -> Answer:
    failed = [
        Failure(failure.key, failure.value, list(failure.conditions), failure.reason, failure.hint)
        for failure in verdict.failed
    ]
    return Answer(verdict.matches, failed)


def read_attributes(text: bytes) -> dict[str, AttributeValue]:
    """Attributes by name, from JSON in the form of Publish's MessageAttributes."""
    attributes: dict[str, AttributeValue] = {}
    try:
        for name, value in decode(text, dict[str, msgspec.Raw]).items():
            attributes[name] = _read_attribute(name, bytes(value))
    except BadRequestError as error:
        raise BadRequestError(f"attributes: {error}") from None
    return attributes


def _read_attribute(name: str, value: bytes) -> AttributeValue:
    try:
        return decode(value, AttributeValue)
    except BadRequestError as error:
        form = '{"DataType": "String", "StringValue": "..."}'
        raise BadRequestError(f"{name}: {error}; the form is {form}") from None
