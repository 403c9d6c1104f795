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
from emulator.wire.xml_elements import element, structure, text

XML_NAMESPACES: dict[str, str] = {
    "sqs": sqs.XML_NAMESPACE,
    "sns": sns.XML_NAMESPACE,
    "sts": sts.XML_NAMESPACE,
    "cloudformation": "http://cloudformation.amazonaws.com/doc/2010-05-15/",
}
PROLOGS: dict[str, str] = {"sqs": '<?xml version="1.0"?>', "sns": "", "sts": "", "cloudformation": ""}


def decode_request(operation: Operation[Req, Any], params: Mapping[str, str]) -> Req:
    """The request in ``params``.

    Unknown parameters are ignored if they are not lists: every request has some, for its signature. Raises
    MalformedInput for any other unknown parameter, and for a value that does not have its member's type;
    MissingParameter (SQS) or ValidationError (SNS) if a required member is absent.
    """
    read = recipe_of(operation.request, tuple(params))
    return read_request(operation.service, operation.request, params) if read is None else read(params)


# The constant parts of the answers to an operation: before the elements of the result, between these and the request
# id, and after the id; and what is before the id if the result has no elements.
Template = tuple[str, str, str, str]

_TEMPLATES: dict[Operation[Any, Any], Template] = {}


def _template_of(operation: Operation[Any, Any]) -> Template:
    name, service = operation.name, operation.service
    opening = f'{PROLOGS[service]}<{name}Response xmlns="{XML_NAMESPACES[service]}">'
    before_id, closing = "<ResponseMetadata><RequestId>", f"</RequestId></ResponseMetadata></{name}Response>"
    if operation.result is None:
        return opening, before_id, closing, opening + before_id
    return (
        f"{opening}<{name}Result>",
        f"</{name}Result>{before_id}",
        closing,
        f"{opening}<{name}Result/>{before_id}",
    )


def encode_result(operation: Operation[Any, Any], result: Shape | None, request_id: str) -> bytes:
    """The answer to an action as XML. ``request_id`` has no characters that XML escapes."""
    template = _TEMPLATES.get(operation)
    if template is None:
        template = _TEMPLATES[operation] = _template_of(operation)
    before, between, behind, before_nothing = template
    content = "" if result is None else structure(result)
    if content:
        return f"{before}{content}{between}{request_id}{behind}".encode()
    return f"{before_nothing}{request_id}{behind}".encode()


def encode_error(service: str, error: ServiceError, request_id: str) -> bytes:
    """An error as XML; that of SQS has an empty ``Detail``."""
    content = (
        element("Type", error.fault)
        + element("Code", text(error.code))
        + element("Message", text(error.query_message))
        + ("<Detail/>" if service == "sqs" else "")
    )
    return (
        f'{PROLOGS[service]}<ErrorResponse xmlns="{XML_NAMESPACES[service]}"><Error>{content}</Error>'
        f"<RequestId>{text(request_id)}</RequestId></ErrorResponse>"
    ).encode()
