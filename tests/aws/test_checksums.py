"""Digests that AWS answered with."""

from collections.abc import Mapping
from hashlib import md5

import pytest

from emulator.aws.checksums import md5_of_attributes, md5_of_body
from emulator.aws.message_attribute import MessageAttribute, attributes_size


def string(value: str) -> MessageAttribute:
    return MessageAttribute("String", value)


@pytest.mark.parametrize(
    ("attributes", "digest"),
    [
        ({"k": string("x")}, "a45daa70926828a2f0a1db3418e6feb4"),
        ({"Foo": string("Bar")}, "ae7155c6026991b6d54b11589678bf9c"),
        ({"timestamp": MessageAttribute("Number", "1493147359900")}, "235c5c510d26fb653d073faed50ae77c"),
        ({"Hello": string("There")}, "a311262e065454b75da111d535b8dacd"),
        (
            {"Help.Me": string("Me"), "Hello": string("There"), "General": string("Kenobi")},
            "4c360f3fdafd970e05fae2f149d997f5",
        ),
        (
            {
                "attr1": MessageAttribute(
                    "Binary",
                    binary_value=b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
                )
            },
            "8cbe4db156db8a94db8b801b7addb984",
        ),
    ],
)
def test_attribute_digest_is_the_one_aws_computes(attributes: Mapping[str, MessageAttribute], digest: str) -> None:
    assert md5_of_attributes(attributes) == digest


def test_without_attributes_there_is_no_digest() -> None:
    assert md5_of_attributes({}) is None


def test_the_custom_label_of_a_type_is_part_of_the_digest() -> None:
    plain = md5_of_attributes({"n": MessageAttribute("Number", "1")})
    assert md5_of_attributes({"n": MessageAttribute("Number.int", "1")}) != plain


def test_a_binary_type_with_a_label_is_still_binary() -> None:
    labelled = MessageAttribute("Binary.png", binary_value=b"x")
    expected = b"\0\0\0\1n" + b"\0\0\0\x0aBinary.png" + b"\2" + b"\0\0\0\1x"
    assert md5_of_attributes({"n": labelled}) == md5(expected).hexdigest()


def test_the_body_digest_is_that_of_its_utf_8_bytes() -> None:
    assert md5_of_body("message-1").hex() == "3d6b824fd8c1520e9a047d21fee6fb1f"
    assert md5_of_body("ü") == md5(b"\xc3\xbc").digest()


def test_an_attribute_counts_with_name_type_and_value_in_bytes() -> None:
    assert attributes_size({"k": string("x")}) == 8
    assert attributes_size({"ü": MessageAttribute("Binary.ß", binary_value=b"123")}) == 2 + 9 + 3
