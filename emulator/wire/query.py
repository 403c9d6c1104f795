"""The query protocol: form parameters in, XML out. All of SNS speaks it, and older clients of SQS do.

See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html; lists and maps are spelled as the traits
in ``api_shapes`` say.
"""

from collections.abc import Mapping
from typing import Any

from api_shapes import sns, sqs, sts
from api_shapes.operation import Operation, Req, Shape
from emulator.aws.errors import ServiceError
from emulator.wire.form_recipe import recipe_of
from emulator.wire.form_request import read_request
from emulator.wire.xml_elements import element, parent, structure, text, within

XML_NAMESPACES: dict[str, str] = {
    "sqs": sqs.XML_NAMESPACE,
    "sns": sns.XML_NAMESPACE,
    "sts": sts.XML_NAMESPACE,
    "cloudformation": "http://cloudformation.amazonaws.com/doc/2010-05-15/",
}
PROLOGS: dict[str, str] = {"sqs": '<?xml version="1.0"?>', "sns": "", "sts": "", "cloudformation": ""}
# What is before the elements at the top of an answer, and after the last one.
BEGINS: dict[str, str] = {"sqs": "", "sns": "\n", "sts": "\n", "cloudformation": "\n"}


def decode_request(operation: Operation[Req, Any], params: Mapping[str, str]) -> Req:
    """The request in ``params``.

    Unknown parameters are ignored if they are not lists: every request has some, for its signature. Raises
    MalformedInput for any other unknown parameter, and for a value that does not have its member's type;
    MissingParameter (SQS) or ValidationError (SNS) if a required member is absent.
    """
    read = recipe_of(operation.request, tuple(params))
    return read_request(operation.service, operation.request, params) if read is None else read(params)


# The constant parts of the answers to an operation: before the elements of the result, between these and the request
# id, and after the id; what is before the id if the result has no elements; and the ``begin`` of the elements.
Template = tuple[str, str, str, str, str]

_TEMPLATES: dict[Operation[Any, Any], Template] = {}


def _template_of(operation: Operation[Any, Any]) -> Template:
    name, service = operation.name, operation.service
    end = BEGINS[service]
    begin = within(end)
    begin_inside = within(begin)
    opening = f'{PROLOGS[service]}<{name}Response xmlns="{XML_NAMESPACES[service]}">'
    before_id = f"{begin}<ResponseMetadata>{begin_inside}<RequestId>"
    closing = f"</RequestId>{begin}</ResponseMetadata>{end}</{name}Response>{end}"
    if operation.result is None:
        return opening, before_id, closing, opening + before_id, begin_inside
    return (
        f"{opening}{begin}<{name}Result>",
        f"{begin}</{name}Result>{before_id}",
        closing,
        f"{opening}{begin}<{name}Result/>{before_id}",
        begin_inside,
    )


def encode_result(operation: Operation[Any, Any], result: Shape | None, request_id: str) -> bytes:
    """The answer to an action as XML. ``request_id`` has no characters that XML escapes."""
    template = _TEMPLATES.get(operation)
    if template is None:
        template = _TEMPLATES[operation] = _template_of(operation)
    before, between, behind, before_nothing, begin = template
    content = "" if result is None else structure(result, begin)
    if content:
        return f"{before}{content}{between}{request_id}{behind}".encode()
    return f"{before_nothing}{request_id}{behind}".encode()


def encode_error(service: str, error: ServiceError, request_id: str) -> bytes:
    """An error as XML; that of SQS has an empty ``Detail``."""
    end = BEGINS[service]
    begin = within(end)
    begin_inside = within(begin)
    content = (
        f"{begin_inside}{element('Type', error.fault)}"
        f"{begin_inside}{element('Code', text(error.code))}"
        f"{begin_inside}{element('Message', text(error.query_message))}"
    ) + ("<Detail/>" if service == "sqs" else "")
    return (
        f'{PROLOGS[service]}<ErrorResponse xmlns="{XML_NAMESPACES[service]}">{parent("Error", content, begin)}'
        f"{begin}{element('RequestId', text(request_id))}{end}</ErrorResponse>{end}"
    ).encode()
