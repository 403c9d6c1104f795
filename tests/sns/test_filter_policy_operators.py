"""What each operator accepts. Every case is a value of a body, which can be of any JSON type."""

import json
from typing import Any

import pytest

from emulator.sns.filter_policy import compile_policy


def accepts(condition: str, value: str) -> bool:
    """Whether the one condition, as JSON, accepts the value, as JSON."""
    return compile_policy(f'{{"key":[{condition}]}}', "MessageBody").matches(f'{{"key":{value}}}', {})


def texts(*values: str) -> list[str]:
    return [json.dumps(value) for value in values]


@pytest.mark.parametrize(
    ("condition", "accepted", "refused"),
    [
        ('"rugby"', texts("rugby"), [*texts("Rugby", "rugby ", ""), "1", "null"]),
        ('""', texts(""), [*texts(" "), "null", "[]"]),
        ("1", ["1", "1.0", "10e-1"], ['"1"', "true", "2"]),
        ("301.5", ["301.5", "3.015e2", "301.500", "301.50000000000001"], ["301.500001", '"301.5"']),
        ("0.1", ["0.1", "1e-1", "0.1000000000000000055511151231257827"], ["0.100001"]),
        ("0", ["0", "-0", "0.0"], ["false", "null", '""']),
        ("true", ["true"], ["false", '"true"', "1"]),
        ("false", ["false"], ["true", "0", "null"]),
        ("null", ["null"], ["[]", "{}", '""', '"null"', "0", "false"]),
        ('{"prefix":"bas"}', texts("baseball", "bas"), [*texts("Baseball", "ba", "xbas"), "1", "null"]),
        ('{"prefix":""}', texts("", "x"), ["1", "null"]),
        ('{"suffix":"ball"}', texts("baseball", "ball"), [*texts("ballet", "BALL"), "null"]),
        ('{"equals-ignore-case":"Tennis"}', texts("tennis", "TENNIS", "Tennis"), [*texts("tenni"), "1"]),
        ('{"equals-ignore-case":"ÉTÉ"}', texts("été"), texts("ete")),
        ('{"equals-ignore-case":"STRASSE"}', texts("strasse"), texts("straße", "STRAẞE")),
        ('{"equals-ignore-case":"straße"}', texts("STRAßE", "STRAẞE"), texts("STRASSE", "strasse")),
        ('{"equals-ignore-case":"ǅ"}', texts("Ǆ", "ǆ"), texts("DŽ", "dž")),
        ('{"anything-but":{"equals-ignore-case":"STRASSE"}}', texts("straße"), texts("Strasse")),
        ("100.123456789", ["100.1234567"], ["100.1234561"]),
        ('{"anything-but":[100.123456789]}', ["100.1234561"], ["100.1234567"]),
        ('{"numeric":["<",100.123456789]}', ["100.1234561"], ["100.1234567"]),
        ('{"wildcard":"*ball"}', texts("ball", "baseball"), [*texts("ballet"), "1"]),
        ('{"wildcard":"a*b"}', texts("ab", "a*b", "axxb", "abab"), texts("a", "b", "abx", "xab", "ba")),
        ('{"wildcard":"ab*ba"}', texts("abba", "abxba"), texts("aba", "ab", "ba")),
        ('{"wildcard":"a*b*c"}', texts("abc", "axbxc", "abbc", "abcbc"), texts("acb", "ac", "abcx")),
        ('{"wildcard":"*ab*b"}', texts("abb", "xabxb"), texts("ab", "xab")),
        ('{"wildcard":"*ab*ab*"}', texts("abab", "xabxabx"), texts("ab", "aab", "aba")),
        ('{"wildcard":"*"}', texts("", "x", "\n"), ["1", "null", "true"]),
        ('{"wildcard":"x"}', texts("x"), texts("xx", "")),
        (r'{"wildcard":"a\\*b"}', texts("a*b"), texts("ab", "axb", r"a\*b")),
        (r'{"wildcard":"a\\\\*"}', texts("a\\", "a\\b"), texts("a", "a*")),
        ('{"anything-but":"x"}', [*texts("y", "X", ""), "1", "null", "false"], texts("x")),
        ('{"anything-but":["x","y"]}', [*texts("z", "xy"), "0"], texts("x", "y")),
        ('{"anything-but":100}', ["101", "100.1", '"100"', "null"], ["100", "1e2"]),
        ('{"anything-but":[100,500]}', ["101", '"500"', "true"], ["100.0", "500"]),
        ('{"anything-but":1}', ["true"], ["1"]),
        ('{"anything-but":{"prefix":"order-"}}', [*texts("data-entry", "order_number"), "1"], texts("order-cancelled")),
        ('{"anything-but":{"prefix":["a","b"]}}', texts("c", ""), texts("a1", "b")),
        ('{"anything-but":{"suffix":"ball"}}', [*texts("ballet"), "null"], texts("baseball")),
        ('{"anything-but":{"suffix":["a","b"]}}', texts("ac"), texts("xa", "b")),
        ('{"anything-but":{"wildcard":"*/lib/*"}}', [*texts("/usr/bin/x"), "1"], texts("/usr/lib/x")),
        ('{"anything-but":{"wildcard":["x*","*y"]}}', texts("yx", "z"), texts("x", "zy")),
        ('{"anything-but":{"equals-ignore-case":"Tennis"}}', [*texts("golf"), "1"], texts("TENNIS", "tennis")),
        ('{"anything-but":{"equals-ignore-case":["A","b"]}}', texts("c"), texts("a", "B")),
        ('{"numeric":["=",301.5]}', ["301.5", "3.015e2"], ["301.4", '"301.5"', "null", "true"]),
        ('{"numeric":["<",0]}', ["-1", "-0.00001"], ["0", "1", "false"]),
        ('{"numeric":["<=",0]}', ["0", "-1"], ["0.00001"]),
        ('{"numeric":[">",0]}', ["0.00001"], ["0", "-1", "true"]),
        ('{"numeric":[">=",0]}', ["0", "1"], ["-0.00001"]),
        ('{"numeric":[">",0,"<=",150]}', ["0.1", "150"], ["0", "150.00001", '"10"']),
        ('{"numeric":[">=",0,"<",150]}', ["0", "149.99999"], ["-1", "150"]),
        ('{"numeric":[">",0]}', ["1e400", "9" * 5000], ["-1e400"]),
        ('{"exists":true}', [*texts("x"), "0", "false", '["x"]', '[null,"x"]'], ["null", '""', "[]", "{}", "[null]"]),
        ('{"exists":false}', ["[]", "{}", "[[]]"], [*texts("x", ""), "null", "false", "[null]"]),
        ('{"cidr":"10.0.0.0/24"}', texts("10.0.0.0", "10.0.0.255"), [*texts("10.0.1.0", "10.0.0.256", "x", ""), "10"]),
        ('{"cidr":"10.0.0.7/8"}', texts("10.0.0.0", "10.255.0.1"), texts("11.0.0.0", "::ffff:10.0.0.1")),
        ('{"cidr":"10.1.2.3/32"}', texts("10.1.2.3"), texts("10.1.2.4")),
        (
            '{"cidr":"2001:db8:1234:1a00::/64"}',
            texts("2001:0db8:1234:1a00:0000:0000:0000:0000", "2001:db8:1234:1a00::1", "2001:DB8:1234:1A00::F"),
            texts("2001:0db8:1234:1a01::", "2001:db8:1234:1a00::1%eth0", "10.0.0.1"),
        ),
    ],
)
def test_operator_accepts_and_refuses(condition: str, accepted: list[str], refused: list[str]) -> None:
    assert [value for value in accepted if not accepts(condition, value)] == []
    assert [value for value in refused if accepts(condition, value)] == []


def test_conditions_of_one_key_are_alternatives() -> None:
    condition = '"x",{"prefix":"y"},5,null,{"numeric":[">",100]}'

    assert all(accepts(condition, value) for value in ['"x"', '"yes"', "5", "null", "101"])
    assert not any(accepts(condition, value) for value in ['"z"', "6", '"5"', "true"])


def test_anything_but_asks_for_presence_unless_absence_is_allowed_beside_it() -> None:
    alone = compile_policy('{"key":[{"anything-but":"x"}]}', "MessageBody")
    beside = compile_policy('{"key":[{"anything-but":"x"},{"exists":false}]}', "MessageBody")

    assert not alone.matches('{"other":1}', {})
    assert beside.matches('{"other":1}', {})
    assert not beside.matches('{"key":"x"}', {})


@pytest.mark.parametrize("value", [["rugby", "baseball"], ["baseball"], [["rugby"], ["golf"]]])
def test_an_array_passes_anything_but_if_one_element_is_not_listed(value: Any) -> None:
    assert accepts('{"anything-but":["rugby","tennis"]}', json.dumps(value))


def test_an_array_of_listed_values_alone_fails_anything_but() -> None:
    assert not accepts('{"anything-but":["rugby","tennis"]}', '["rugby","tennis"]')


def test_a_long_text_is_matched_against_a_wildcard_in_no_time() -> None:
    assert not accepts('{"wildcard":"*ab*ac*"}', json.dumps("ab" * 100_000))
