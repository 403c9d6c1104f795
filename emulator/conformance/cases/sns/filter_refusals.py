"""Filter policies that Subscribe and SetSubscriptionAttributes refuse."""

import json
import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SNS_GUIDE
from emulator.conformance.fixtures import QUEUE_ARN, SUBSCRIPTION, TOPIC
from emulator.conformance.tables import refused

_CONSTRAINTS = f"{SNS_GUIDE}/subscription-filter-policy-constraints.html"
_LOCATED = r"\n at \[Source: .*; line: 1, column: {}\]"


def _refused(
    end: str,
    sentence: str,
    policy: str,
    words: str | None,
    *,
    column: str | None = None,
    scope: str = "MessageAttributes",
    source: str = RECORDED,
    certainty: Certainty = "recorded",
) -> None:
    """Two cases: the policy is refused when it is given and when it is set. None for words that are not known."""
    place = "" if column is None else _LOCATED.format(column)
    for action, prefix in (
        ("Subscribe", "Invalid parameter: Attributes Reason: FilterPolicy: "),
        ("SetSubscriptionAttributes", "Invalid parameter: FilterPolicy: "),
    ):
        message = str if words is None else re.compile(re.escape(prefix + words) + place, re.DOTALL)

        @case(f"sns/{action}/filter-policy-{end}", sentence, source, certainty)
        def run(aws: Caller, action: str = action, message: object = message) -> None:
            if action == "Subscribe":
                attributes = {"FilterPolicy": policy, "FilterPolicyScope": scope}
                arn = aws.arn(aws.queue())
                answer = aws.sns(action, TopicArn=aws.topic(), Protocol="sqs", Endpoint=arn, Attributes=attributes)
            else:
                subscription = aws.subscribe(aws.topic(), aws.queue(), {"FilterPolicyScope": scope})
                answer = aws.sns(
                    action, SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=policy
                )
            answer.refused("InvalidParameter", message)


# Policies by the end of the id: what is refused, the policy, AWS's words, and the column, a pattern.
_SHAPES: dict[str, tuple[str, str, str, str]] = {
    "list-in-a-list": (
        "A list within the list of a key is refused.",
        '{"key":[["value"]]}',
        "Match value must be String, number, true, false, or null",
        "10",
    ),
    "unknown-operator": (
        "An operator that does not exist is refused.",
        '{"key":[{"wrong-operator":true}]}',
        "Unrecognized match type wrong-operator",
        "31",
    ),
    "two-operators": (
        "Two operators in one object are refused.",
        '{"key":[{"suffix":"value","prefix":"value2"}]}',
        "Only one key allowed in match expression",
        "37",
    ),
    "exists-null": (
        "exists takes true or false, not null.",
        '{"key":[{"exists":null}]}',
        "exists match pattern must be either true or false.",
        "23",
    ),
    "exists-string": (
        "exists takes true or false, not a string.",
        '{"key":[{"exists":"no"}]}',
        "exists match pattern must be either true or false.",
        "20",
    ),
    "anything-but-unknown": (
        "anything-but does not take an operator that does not exist.",
        '{"key":[{"anything-but":{"wrong-operator":null}}]}',
        "Unsupported anything-but pattern: wrong-operator",
        "47",
    ),
    "anything-but-exists": (
        "anything-but does not take exists.",
        '{"key":[{"anything-but":{"exists":false}}]}',
        "Unsupported anything-but pattern: exists",
        "40",
    ),
    "anything-but-prefix-false": (
        "The prefix in anything-but is a string.",
        '{"key":[{"anything-but":{"prefix":false}}]}',
        "prefix match pattern must be a string",
        "40",
    ),
    "white-space": (
        "The policy is read without its white space, so columns are those of the rest.",
        ' {\n  "key" : [ [ "value" ] ]\n} ',
        "Match value must be String, number, true, false, or null",
        "10",
    ),
    "operator-without-array": (
        "The policy is parsed before its depth is checked: an operator must be in an array.",
        '{"key":{"suffix":"value"}}',
        '"suffix" must be an object or an array',
        r"\d+",
    ),
    "numeric-empty": (
        "numeric needs an operator and a number.",
        '{"key":[{"numeric":[]}]}',
        "Invalid member in numeric match: ]",
        r"\d+",
    ),
    "numeric-without-operator": (
        "numeric begins with an operator.",
        '{"key":[{"numeric":[1,"<="]}]}',
        "Invalid member in numeric match: 1",
        r"\d+",
    ),
    "numeric-range-without-operator": (
        "The second number of a range needs an operator.",
        '{"key":[{"numeric":[">",20,30]}]}',
        "Bad value in numeric range: 30",
        r"\d+",
    ),
}
for _end, (_sentence, _policy, _words, _column) in _SHAPES.items():
    _refused(_end, _sentence, _policy, _words, column=_column)

_refused(
    "invalid-json",
    "A policy that is not JSON is refused, with the position after the wrong token.",
    "invalid",
    "failed to parse JSON. Unrecognized token 'invalid': was expecting "
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    column="8",
)
_refused(
    "unquoted-key",
    "A policy with an unquoted key is refused.",
    "{invalid",
    "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name",
    column="2",
)

# Policies beyond a limit: what is counted, and AWS's words.
_COMPLEX, _KEYS = "Filter policy is too complex", "Filter policy can not have more than 5 keys"
_LIMITS: dict[str, tuple[str, dict[str, object], str]] = {
    "151-conditions": ("A key has up to 150 conditions.", {"key": [str(n) for n in range(151)]}, _COMPLEX),
    "5100-combinations": (
        "The conditions of the keys, multiplied, are at most 150.",
        {"key1": [str(n) for n in range(100)], "key2": [str(n) for n in range(51)]},
        _COMPLEX,
    ),
    "152-alternatives": (
        "With $or the combinations of the alternatives are added.",
        {"$or": [{"a": [str(n) for n in range(76)]}, {"b": [str(n) for n in range(76)]}]},
        _COMPLEX,
    ),
    "160-nested-alternatives": (
        "This is so for $or within $or, too.",
        {"x": ["1", "2", "3", "4"], "$or": [{"a": ["x"] * 20}, {"$or": [{"b": ["x"] * 10}, {"c": ["x"] * 10}]}]},
        _COMPLEX,
    ),
    "six-keys": ("A policy has up to five keys.", {f"key{n}": ["x"] for n in range(6)}, _KEYS),
}
for _end, (_sentence, _document, _words) in _LIMITS.items():
    _refused(_end, _sentence, json.dumps(_document), _words)

# Policies that AWS refuses with an unknown message.
_DOCUMENTED = {
    "empty-array": ("A key needs at least one condition.", {"key": []}),
    "bare-value": ("The value of a key is an array.", {"key": "value"}),
    "number-above-a-billion": ("Numbers are at most 10^9.", {"key": [{"numeric": [">", 1_000_000_001]}]}),
    "number-below-minus-a-billion": ("Numbers are at least -10^9.", {"key": [{"numeric": ["<", -1_000_000_001]}]}),
    "numeric-of-strings": ("numeric compares numbers.", {"key": [{"numeric": ["=", "5"]}]}),
    "range-upside-down": ("The bounds of a range are in order.", {"key": [{"numeric": [">", 5, "<", 3]}]}),
    "four-wildcards": ("A pattern has up to three wildcards.", {"key": [{"wildcard": "*a*b*c*"}]}),
    "cidr-without-network": ("A network must have a prefix length.", {"key": [{"cidr": "10.0.0.0"}]}),
    "mixed-anything-but": ("anything-but lists strings or numbers.", {"key": [{"anything-but": ["x", 1]}]}),
}
for _end, (_sentence, _rules) in _DOCUMENTED.items():
    _refused(_end, _sentence, json.dumps(_rules), None, source=_CONSTRAINTS, certainty="documented")
_refused(
    "no-object",
    "A policy is an object.",
    '["value"]',
    None,
    source=f"{SNS_GUIDE}/sns-subscription-filter-policies.html",
    certainty="documented",
)
_refused(
    "six-leaf-keys",
    "In the body the leaf keys are counted.",
    json.dumps({"a": {"b": ["x"], "c": ["x"], "d": ["x"]}, "e": {"f": {"g": ["x"], "h": ["x"], "i": ["x"]}}}),
    _KEYS,
    scope="MessageBody",
    source=_CONSTRAINTS,
    certainty="documented",
)
_refused(
    "levels-multiply",
    "In a policy on the body each key counts once for each of its levels.",
    json.dumps({"a": {"b": {"c": [str(n) for n in range(51)]}}}),
    _COMPLEX,
    scope="MessageBody",
    source=_CONSTRAINTS,
    certainty="documented",
)

_NESTED = "Filter policy scope MessageAttributes does not support nested filter policy"
refused(
    "sns/SetSubscriptionAttributes/filter-policy-nested",
    "A policy on attributes holds no objects.",
    {"SubscriptionArn": SUBSCRIPTION, "AttributeName": "FilterPolicy", "AttributeValue": '{"a":{"b":["x"]}}'},
    "InvalidParameter",
    f"Invalid parameter: {_NESTED}",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/Subscribe/filter-policy-nested",
    "A policy on attributes holds no objects.",
    {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE_ARN, "Attributes": {"FilterPolicy": '{"a":{"b":["x"]}}'}},
    "InvalidParameter",
    source=_CONSTRAINTS,
    certainty="documented",
)


@case(
    "sns/SetSubscriptionAttributes/filter-policy-scope-of-a-nested-policy",
    "The scope of a policy with nested objects cannot become MessageAttributes.",
    _CONSTRAINTS,
    "assumed",
)
def _(aws: Caller) -> None:
    settings = {"FilterPolicy": '{"a":{"b":["x"]}}', "FilterPolicyScope": "MessageBody"}
    subscription = aws.subscribe(aws.topic(), aws.queue(), settings)
    aws.sns(
        "SetSubscriptionAttributes",
        SubscriptionArn=subscription,
        AttributeName="FilterPolicyScope",
        AttributeValue="MessageAttributes",
    ).refused("InvalidParameter", f"Invalid parameter: {_NESTED}")
