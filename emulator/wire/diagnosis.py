"""Why a request could not be decoded, in AWS's own words.

Only the way to an error leads through here, so that the codecs need no checks on the way to success.
"""

from typing import Any, NamedTuple

import msgspec

from api_shapes.operation import Operation, Service, Shape
from emulator.aws.errors import MissingParameter, SerializationError, ServiceError, ValidationError
from emulator.wire.members import ListForm, MapForm, Member, members

LIST_NOT_EXPECTED = "Start of list found where not expected"
MAP_NOT_EXPECTED = "Start of structure or map found where not expected"

# What the service calls a type it wanted.
TYPE_NAMES: dict[type, str] = {str: "a String", int: "an Integer", bool: "a Boolean", bytes: "a Blob"}

# What SQS calls a parameter when it is missing, if not by its name.
_OLD_NAMES = {"ReceiptHandle": "MessageHandle"}


class Step(NamedTuple):
    """One element of a collection on the way to a member; ``key`` is set in maps that have got one."""

    member: Member
    position: int  # from 1
    key: str | None = None


Path = tuple[Step, ...]


def missing(service: Service, path: Path, name: str | None = None) -> ServiceError:
    """The error for a required member which is absent: ``name``, or the element ``path`` ends at.

    SQS names it as the query protocol spells it (``SendMessageBatchRequestEntry.1.Id``), SNS as its
    framework does (``publishBatchRequestEntries.1.member.message``).
    """
    if service == "sns":
        steps = [_camel_case(step.member.name) + f".{_ordinal(step)}.member" for step in path]
        return ValidationError.null(".".join(steps if name is None else [*steps, _camel_case(name)]))
    if name in _OLD_NAMES and not path:
        name = _OLD_NAMES[name]
    steps = [_query_name(step) for step in path]
    return MissingParameter.of(".".join(steps if name is None else [*steps, name]))


def _camel_case(name: str) -> str:
    return name[:1].lower() + name[1:]


def _ordinal(step: Step) -> str:
    return str(step.position) if step.key is None else step.key


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
    """The error for a body that is no JSON."""
    return SerializationError("The request body is not valid JSON")


def of_json(operation: Operation[Any, Any], document: Any) -> ServiceError:
    """Why ``document``, the JSON of a body, is no request of this operation."""
    mistake = _type_mistake(operation.request, document)
    if mistake is not None:
        return SerializationError(mistake)
    return _missing_member(operation.service, operation.request, document, ()) or SerializationError()


def _type_mistake(wanted: type, value: object) -> str | None:
    """The first value that has not the type it must have."""
    if not issubclass(wanted, Shape):
        return _scalar_mistake(wanted, value)
    if not isinstance(value, dict):
        return LIST_NOT_EXPECTED if isinstance(value, list) else "Unexpected field type"
    for member in members(wanted):
        mistake = _member_mistake(member, value.get(member.name))
        if mistake is not None:
            return mistake
    return None


def _member_mistake(member: Member, value: object) -> str | None:
    match member.form, value:
        case _, None:
            return None
        case None, _:
            return _type_mistake(member.type, value)
        case ListForm(), list():
            elements = value
        case MapForm(), dict():
            elements = list(value.values())
        case ListForm(), _:
            return "Expected list or null"
        case _:
            return "Expected map or null"
    return next((mistake for element in elements if (mistake := _type_mistake(member.type, element))), None)


def _scalar_mistake(wanted: type, value: object) -> str | None:
    match value:
        case list():
            return LIST_NOT_EXPECTED
        case dict():
            return MAP_NOT_EXPECTED
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        if wanted is bytes and isinstance(value, str):
            return "The value is not valid base64"
        return f"{_token(value)} can not be converted to {TYPE_NAMES[wanted]}"
    return None


def _token(value: object) -> str:
    match value:
        case None | True | False:
            return f"{msgspec.json.encode(value).decode().upper()}_VALUE"
        case str():
            return "STRING_VALUE"
        case _:
            return "NUMBER_VALUE"


def _missing_member(service: Service, shape: type[Shape], document: dict[str, Any], path: Path) -> ServiceError | None:
    """The first required member that is absent or null; every type is known to be right."""
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
