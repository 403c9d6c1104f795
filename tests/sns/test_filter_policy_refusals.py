"""What AWS refuses in a policy, in its words. Columns are where AWS's parser stood."""

import json

import pytest

from emulator.sns.filter_policy import FilterPolicyError, Scope, compile_policy


def refusal(text: str, scope: Scope = "MessageAttributes") -> str:
    with pytest.raises(FilterPolicyError) as caught:
        compile_policy(text, scope)
    return caught.value.detail


def located(message: str, text: str, column: int) -> str:
    return f'{message}\n at [Source: (String)"{text}"; line: 1, column: {column}]'


# As AWS answered, character for character but for the names of keys.
@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ('{"hue":[["teal"]]}', "Match value must be String, number, true, false, or null", 10),
        ('{"hue":[{"looks-like":true}]}', "Unrecognized match type looks-like", 27),
        ('{"hue":[{"suffix":"teal","prefix":"teal2"}]}', "Only one key allowed in match expression", 36),
        ('{"hue":[{"exists":null}]}', "exists match pattern must be either true or false.", 23),
        ('{"hue":[{"exists":"no"}]}', "exists match pattern must be either true or false.", 20),
        ('{"hue":[{"anything-but":{"looks-like":null}}]}', "Unsupported anything-but pattern: looks-like", 43),
        ('{"hue":[{"anything-but":{"exists":false}}]}', "Unsupported anything-but pattern: exists", 40),
        ('{"hue":[{"anything-but":{"prefix":false}}]}', "prefix match pattern must be a string", 40),
    ],
)
def test_recorded_refusals_are_repeated_with_their_column(text: str, message: str, column: int) -> None:
    assert refusal(text) == located(message, text, column)


def test_malformed_json_is_refused_without_echoing_the_policy() -> None:
    assert refusal("{broken") == (
        "failed to parse JSON. Unexpected character ('b' (code 98)): was expecting double-quote to start field name\n"
        " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
    )


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "Unexpected end-of-input", 1),
        ("  ", "Unexpected end-of-input", 1),
        ("{", "Unexpected end-of-input: was expecting double-quote to start field name", 2),
        ('{"a', "Unexpected end-of-input: was expecting closing quote for a string value", 4),
        ('{"a\\', "Unexpected end-of-input: was expecting closing quote for a string value", 4),
        ('{"a"', "Unexpected end-of-input: was expecting a colon to separate field name and value", 5),
        ('{"a" 1', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 5),
        ('{"a":[1 2]}', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 9),
        ('{"a":[1]]', "Unexpected character (']' (code 93)): was expecting comma to separate Object entries", 9),
        ('{"a":[1],}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 10),
        ('{"a":[1]} ,', "Unexpected character (',' (code 44)): expected end of content", 10),
        ('{"a":["\\q"]}', "Unrecognized character escape 'q' (code 113)", 8),
        (
            '{"a":["\t"]}',
            "Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash "
            "to be included in string value",
            8,
        ),
        (
            '{"a":[NaN]}',
            "Unrecognized token 'NaN': was expecting (JSON String, Number, Array, Object or token "
            "'null', 'true' or 'false')",
            10,
        ),
        (
            "invalid",
            "Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token "
            "'null', 'true' or 'false')",
            8,
        ),
        (
            '{"a":[–1]}',  # noqa: RUF001 - a dash which is no minus sign
            "Unexpected character ('–' (code 8211 / 0x2013)): expected a valid value (JSON String, Number, Array, "  # noqa: RUF001
            "Object or token 'null', 'true' or 'false')",
            7,
        ),
        ('{"a":[1e99999999999999999999]}', "Numeric value (1e99999999999999999999) out of range", 29),
    ],
)
def test_malformed_json_is_refused_in_the_words_of_the_parser(text: str, message: str, column: int) -> None:
    place = f"REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {column}"
    assert refusal(text) == f"failed to parse JSON. {message}\n at [Source: {place}]"


def test_an_unclosed_array_is_refused_with_the_place_where_it_began() -> None:
    redacted = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
    assert refusal('{"a":["b"') == (
        "failed to parse JSON. Unexpected end-of-input: expected close marker for Array "
        f"(start marker at [Source: {redacted}; line: 1, column: 6])\n at [Source: {redacted}; line: 1, column: 10]"
    )


def test_nesting_beyond_what_the_parser_reads_is_refused() -> None:
    assert "Document nesting depth (1001) exceeds the maximum allowed (1000," in refusal("[" * 1001)


def test_a_policy_is_read_without_its_white_space() -> None:
    assert refusal(' {\n"a\\"  b":\r\n[\r\t{"oo ps": 1 }]} ') == located(
        "Unrecognized match type oo ps", '{"a\\"  b":[{"oo ps":1}]}', 22
    )


def test_a_long_policy_is_echoed_in_part() -> None:
    text = '{"a":[{"oops":"' + "x" * 600 + '"}]}'
    assert refusal(text) == (
        f'Unrecognized match type oops\n at [Source: (String)"{text[:500]}"[truncated {len(text) - 500} chars]; '
        "line: 1, column: 16]"
    )


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ('["a"]', "Filter is not an object", 2),
        ('"a"', "Filter is not an object", 2),
        ("12", "Filter is not an object", 3),
        ('{"a":"b"}', '"a" must be an object or an array', 7),
        ('{"a":12}', '"a" must be an object or an array', 8),
        ('{"a":[]}', "Empty arrays are not allowed", 8),
        ('{"a":[{}]}', "Match expression name not found", 9),
        ('{"a":[{"prefix":1}]}', "prefix match pattern must be a string", 18),
        ('{"a":[{"suffix":["x"]}]}', "suffix match pattern must be a string", 18),
        ('{"a":[{"equals-ignore-case":null}]}', "equals-ignore-case match pattern must be a string", 33),
        ('{"a":[{"wildcard":{}}]}', "wildcard match pattern must be a string", 20),
        ('{"a":[{"cidr":1}]}', "prefix match pattern must be a string", 16),
        ('{"a":[{"wildcard":"x**"}]}', "Consecutive wildcard characters at pos 2", 24),
        ('{"a":[{"wildcard":"x\\\\y"}]}', "Invalid escape character at pos 2", 25),
        ('{"a":[{"wildcard":"é\\\\"}]}', "Invalid escape character at pos 3", 24),
        ('{"a":[{"anything-but":true}]}', "Value of anything-but must be an array or single string/number value.", 27),
        ('{"a":[{"anything-but":["x",null]}]}', "Inside anything but list, start|null|boolean is not supported.", 32),
        ('{"a":[{"anything-but":[["x"]]}]}', "Inside anything but list, start|null|boolean is not supported.", 25),
        ('{"a":[{"anything-but":{}}]}', "Anything-But expression name not found", 25),
        ('{"a":[{"anything-but":{"prefix":""}}]}', "Null prefix/suffix not allowed", 35),
        ('{"a":[{"anything-but":{"suffix":[""]}}]}', "Null prefix/suffix not allowed", 36),
        ('{"a":[{"anything-but":{"prefix":[]}}]}', "prefix match pattern must be a string", 35),
        ('{"a":[{"anything-but":{"wildcard":["x",1]}}]}', "wildcard match pattern must be a string", 41),
        ('{"a":[{"anything-but":{"prefix":"x","suffix":"y"}}]}', "Only one key allowed in match expression", 47),
        ('{"a":[{"numeric":1}]}', "Value of numeric must be an array.", 19),
        ('{"a":[{"numeric":[]}]}', "Invalid member in numeric match: ]", 20),
        ('{"a":[{"numeric":[1,"<"]}]}', "Invalid member in numeric match: 1", 20),
        ('{"a":[{"numeric":[1.50e1]}]}', "Invalid member in numeric match: 1.50e1", 25),
        ('{"a":[{"numeric":[null]}]}', "Invalid member in numeric match: null", 23),
        ('{"a":[{"numeric":[["<",1]]}]}', "Invalid member in numeric match: [", 20),
        ('{"a":[{"numeric":[{"<":1}]}]}', "Invalid member in numeric match: {", 20),
        ('{"a":[{"numeric":[">",20,30]}]}', "Bad value in numeric range: 30", 28),
        ('{"a":[{"numeric":[">",20,true,30]}]}', "Bad value in numeric range: true", 30),
        ('{"a":[{"numeric":["!=",1]}]}', "Unrecognized numeric range operator: !=", 23),
        ('{"a":[{"numeric":["<"]}]}', "Value of < must be numeric", 23),
        ('{"a":[{"numeric":["=","1"]}]}', "Value of equals must be numeric", 24),
        ('{"a":[{"numeric":[">",1,"<"]}]}', "Value of < must be numeric", 29),
        ('{"a":[{"numeric":["<",1,">",0]}]}', "Too many elements in numeric expression", 26),
        ('{"a":[{"numeric":["=",1,"<",2]}]}', "Too many elements in numeric expression", 26),
        ('{"a":[{"numeric":[">",1,">=",2]}]}', "Bad numeric range operator: >=", 29),
        ('{"a":[{"numeric":[">",1,"<",2,"<",3]}]}', "Too many terms in numeric range expression", 32),
        ('{"a":[{"numeric":[">",2,"<",1]}]}', "Bottom must be less than top", 31),
        ('{"a":[{"numeric":[">=",2,"<=",2]}]}', "Bottom must be less than top", 33),
        ('{"a":[{"numeric":["=",1000000000.1]}]}', "Value must be between -1.0E9 and 1.0E9, inclusive", 35),
        ('{"a":[{"anything-but":-1000000001}]}', "Value must be between -1.0E9 and 1.0E9, inclusive", 34),
    ],
)
def test_an_invalid_policy_is_refused_with_the_place_of_its_error(text: str, message: str, column: int) -> None:
    assert refusal(text) == located(message, text, column)


@pytest.mark.parametrize("values", ['["x",1]', "[]"])
def test_anything_but_takes_texts_or_numbers_not_both_nor_none(values: str) -> None:
    assert refusal(f'{{"a":[{{"anything-but":{values}}}]}}').startswith(
        "Inside anything but list, either all values are number or string, mixed type is not supported\n"
    )


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ("10.0.0.0", "Malformed CIDR, one '/' required"),
        ("10.0.0.0/8/8", "Malformed CIDR, one '/' required"),
        ("10.0.0.0/eight", "Malformed CIDR, mask bits must be an integer"),
        ("10.0.0.0/-1", "Malformed CIDR, mask bits must be an integer"),
        ("10.0.0.0/255.0.0.0", "Malformed CIDR, mask bits must be an integer"),
        ("10.0.0.256/8", "Nonstandard IP address: 10.0.0.256"),
        ("example.com/8", "Nonstandard IP address: example.com"),
        ("10.0.0.0/33", "IPv4 mask bits must be < 33"),
        ("2001:db8::/129", "IPv6 mask bits must be < 129"),
        ("10.0.0.0/" + "9" * 5000, "IPv4 mask bits must be < 33"),
    ],
)
def test_a_malformed_network_is_refused(network: str, message: str) -> None:
    assert refusal(json.dumps({"a": [{"cidr": network}]})) == message


def test_attributes_cannot_be_nested() -> None:
    text = '{"a":{"b":["x"]}}'

    compile_policy(text, "MessageBody")
    assert refusal(text) == "Filter policy scope MessageAttributes does not support nested filter policy"
    assert refusal(f'{{"$or":[{text},{{"c":["d"]}}]}}') == refusal(text)


def test_a_nested_policy_is_read_before_it_is_refused() -> None:
    text = '{"key":{"suffix":"value"}}'

    assert refusal(text) == located('"suffix" must be an object or an array', text, 19)


@pytest.mark.parametrize("text", ['{"a":[1 2]}', '{"a":[1 .5]}', '{"a":[- 1]}', '{"a":[tr ue]}', '{"a":[1 e5]}'])
def test_white_space_keeps_tokens_apart(text: str) -> None:
    assert refusal(text).startswith("failed to parse JSON. ")


def test_an_empty_object_is_refused_below_the_top() -> None:
    assert refusal('{"a":{}}', "MessageBody") == located("Empty objects are not allowed", '{"a":{}}', 8)


def test_a_lone_surrogate_in_a_name_is_shown_as_a_question_mark() -> None:
    assert refusal('{"a":[{"\\ud800":1}]}').startswith("Unrecognized match type ?\n")
