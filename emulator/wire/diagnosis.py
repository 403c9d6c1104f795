"""The errors for requests that could not be decoded, in AWS's words.

A codec calls this module only after it has failed, so that it needs no checks for requests that are good.
"""

from typing import Any, NamedTuple

import msgspec

from api_shapes import sns
from api_shapes.operation import AnyService, Operation, Shape
from emulator.aws.errors import (
    InvalidParameterValue,
    MissingParameter,
    SerializationError,
    ServiceError,
    ValidationError,
)
from emulator.wire.members import ListForm, MapForm, Member, members

LIST_NOT_EXPECTED = "Start of list found where not expected"
MAP_NOT_EXPECTED = "Start of structure or map found where not expected"
_NULL_IN_MAP = "the parameter 'value' may not be null"

# The names of types in AWS's errors.
TYPE_NAMES: dict[type, str] = {str: "a String", int: "an Integer", bool: "a Boolean", bytes: "a Blob"}

# The names of missing parameters in errors of SQS, where they differ from those of the model.
_OLD_NAMES = {"ReceiptHandle": "MessageHandle"}

# The error of SQS for an entry without a key, if not a missing parameter: https://github.com/aws/aws-sdk-go/issues/789
_NAMELESS = {"MessageAttributes": "The request must contain non-empty message attribute name."}
_VALUELESS = ("MessageAttributes", "MessageSystemAttributes")

# The services whose requests AWS's framework validates.
_VALIDATED = ("sns", "cloudformation")

# The operations of the links in SNS's messages. SNS itself checks their parameters, not its framework.
_OF_LINKS = (sns.UNSUBSCRIBE.request, sns.CONFIRM_SUBSCRIPTION.request)


class Step(NamedTuple):
    """One element of a collection on the path to a member; ``key`` is set for an entry of a map that has a key."""

    member: Member
    position: int  # from 1
    key: str | None = None


Path = tuple[Step, ...]


def missing(service: AnyService, path: Path, name: str | None = None, shape: type[Shape] | None = None) -> ServiceError:
    """The error for a required member that is absent: ``name``, or the element at the end of ``path``.

    SQS spells it as the query protocol does (``SendMessageBatchRequestEntry.1.Id``), SNS as its framework does
    (``publishBatchRequestEntries.1.member.message``), except for the operations of links.
    """
    if shape in _OF_LINKS and name is not None:
        from emulator.aws.sns_errors import SnsInvalidParameter  # not needed at the start

        return SnsInvalidParameter.of(name, "no value for required parameter")
    if service in _VALIDATED:
        return ValidationError.null(_framework_path(path, name))
    if name in _OLD_NAMES and not path:
        name = _OLD_NAMES[name]
    if name is None and path[-1].key is None and path[-1].member.name in _NAMELESS:
        return InvalidParameterValue(_NAMELESS[path[-1].member.name])
    if name is None and path[-1].key is not None and path[-1].member.name in _VALUELESS:
        return InvalidParameterValue.of_incomplete_attribute(path[-1].key, "value")
    steps = query_names(path)
    return MissingParameter.of(".".join(steps if name is None else [*steps, name]))


def _framework_path(path: Path, name: str | None) -> str:
    """The path to a member as AWS's framework spells it."""
    steps = [_camel_case(step.member.name) + f".{_ordinal(step)}.member" for step in path]
    return ".".join(steps if name is None else [*steps, _camel_case(name)])


class Absences:
    """The required members of structures that a form lacks. AWS's framework reports all of them, SQS the first."""

    def __init__(self, service: AnyService) -> None:
        self.service: AnyService = service
        self._paths: list[str] = []

    def note(self, path: Path, name: str, shape: type[Shape]) -> None:
        """Take down that a member is absent. Raises the error for it unless more are to be looked for."""
        if self.service not in _VALIDATED or shape in _OF_LINKS:
            raise missing(self.service, path, name, shape)
        self._paths.append(_framework_path(path, name))

    def check(self) -> None:
        """Raise the error for what was taken down."""
        if self._paths:
            raise ValidationError.null(*self._paths)


def _camel_case(name: str) -> str:
    return name[:1].lower() + name[1:]


def _ordinal(step: Step) -> str:
    return str(step.position) if step.key is None else step.key


def query_names(path: Path) -> list[str]:
    """The steps of ``path`` as the query protocol spells them."""
    return [_query_name(step) for step in path]


def _query_name(step: Step) -> str:
    form = step.member.form
    assert form is not None
    names = [form.item, str(step.position)]
    if form.wrapper is not None:
        names.insert(0, form.wrapper)
    if isinstance(form, MapForm):
        names.append(form.key if step.key is None else form.value)
    return ".".join(names)


def of_unreadable_json() -> ServiceError:
    """The error for a body that is not JSON."""
    return SerializationError("The request body is not valid JSON")


def of_json(operation: Operation[Any, Any], document: Any) -> ServiceError:
    """The error for a body whose JSON, ``document``, is not a request of this operation."""
    return (
        _type_mistake(operation.request, document)
        or _missing_member(operation.service, operation.request, document, ())
        or SerializationError()
    )


def _type_mistake(wanted: type, value: object) -> ServiceError | None:
    """The error for the first value that has the wrong type; None if there is none."""
    if not issubclass(wanted, Shape):
        return _scalar_mistake(wanted, value)
    if not isinstance(value, dict):
        return SerializationError(LIST_NOT_EXPECTED if isinstance(value, list) else "Unexpected field type")
    return next(filter(None, (_member_mistake(member, value.get(member.name)) for member in members(wanted))), None)


def _member_mistake(member: Member, value: object) -> ServiceError | None:
    match member.form, value:
        case _, None:
            return None
        case None, _:
            return _type_mistake(member.type, value)
        case ListForm(), list():
            mistakes = (_type_mistake(member.type, element) for element in value)
        case MapForm(), dict():
            mistakes = (_value_mistake(member.type, element) for element in value.values())
        case ListForm(), _:
            return SerializationError("Expected list or null")
        case _:
            return SerializationError("Expected map or null")
    return next(filter(None, mistakes), None)


def _value_mistake(wanted: type, value: object) -> ServiceError | None:
    """The error for a value in a map; None if it is good."""
    return InvalidParameterValue(_NULL_IN_MAP) if value is None else _type_mistake(wanted, value)


def _scalar_mistake(wanted: type, value: object) -> ServiceError | None:
    match value:
        case list():
            return SerializationError(LIST_NOT_EXPECTED)
        case dict():
            return SerializationError(MAP_NOT_EXPECTED)
    try:
        msgspec.convert(value, wanted)
    except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for half a surrogate pair in base64
        if wanted is bytes and isinstance(value, str):
            return SerializationError("The value is not valid base64")
        return SerializationError(f"{_token(value)} can not be converted to {TYPE_NAMES[wanted]}")
    return None


def _token(value: object) -> str:
    match value:
        case None | True | False:
            return f"{msgspec.json.encode(value).decode().upper()}_VALUE"
        case str():
            return "STRING_VALUE"
        case _:
            return "NUMBER_VALUE"


def _missing_member(
    service: AnyService, shape: type[Shape], document: dict[str, Any], path: Path
) -> ServiceError | None:
    """The error for the first required member that is absent or null; None if there is none. All types are right."""
    for member in members(shape):
        value = document.get(member.name)
        if value is None:
            if member.required:
                return missing(service, path, member.name)
            continue
        if member.form is None or not issubclass(member.type, Shape):
            continue
        elements = value.items() if isinstance(value, dict) else ((None, element) for element in value)
        for position, (key, element) in enumerate(elements, 1):
            error = _missing_member(service, member.type, element, (*path, Step(member, position, key)))
            if error is not None:
                return error
    return None
