"""Filter criteria: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html."""

import json
from typing import Any

import pytest

from emulator.functions.filter_criteria import FilterCriteria
from emulator.sns.filter_policy import FilterPolicyError


def record(body: str, **more: Any) -> dict[str, Any]:
    return {"messageId": "1", "body": body, "messageAttributes": {}, "awsRegion": "us-east-1", **more}


@pytest.mark.parametrize(
    ("body", "pattern", "accepted"),
    [
        ('{"code":"A"}', {"body": {"code": ["A"]}}, True),
        ('{"code":"B"}', {"body": {"code": ["A"]}}, False),
        ('{"a":{"b":[1,2]}}', {"body": {"a": {"b": [2]}}}, True),
        ('{"number":10000}', {"body": {"number": [{"numeric": [">", 9999]}]}}, True),
        ('{"number":9999}', {"body": {"number": [{"numeric": [">", 9999]}]}}, False),
        ("Result: 1", {"body": [{"prefix": "Result: "}]}, True),
        ("Failure", {"body": [{"prefix": "Result: "}]}, False),
        ("text", {"body": {"code": ["A"]}}, False),  # a text, and a pattern of fields
        ('{"code":"A"}', {"body": [{"prefix": "{"}]}, False),  # and the other way round
        ("{not json", {"body": [{"prefix": "{"}]}, True),
        ("[" * 100_000, {"body": [{"prefix": "["}]}, True),
        ("text", {"awsRegion": ["us-east-1"]}, True),  # a pattern without a body
        ('{"code":"A"}', {"awsRegion": ["eu-west-1"]}, False),
        ('{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', {"body": {key: [at] for at, key in enumerate("abcdef", 1)}}, True),
        ("anything", {}, True),
    ],
)
def test_pattern(body: str, pattern: Any, accepted: bool) -> None:
    assert FilterCriteria([json.dumps(pattern)]).accept(record(body)) is accepted


def test_one_pattern_of_several_is_enough_and_none_accepts_all() -> None:
    criteria = FilterCriteria(['{"body":["a"]}', '{"body":["b"]}'])
    assert [criteria.accept(record(body)) for body in "abc"] == [True, True, False]
    assert FilterCriteria([]).accept(record("c"))


@pytest.mark.parametrize("pattern", ["", "[]", "{", '{"body":"a"}', '{"body":[{"unknown":1}]}', '{"body":[]}'])
def test_pattern_that_cannot_be(pattern: str) -> None:
    with pytest.raises(FilterPolicyError):
        FilterCriteria([pattern])
