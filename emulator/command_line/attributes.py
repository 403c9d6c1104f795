"""Message attributes as people write them: ``NAME=VALUE``, ``NAME:Number=5``, ``NAME:Binary=aGVsbG8=``."""

import re
from collections.abc import Mapping

import click

_ATTRIBUTE = re.compile(r"([\w.-]+)(?::([A-Za-z]+(?:\.[^=]*)?))?=(.*)", re.DOTALL)

Attributes = Mapping[str, Mapping[str, str]]  # in the form of SendMessage


def read(values: tuple[str, ...]) -> Attributes:
    """Raises BadParameter if a text has another form, or two have one name."""
    attributes: dict[str, Mapping[str, str]] = {}
    for text in values:
        found = _ATTRIBUTE.fullmatch(text)
        if found is None:
            raise click.BadParameter(f"{text!r}: NAME=VALUE is wanted, or with a type NAME:Number=5.")
        name, kind, value = found[1], found[2] or "String", found[3]
        if name in attributes:
            raise click.BadParameter(f"the attribute {name} is given twice.")
        member = "BinaryValue" if kind.startswith("Binary") else "StringValue"
        attributes[name] = {"DataType": kind, member: value}
    return attributes


def as_form(attributes: Attributes) -> dict[str, str]:
    """The attributes as parameters of SNS's Publish."""
    form = {}
    for number, (name, value) in enumerate(attributes.items(), 1):
        prefix = f"MessageAttributes.entry.{number}"
        form[f"{prefix}.Name"] = name
        form |= {f"{prefix}.Value.{member}": text for member, text in value.items()}
    return form
