"""What a filter policy means, written to be read rather than to be fast.

It follows AWS's pages and the description of its open engine, takes policies that are known to be
valid, and shares no code with the emulator. Tests compare the two.
"""

import ipaddress
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

Value = Any  # JSON, its numbers as Fractions
Policy = dict[str, Any]

RESERVED = {
    *("exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"),
    *("=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-before"),
    *("date-on-or-after", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range"),
}


class SentAttribute(NamedTuple):
    """A message attribute as a publisher sends it."""

    data_type: str
    string_value: str | None = None
    binary_value: bytes | None = None


class Field(NamedTuple):
    """A scalar of the message: its dotted path, and for each array above it which element it is in."""

    path: str
    value: Value
    elements: dict[str, int]


def load(text: str) -> Value:
    """JSON with numbers as they are compared."""
    return json.loads(text, parse_int=number, parse_float=number)


def number(text: str) -> Fraction:
    """A number, rounded to the sixth digit behind the point."""
    return Fraction(round(Fraction(text) * 10**6), 10**6)


def body_matches(policy_text: str, message: str) -> bool:
    policy = load(policy_text)
    if not policy:
        return True
    try:
        body = load(message)
    except ValueError:
        return False
    return isinstance(body, dict) and fields_match(policy, list(fields_of(body, [], "", {})))


def attributes_match(policy_text: str, attributes: Mapping[str, SentAttribute]) -> bool:
    policy = load(policy_text)
    if not policy:
        return True
    fields = []
    for name, attribute in attributes.items():
        values = attribute_values(attribute)
        if values is None:
            return False
        fields += [Field(name, value, {}) for value in values or []]
    has_attributes = any(not attribute.data_type.startswith("Binary") for attribute in attributes.values())
    return fields_match(policy, fields, absence_counts=has_attributes)


def attribute_values(attribute: SentAttribute) -> list[Value] | None:
    text = attribute.string_value or ""
    if attribute.data_type == "String.Array":
        try:
            elements = load(text)
        except ValueError:
            return None
        if isinstance(elements, dict):
            return None
        elements = elements if isinstance(elements, list) else [elements]
        return [element for element in elements if not isinstance(element, list | dict)]
    if attribute.data_type.startswith("Binary"):
        return []
    if attribute.data_type.startswith("Number"):
        return [number(text)]
    try:
        return [json.loads(f'"{text}"')]
    except ValueError:
        return None


def fields_of(value: Value, names: list[str], place: str, elements: dict[str, int]) -> Iterator[Field]:
    """Every scalar of a body. ``place`` tells one array from another."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from fields_of(member, [*names, name], f"{place}/{name!r}", elements)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            inside = {**elements, place: index} if isinstance(element, list | dict) else elements
            yield from fields_of(element, names, f"{place}/{index}", inside)
    else:
        yield Field(".".join(names), value, elements)


def fields_match(policy: Policy, fields: list[Field], absence_counts: bool = True) -> bool:
    return any(
        choose(sorted(alternative.items()), fields, {}, absence_counts)
        for alternative in alternatives_of(policy, "", [{}])
    )


def alternatives_of(policy: Policy, prefix: str, so_far: list[dict[str, list[Any]]]) -> list[dict[str, list[Any]]]:
    """The policy without "$or" and nesting: a list of mappings from dotted path to conditions."""
    for name, asked in policy.items():
        if name == "$or" and is_choice(asked):
            so_far = [joined for choice in asked for joined in alternatives_of(choice, prefix, so_far)]
        elif isinstance(asked, dict):
            so_far = alternatives_of(asked, f"{prefix}{name}.", so_far)
        else:
            so_far = [{**alternative, prefix + name: asked} for alternative in so_far]
    return so_far


def is_choice(asked: Any) -> bool:
    return (
        isinstance(asked, list)
        and len(asked) >= 2
        and all(isinstance(choice, dict) for choice in asked)
        and not any(name in RESERVED for choice in asked for name in choice)
    )


def choose(
    rules: list[tuple[str, list[Any]]], fields: list[Field], elements: dict[str, int], absence_counts: bool
) -> bool:
    """Tries every field for the first rule, then every field for the second that is consistent, and so on."""
    if not rules:
        return True
    (path, conditions), *others = rules
    consistent = [field for field in fields if field.path == path and agree(field.elements, elements)]
    for field in consistent:
        if any(holds(condition, field.value) for condition in conditions) and choose(
            others, fields, {**elements, **field.elements}, absence_counts
        ):
            return True
    absent = not consistent and absence_counts and {"exists": False} in conditions
    return absent and choose(others, fields, elements, absence_counts)


def agree(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(other.get(array, index) == index for array, index in one.items())


def holds(condition: Any, value: Value) -> bool:
    if not isinstance(condition, dict):
        return same(condition, value)
    ((operator, argument),) = condition.items()
    if operator == "exists":
        return bool(argument) and value is not None and value != ""
    if operator == "anything-but":
        return not excluded(argument, value)
    if operator == "numeric":
        return is_number(value) and all(
            compare(argument[at], value, argument[at + 1]) for at in range(0, len(argument), 2)
        )
    if not isinstance(value, str):
        return False
    if operator == "prefix":
        return bool(value[: len(argument)] == argument)
    if operator == "suffix":
        return len(value) >= len(argument) and value[len(value) - len(argument) :] == argument
    if operator == "equals-ignore-case":
        return bool(value.lower() == argument.lower())
    if operator == "wildcard":
        return fits(argument, value)
    assert operator == "cidr"
    return in_network(argument, value)


def excluded(argument: Any, value: Value) -> bool:
    """Whether an anything-but names the value."""
    if isinstance(argument, dict):
        ((operator, patterns),) = argument.items()
        patterns = patterns if isinstance(patterns, list) else [patterns]
        return any(holds({operator: pattern}, value) for pattern in patterns)
    values = argument if isinstance(argument, list) else [argument]
    return any(same(each, value) for each in values)


def is_number(value: Value) -> bool:
    return isinstance(value, Fraction)


def same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and one == other


def compare(operator: str, value: Fraction, bound: Fraction) -> bool:
    if operator == "=":
        return value == bound
    if operator == "<":
        return value < bound
    if operator == "<=":
        return value <= bound
    if operator == ">":
        return value > bound
    return value >= bound


def fits(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits(pattern[1:], text[at:]) for at in range(len(text) + 1))
    if pattern[0] == "\\":
        pattern = pattern[1:]
    return text[:1] == pattern[0] and fits(pattern[1:], text[1:])


def in_network(network: str, text: str) -> bool:
    base_text, bits = network.split("/")
    try:
        base, address = ipaddress.ip_address(base_text), ipaddress.ip_address(text)
    except ValueError:
        return False
    shift = base.max_prefixlen - int(bits)
    return base.version == address.version and int(base) >> shift == int(address) >> shift
