"""What is computed of the text of a message, for every message that is sent or received.

``Content`` is a struct, whose module mypyc does not compile; this one is compiled.
"""

from msgspec.structs import force_setattr

from emulator.aws.checksums import md5_of_body
from emulator.aws.message_attribute import attributes_size, utf8_length
from emulator.sqs.message_content import Content


def body_of(content: Content) -> str:
    """The body, which is rendered now where it is a recipe."""
    source = content.source
    return source if isinstance(source, str) else source.render()


def body_md5_of(content: Content) -> str:
    """The hex digest of the body, which is computed once."""
    digest = content.body_md5
    if digest is None:
        digest = md5_of_body(body_of(content))
        force_setattr(content, "body_md5", digest)
    return digest.hex()


def size_of(content: Content) -> int:
    """Bytes that count against MaximumMessageSize: the UTF-8 body and the message attributes."""
    body, attributes = body_of(content), content.attributes
    size = len(body) if body.isascii() else utf8_length(body)
    return size + attributes_size(attributes) if attributes else size
