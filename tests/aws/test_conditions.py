import pytest

from emulator.aws.conditions import hold, wildcard

TOPIC = "arn:aws:sns:us-east-1:111111111111:topic"
CONTEXT = {
    "aws:sourcearn": (TOPIC,),
    "aws:sourceaccount": ("111111111111",),
    "aws:currenttime": ("2023-11-14T22:13:20+00:00",),
    "aws:epochtime": ("1700000000",),
    "aws:sourceip": ("10.0.0.7",),
    "aws:securetransport": ("true",),
    "number": ("20",),
    "tags": ("a", "b"),
    "empty": (),
    "word": ("Straße",),
    "star": ("a*c",),
}


def holds(operator: str, key: str, *values: str, variables: bool = True) -> bool:
    return hold({operator: {key: values}}, CONTEXT, variables=variables)


@pytest.mark.parametrize(
    ("operator", "key", "value", "expected"),
    [
        ("StringEquals", "aws:SourceAccount", "111111111111", True),
        ("StringEquals", "AWS:SOURCEACCOUNT", "111111111111", True),
        ("StringEquals", "aws:SourceAccount", "1*", False),
        ("StringEquals", "word", "straße", False),
        ("StringNotEquals", "aws:SourceAccount", "111111111111", False),
        ("StringNotEquals", "aws:SourceAccount", "222222222222", True),
        ("StringEqualsIgnoreCase", "word", "STRASSE", True),
        ("StringNotEqualsIgnoreCase", "word", "STRASSE", False),
        ("StringLike", "aws:SourceArn", "arn:*:topic", True),
        ("StringLike", "aws:SourceArn", "arn:*:topi", False),
        ("StringLike", "aws:SourceArn", "*topi?", True),
        ("StringLike", "aws:SourceArn", "*topic?", False),
        ("StringNotLike", "aws:SourceArn", "arn:*:topic", False),
        ("ArnEquals", "aws:SourceArn", TOPIC, True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:sns:*:*:topic", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111111111111:t*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:*:topic", False),  # a star stays within its part
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:222222222222:*", False),
        ("ArnLike", "aws:SourceArn", "*", True),
        ("ArnLike", "word", "arn:aws:sns:*:*:*", False),
        ("ArnNotEquals", "aws:SourceArn", TOPIC, False),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:sns:*:*:other", True),
        ("NumericEquals", "number", "20.0", True),
        ("NumericNotEquals", "number", "20", False),
        ("NumericLessThan", "number", "20", False),
        ("NumericLessThanEquals", "number", "20", True),
        ("NumericGreaterThan", "number", "19.5", True),
        ("NumericGreaterThanEquals", "number", "21", False),
        ("NumericEquals", "number", "many", False),
        ("NumericEquals", "number", "NaN", False),
        ("NumericLessThan", "word", "20", False),
        ("DateEquals", "aws:CurrentTime", "2023-11-14T23:13:20+01:00", True),
        ("DateNotEquals", "aws:CurrentTime", "2023-11-14T22:13:20Z", False),
        ("DateLessThan", "aws:CurrentTime", "2023-11-15", True),
        ("DateGreaterThan", "aws:CurrentTime", "2023-11-15", False),
        ("DateGreaterThanEquals", "aws:EpochTime", "2023-11-14T22:13:20Z", True),
        ("DateLessThanEquals", "aws:CurrentTime", "1700000000", True),
        ("Bool", "aws:SecureTransport", "True", True),
        ("Bool", "aws:SecureTransport", "false", False),
        ("BinaryEquals", "word", "Straße", True),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", True),
        ("IpAddress", "aws:SourceIp", "10.0.0.7", True),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32", False),
        ("IpAddress", "aws:SourceIp", "no address", False),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", False),
        ("Null", "aws:SourceIp", "false", True),
        ("Null", "aws:SourceIp", "true", False),
        ("Null", "absent", "true", True),
        ("Null", "absent", "false", False),
        ("StringSoundsLike", "word", "Straße", False),
        ("ForSomeValues:StringEquals", "word", "Straße", False),
        ("", "word", "Straße", False),
        ("ForAllValues:Null", "absent", "true", False),
    ],
)
def test_operator_compares(operator: str, key: str, value: str, expected: bool) -> None:
    assert holds(operator, key, value) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("ArnNotLike", True),
        ("NumericLessThan", False),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
@pytest.mark.parametrize("key", ["absent", "empty"])
def test_operator_decides_about_a_key_the_request_does_not_have(operator: str, key: str, expected: bool) -> None:
    assert holds(operator, key, "x") is expected


def test_if_exists_still_compares_what_is_there() -> None:
    assert not holds("StringEqualsIfExists", "aws:SourceAccount", "222222222222")
    assert holds("ArnLikeIfExists", "aws:SourceArn", TOPIC)


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", ["a"], True),
        ("StringEquals", ["x"], False),
        ("StringNotEquals", ["a"], False),
        ("StringNotEquals", ["x"], True),
        ("ForAnyValue:StringEquals", ["a", "x"], True),
        ("ForAnyValue:StringEquals", ["x", "y"], False),
        ("ForAllValues:StringEquals", ["a", "b", "c"], True),
        ("ForAllValues:StringEquals", ["a"], False),
        ("ForAnyValue:StringNotEquals", ["a"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
        ("ForAllValues:StringNotEquals", ["a"], False),
        ("ForAllValues:StringNotEquals", ["c"], True),
    ],
)
def test_sets_are_compared_value_by_value(operator: str, values: list[str], expected: bool) -> None:
    assert holds(operator, "tags", *values) is expected


def test_one_of_several_values_is_enough_and_none_of_them_for_a_negation() -> None:
    assert holds("StringEquals", "aws:SourceAccount", "222222222222", "111111111111")
    assert not holds("StringNotEquals", "aws:SourceAccount", "222222222222", "111111111111")
    assert holds("StringNotEquals", "aws:SourceAccount", "222222222222", "333333333333")


def test_all_keys_and_all_operators_must_hold() -> None:
    good = {"aws:SourceAccount": ["111111111111"]}
    bad = {"aws:SourceAccount": ["222222222222"]}
    assert hold({"StringEquals": good, "Bool": {"aws:SecureTransport": ["true"]}}, CONTEXT, variables=True)
    assert not hold({"StringEquals": good, "StringLike": bad}, CONTEXT, variables=True)
    assert not hold({"StringEquals": {**good, "word": ["x"]}}, CONTEXT, variables=True)
    assert hold({}, CONTEXT, variables=True)


@pytest.mark.parametrize(
    ("operator", "key", "value", "expected"),
    [
        ("StringEquals", "aws:SourceAccount", "${aws:SourceAccount}", True),
        ("StringLike", "aws:SourceArn", "arn:*:${aws:SourceAccount}:*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:${aws:SourceAccount}:topic", True),
        ("StringEquals", "aws:SourceAccount", "${absent}", False),
        ("StringLike", "aws:SourceAccount", "*${absent}", False),
        ("StringEquals", "tags", "${tags}", False),  # which one of the two?
        ("StringLike", "star", "a${*}c", True),
        ("StringLike", "word", "S${*}e", False),
        ("StringLike", "word", "${star}", False),  # its star is no wildcard
    ],
)
def test_variables_stand_for_values_of_the_request(operator: str, key: str, value: str, expected: bool) -> None:
    assert holds(operator, key, value) is expected


def test_older_policies_have_no_variables() -> None:
    assert not holds("StringEquals", "aws:SourceAccount", "${aws:SourceAccount}", variables=False)


def test_pattern_with_many_stars_needs_no_backtracking() -> None:
    """With backtracking over every star this would not end within a lifetime."""
    assert not wildcard("*a" * 50 + "b", "a" * 5_000)
    assert wildcard("*a" * 50 + "*", "a" * 5_000)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("*", "", True),
        ("?", "", False),
        ("a**b", "axxb", True),
        ("a*bc*c", "abcbc", True),
        ("*ab*ab", "ab", False),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("*\n*", "a\nb", True),
    ],
)
def test_wildcards(pattern: str, text: str, expected: bool) -> None:
    assert wildcard(pattern, text) is expected
