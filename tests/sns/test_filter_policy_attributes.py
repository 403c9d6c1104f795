"""Policies over message attributes."""

import json

import pytest

from emulator.sns.filter_policy import compile_policy
from tests.sns.reference_matcher import SentAttribute


def text(value: str) -> SentAttribute:
    return SentAttribute("String", value)


def number(value: str) -> SentAttribute:
    return SentAttribute("Number", value)


def array(value: object) -> SentAttribute:
    return SentAttribute("String.Array", json.dumps(value))


BINARY = SentAttribute("Binary", None, b"x")


def matches(policy: str, **attributes: SentAttribute) -> bool:
    return compile_policy(policy, "MessageAttributes").matches("", attributes)


def test_every_key_must_match() -> None:
    policy = '{"store":["corp"],"price":[{"numeric":[">",100]}]}'

    assert matches(policy, store=text("corp"), price=number("100.5"), other=text("ignored"))
    assert not matches(policy, store=text("corp"), price=number("100"))
    assert not matches(policy, store=text("corp"))
    assert not matches(policy)


def test_names_are_case_sensitive() -> None:
    assert not matches('{"store":["corp"]}', Store=text("corp"))


def test_a_number_in_range_passes_and_one_outside_does_not() -> None:
    policy = '{"attr":[{"numeric":[">",0,"<=",100]}]}'

    assert matches(policy, attr=number("99"))
    assert not matches(policy, attr=number("111"))
    assert not matches(policy, attr=text("99"))
    assert not matches(policy)


@pytest.mark.parametrize("value", ["301.5", "3.015e2", "+301.50", "3015E-1"])
def test_numbers_are_compared_by_value(value: str) -> None:
    assert matches('{"price":[301.5]}', price=number(value))
    assert matches('{"price":[{"numeric":["=",301.5]}]}', price=number(value))
    assert not matches('{"price":[{"anything-but":301.5}]}', price=number(value))
    assert not matches(f'{{"price":["{value}"]}}', price=number(value))


def test_null_does_not_stand_for_a_missing_attribute() -> None:
    policy = '{"attr":[null,{"anything-but":"whatever"}]}'

    assert not matches(policy)
    assert not matches(policy, other=text("x"))
    assert not matches(policy, attr=text("whatever"))
    assert matches(policy, attr=text("something"))
    assert matches('{"attr":[null]}', attr=array([None]))


def test_elements_of_an_array_are_tried_one_by_one() -> None:
    policy = '{"interests":["rugby",5,true,null]}'

    for element in ["rugby", 5, 5.0, True, None]:
        assert matches(policy, interests=array(["golf", element]))
    assert not matches(policy, interests=array(["golf", "5", "true", False, 6]))
    assert not matches(policy, interests=array([]))


def test_conditions_may_be_met_by_different_elements_of_one_array() -> None:
    assert matches('{"tags":[{"anything-but":["rugby","tennis"]}]}', tags=array(["rugby", "baseball"]))
    assert not matches('{"tags":[{"anything-but":["rugby","tennis"]}]}', tags=array(["rugby", "tennis"]))


def test_an_array_of_numbers_is_one_too() -> None:
    assert matches('{"price":[{"anything-but":[100,500]}]}', price=SentAttribute("Number.Array", "[100, 50]"))


def test_an_array_in_a_plain_string_is_but_a_string() -> None:
    assert not matches('{"tags":["rugby"]}', tags=text(r"[\"rugby\"]"))
    assert not matches('{"tags":[5]}', tags=text("[5]"))
    assert matches('{"tags":["[5]"]}', tags=text("[5]"))


def test_objects_and_arrays_within_an_array_offer_nothing() -> None:
    assert matches('{"tags":["x"]}', tags=array([{"tags": "y"}, ["z"], "x"]))
    assert not matches('{"tags":["y","z"]}', tags=array([{"tags": "y"}, ["z"], "x"]))
    assert not matches('{"tags":[{"anything-but":"x"},{"exists":true}]}', tags=array([{"tags": "y"}, ["z"]]))


@pytest.mark.parametrize("value", ["[", "rugby", '{"a":"rugby"}', "[NaN]", "", "[1e99999999999999999999]"])
def test_a_malformed_array_rejects_the_message(value: str) -> None:
    malformed = SentAttribute("String.Array", value)

    for condition in ('"rugby"', '{"anything-but":"x"}', '{"exists":true}', '{"exists":false}'):
        assert not matches(f'{{"tags":[{condition}]}}', tags=malformed, other=text("x"))
    assert not matches('{"$or":[{"tags":["rugby"]},{"other":["x"]}]}', tags=malformed, other=text("x"))


def test_a_malformed_array_rejects_the_message_where_the_policy_does_not_name_it_too() -> None:
    assert not matches('{"other":["x"]}', tags=SentAttribute("String.Array", "["), other=text("x"))
    assert matches("{}", tags=SentAttribute("String.Array", "["))


@pytest.mark.parametrize(
    ("value", "condition"), [("100", "100"), ('"rugby"', '"rugby"'), ("true", "true"), ("null", "null")]
)
def test_a_bare_value_counts_as_an_array_of_one(value: str, condition: str) -> None:
    assert matches(f'{{"tags":[{condition}]}}', tags=SentAttribute("String.Array", value))
    assert not matches('{"tags":["tennis"]}', tags=SentAttribute("String.Array", value))


@pytest.mark.parametrize("value", ['say "x"', '"', "C:\\home", "x\\", "\\u12", "a\tb", "a\nb", "a\rb", "a\x00b"])
@pytest.mark.parametrize("data_type", ["String", "String.label"])
def test_a_text_that_breaks_json_rejects_the_message_for_every_policy(data_type: str, value: str) -> None:
    broken = SentAttribute(data_type, value)

    for policy in ('{"a":[{"exists":true}]}', '{"a":[{"anything-but":"x"}]}', '{"other":["x"]}'):
        assert not matches(policy, a=broken, other=text("x"))
    assert matches("{}", a=broken)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ('say \\"x\\"', 'say "x"'),
        ("C:\\\\home", "C:\\home"),
        ("a\\tb", "a\tb"),
        ("a\\nb", "a\nb"),
        ("\\u00e4\\/", "ä/"),
        ("a\x7fb", "a\x7fb"),
    ],
)
def test_a_text_is_compared_without_its_escapes(value: str, meant: str) -> None:
    assert matches(json.dumps({"a": [meant]}), a=text(value))
    assert (value == meant) is matches(json.dumps({"a": [value]}), a=text(value))
    assert not matches(json.dumps({"a": [{"anything-but": meant}]}), a=text(value))


def test_binary_attributes_break_nothing() -> None:
    assert matches('{"a":["x"]}', a=text("x"), b=SentAttribute("Binary", None, b'"\\'))


@pytest.mark.parametrize("condition", ["100.123456789", '{"numeric":["=",100.123456789]}'])
def test_numbers_are_compared_up_to_the_sixth_digit_behind_the_point(condition: str) -> None:
    policy = f'{{"price":[{condition}]}}'

    assert matches(policy, price=number("100.1234567"))
    assert matches(policy, price=array([1, 100.1234567]))
    assert not matches(policy, price=number("100.1234561"))
    assert not matches(policy, price=array([1, 100.1234561]))


def test_a_number_is_anything_but_one_that_differs_up_to_the_sixth_digit() -> None:
    for condition in ("100.123456789", "[1,100.123456789]"):
        policy = f'{{"price":[{{"anything-but":{condition}}}]}}'
        assert not matches(policy, price=number("100.1234567"))
        assert matches(policy, price=number("100.1234561"))


def test_bounds_of_a_range_are_compared_up_to_the_sixth_digit() -> None:
    policy = '{"price":[{"numeric":[">",-0.0000001,"<=",1.0000001]}]}'

    assert matches(policy, price=number("1.00000049"))
    assert not matches(policy, price=number("1.0000009"))
    assert not matches(policy, price=number("-0.0000002"))
    assert not matches(policy, price=number("0.0000002"))


def test_large_numbers_are_compared_exactly() -> None:
    assert matches('{"id":[123456789012345678901234567890]}', id=number("123456789012345678901234567890"))
    assert not matches('{"id":[123456789012345678901234567890]}', id=number("123456789012345678901234567891"))
    assert matches('{"id":[1e400]}', id=number("1e400"))
    assert not matches('{"id":[{"numeric":["<",0]}]}', id=number("1e999999"))


@pytest.mark.parametrize("value", ["abc", "NaN", "Infinity"])
def test_a_number_that_is_none_rejects_the_message(value: str) -> None:
    assert not matches('{"price":[{"anything-but":1}]}', price=number(value))


def test_custom_labels_do_not_change_the_type() -> None:
    assert matches('{"a":["x"],"b":[1]}', a=SentAttribute("String.name", "x"), b=SentAttribute("Number.int", "1"))


def test_binary_attributes_are_ignored() -> None:
    assert not matches('{"a":[{"exists":true}]}', a=BINARY)
    assert not matches('{"a":[{"anything-but":"x"}]}', a=BINARY)
    assert matches('{"a":[{"exists":false}]}', a=BINARY, b=text("x"))


def test_absence_is_matched_only_in_a_message_that_has_attributes() -> None:
    policy = '{"store":[{"exists":false}]}'

    assert matches(policy, other=text("x"))
    assert not matches(policy, store=text("x"), other=text("x"))
    assert not matches(policy)
    assert not matches(policy, other=BINARY)
    assert matches(policy, other=array([]))


def test_existence_needs_a_value() -> None:
    policy = '{"store":[{"exists":true}]}'

    assert matches(policy, store=text("x"))
    assert matches(policy, store=number("0"))
    assert matches(policy, store=array([None, False]))
    assert not matches(policy, store=array([None]))
    assert not matches(policy, store=array([]))
    assert not matches(policy, other=text("x"))


def test_an_attribute_with_dots_in_its_name_is_matched_by_that_name() -> None:
    assert matches('{"a.b":["x"]}', **{"a.b": text("x")})


def test_an_empty_policy_accepts_everything() -> None:
    assert matches("{}")
    assert matches(" { } ", a=text("x"))


def test_the_scope_decides_what_is_matched() -> None:
    attributes = {"a": text("x")}
    by_attributes = compile_policy('{"a":["x"]}', "MessageAttributes")
    by_body = compile_policy('{"a":["x"]}', "MessageBody")

    assert (by_attributes.scope, by_attributes.text) == ("MessageAttributes", '{"a":["x"]}')
    assert by_attributes.matches('{"a":"y"}', attributes)
    assert not by_attributes.matches('{"a":"x"}', {})
    assert by_body.matches('{"a":"x"}', {})
    assert not by_body.matches('{"a":"y"}', attributes)
