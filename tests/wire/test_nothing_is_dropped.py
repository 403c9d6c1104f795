"""No parameter is dropped in silence: for every operation, what a request holds is in its shape, or is refused.

What AWS ignores is ignored: members of a JSON document that the model does not have, and parameters of a form that
are no lists, as every request has some for its signature.
"""

import base64
import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec
import pytest

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Shape
from emulator.aws.errors import MalformedInput, ServiceError
from emulator.wire import json10, query
from emulator.wire.form import parse_form
from emulator.wire.members import ListForm, MapForm, Member, members
from tests.examples import is_quick

AnyOperation = Operation[Any, Any]

SQS = list(sqs.OPERATIONS.values())
OPERATIONS = [*SQS, *sns.OPERATIONS.values()]
OWN_PARAMETERS = {"Action": "Any", "Version": "2012-11-05", "AUTHPARAMS": "any", "X-Amz-Signature": "any"}

Form = dict[str, str]
Document = dict[str, Any]

# What holds for the complete form, or AWS JSON document, of every operation. One test checks all of an operation: the
# traceback of a failure names the law.
FORM_LAWS: list[Callable[[AnyOperation, Form], None]] = []
DOCUMENT_LAWS: list[Callable[[AnyOperation, Document], None]] = []


def law_of_forms(law: Callable[[AnyOperation, Form], None]) -> Callable[[AnyOperation, Form], None]:
    FORM_LAWS.append(law)
    return law


def law_of_documents(law: Callable[[AnyOperation, Document], None]) -> Callable[[AnyOperation, Document], None]:
    DOCUMENT_LAWS.append(law)
    return law


def name_of(operation: AnyOperation) -> str:
    return f"{operation.service} {operation.name}"


def members_of(operation: AnyOperation) -> tuple[Member, ...]:
    request: type[Shape] = operation.request
    return members(request)


def complete_form(operation: AnyOperation) -> Form:
    """A request with every parameter of the operation, two elements in each list, and every value another one."""
    return dict(_parameters(operation.request, "", count(1_000)))


def _parameters(shape: type[Shape], prefix: str, numbers: Iterator[int]) -> Iterator[tuple[str, str]]:
    written = set()  # two lists of ReceiveMessage have one name
    for member in members(shape):
        if member.form is None:
            yield from _value(member.type, prefix + member.name, numbers)
            continue
        start = prefix + (f"{member.form.wrapper}." if member.form.wrapper else "") + member.form.item
        if start in written:
            continue
        written.add(start)
        for index in (1, 2):
            if isinstance(member.form, ListForm):
                yield from _value(member.type, f"{start}.{index}", numbers)
            else:
                yield f"{start}.{index}.{member.form.key}", f"key{next(numbers)}"
                yield from _value(member.type, f"{start}.{index}.{member.form.value}", numbers)


def _value(kind: type, name: str, numbers: Iterator[int]) -> Iterator[tuple[str, str]]:
    if issubclass(kind, Shape):
        yield from _parameters(kind, f"{name}.", numbers)
    elif kind is bytes:
        yield name, base64.b64encode(str(next(numbers)).encode()).decode()
    elif kind is int:
        yield name, str(next(numbers))
    else:
        yield name, "true" if kind is bool else f"text{next(numbers)}"


def texts(value: object) -> Iterator[str]:
    """Every key and value in a request, as a form has them."""
    if isinstance(value, Shape):
        value = list(msgspec.structs.asdict(value).values())
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, bytes):
        yield base64.b64encode(value).decode()
    elif value is not None:
        yield str(value).lower() if isinstance(value, bool) else str(value)


quoted = cache(quote_plus)  # it takes longer than the decoding, and the requests of a test are almost the same


def decode(operation: AnyOperation, form: Form) -> Shape:
    request: Shape = query.decode_request(
        operation, parse_form(urlencode(form | OWN_PARAMETERS, quote_via=quoted).encode())
    )
    return request


def assert_nothing_is_dropped(operation: AnyOperation, form: Form) -> None:
    """The request is refused, or has all of ``form``."""
    try:
        request = decode(operation, form)
    except ServiceError:
        return
    dropped = set(form.values()) - set(texts(request)) - {""}
    assert not dropped, {name: value for name, value in form.items() if value in dropped}


def without(form: Form, name: str) -> Form:
    return {each: value for each, value in form.items() if each != name}


@law_of_forms
def every_parameter_of_the_operation_is_understood(operation: AnyOperation, form: Form) -> None:
    assert set(texts(decode(operation, form))) == set(form.values())


@law_of_forms
def misspelled_parameter_of_a_list_or_structure_is_refused(operation: AnyOperation, form: Form) -> None:
    """Also one with a part too many or too few, in every place of its name, and in either element of every list.

    A quick run misspells the beginning of a name that several parameters share in the first of them alone.
    """
    tried = set()
    for name, value in form.items():
        parts = name.split(".")
        if parts.count("2") > 1:  # each list has had its second element, the others having their first
            continue
        for place in range(len(parts) if len(parts) > 1 else 0):
            start = tuple(parts[: place + 1])
            if start not in tried or not is_quick():
                misspell(operation, form, name, value, place)
            tried.add(start)


def misspell(operation: AnyOperation, form: Form, name: str, value: str, place: int) -> None:
    parts = name.split(".")
    part = parts[place]
    for wrong in ([f"{part}x"], [part[1:]], [part.swapcase()], [part, part], [part, "1"], []):
        changed = ".".join([*parts[:place], *wrong, *parts[place + 1 :]])
        if changed != name and "." in changed:
            for rest in (form, without(form, name)):  # beside the right one, and in its place
                assert_nothing_is_dropped(operation, {changed: "wrong"} | rest)
                assert_nothing_is_dropped(operation, rest | {changed: value})


INDEXES = ["0", "2", "3", "01", "007", "999999999999999999", "9" * 19, "-1", "+1", "1.0", "x", "", " 1", "\u0661"]


@law_of_forms
def no_element_is_dropped_whatever_its_index(operation: AnyOperation, form: Form) -> None:
    starts = {name[: name.index(".1") + 1] for name in form if ".1" in name}
    for start in starts:
        for index in INDEXES:
            moved = {
                name.replace(f"{start}1", f"{start}{index}", 1) if name.startswith(f"{start}1") else name: value
                for name, value in form.items()
            }
            assert_nothing_is_dropped(operation, moved)
            assert_nothing_is_dropped(operation, dict(reversed(moved.items())))


@law_of_forms
def entry_without_its_key_or_value_is_not_dropped(operation: AnyOperation, form: Form) -> None:
    for name in form:
        assert_nothing_is_dropped(operation, without(form, name))


@law_of_forms
def single_value_where_a_list_or_structure_is_due_is_not_dropped(operation: AnyOperation, form: Form) -> None:
    prefixes = {".".join(name.split(".")[:place]) for name in form for place in range(1, name.count(".") + 1)}
    for prefix in prefixes:
        for value in ("single", ""):
            assert_nothing_is_dropped(operation, form | {prefix: value})
            assert_nothing_is_dropped(operation, {prefix: value} | form)
            alone = {name: each for name, each in form.items() if not name.startswith(f"{prefix}.")}
            assert_nothing_is_dropped(operation, alone | {prefix: value})


@law_of_forms
def list_where_a_single_value_is_due_is_refused(operation: AnyOperation, form: Form) -> None:
    for name in form:
        for suffix in (".1", ".member.1", ".Value", "."):
            if name.rpartition(".")[2].isdigit() and suffix == ".Value":
                continue
            with pytest.raises(ServiceError):
                decode(operation, without(form, name) | {name + suffix: "1"})


@law_of_forms
def list_that_the_operation_does_not_have_is_refused(operation: AnyOperation, form: Form) -> None:
    for name in (
        "Unknown.1",
        "Unknown.member.1",
        "Unknown.entry.1.key",
        "Unknown.Value",
        "1.Id",
        "Action.1",
        "..",
        ".",
    ):
        with pytest.raises(MalformedInput):
            decode(operation, form | {name: "any"})


@law_of_forms
def single_value_that_the_operation_does_not_have_is_ignored(operation: AnyOperation, form: Form) -> None:
    assert decode(operation, form | {"Unknown": "any", "SignatureVersion": "2"}) == decode(operation, form)


@law_of_forms
def parameter_given_twice_with_different_values_is_refused(operation: AnyOperation, form: Form) -> None:
    for name in form:
        with pytest.raises(MalformedInput):
            parse_form(urlencode([*form.items(), (name, "other")]).encode())


@law_of_forms
def key_given_twice_is_refused(operation: AnyOperation, form: Form) -> None:
    key_names = {member.form.key for member in members_of(operation) if isinstance(member.form, MapForm)}
    for name in form:
        if name.rpartition(".")[2] in key_names and ".1." in name:
            other = name.replace(".1.", ".2.", 1)
            with pytest.raises(MalformedInput):
                decode(operation, form | {other: form[name]})


# -- AWS JSON --------------------------------------------------------------------------------


def complete_document(shape: type[Shape], numbers: Iterator[int]) -> dict[str, Any]:
    """A document with every member, one element in each collection."""
    document: dict[str, Any] = {}
    for member in members(shape):
        value = _json_value(member.type, numbers)
        match member.form:
            case ListForm():
                value = [value]
            case MapForm():
                value = {f"key{next(numbers)}": value}
        document[member.name] = value
    return document


def _json_value(kind: type, numbers: Iterator[int]) -> object:
    if issubclass(kind, Shape):
        return complete_document(kind, numbers)
    if kind is bytes:
        return base64.b64encode(str(next(numbers)).encode()).decode()
    number = next(numbers)
    return number if kind is int else True if kind is bool else f"text{number}"


def changed(value: Any, wrong: object) -> Iterator[Any]:
    """Copies of ``value`` with ``wrong`` in the place of one part of it."""
    for key in value if isinstance(value, dict) else range(len(value)):
        for part in [wrong, *(changed(value[key], wrong) if isinstance(value[key], dict | list) else ())]:
            copy = value.copy()
            copy[key] = part
            yield copy


def decode_json(operation: AnyOperation, document: object) -> Shape:
    request: Shape = json10.decode_request(operation, json.dumps(document).encode())
    return request


@law_of_documents
def json_value_of_another_type_is_refused(operation: AnyOperation, document: Document) -> None:
    complete = decode_json(operation, document)
    for wrong in (["list"], {"a": {"b": 1}}, 0.5, False):
        for broken in changed(document, wrong):
            try:
                request = decode_json(operation, broken)
            except ServiceError:
                continue
            assert request != complete
            understood = "list" in texts(request) or wrong is False or not members_of(operation)
            assert understood or has_attribute_without_type(request)


def has_attribute_without_type(part: object) -> bool:
    """Whether there is a message attribute without a type, which SQS itself refuses when it is sent."""
    if isinstance(part, sqs.MessageAttributeValue | sqs.MessageSystemAttributeValue):
        return part.data_type is None
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    inner = [getattr(part, member.attribute) for member in members(type(part))] if isinstance(part, Shape) else parts
    return any(map(has_attribute_without_type, inner))


@law_of_documents
def json_null_in_a_list_or_map_is_refused(operation: AnyOperation, document: Document) -> None:
    for broken in with_a_null_element(operation.request, document):
        with pytest.raises(ServiceError):
            decode_json(operation, broken)


def with_a_null_element(shape: type[Shape], document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Copies of ``document`` with null in the place of one element of a collection."""
    for member in members(shape):
        if member.form is None:
            continue
        (element,) = document[member.name] if isinstance(member.form, ListForm) else document[member.name].values()
        inner = with_a_null_element(member.type, element) if issubclass(member.type, Shape) else ()
        for broken in [None, *inner]:
            in_map = {"key": broken}
            yield document | {member.name: [broken] if isinstance(member.form, ListForm) else in_map}


@law_of_documents
def unknown_json_members_are_ignored_as_aws_does(operation: AnyOperation, document: Document) -> None:
    assert decode_json(operation, document | {"Unknown": {"any": [1]}}) == decode_json(operation, document)


# -- The tests -------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_form_is_understood_or_refused(operation: AnyOperation) -> None:
    form = complete_form(operation)
    for law in FORM_LAWS:
        law(operation, form)


@pytest.mark.parametrize("operation", SQS, ids=name_of)
def test_json_document_is_understood_or_refused(operation: AnyOperation) -> None:
    for law in DOCUMENT_LAWS:
        law(operation, complete_document(operation.request, count(1_000)))
