"""What filter policies on the message body match."""

import json
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SNS_GUIDE
from emulator.conformance.filtering import arrivals, filters_bodies
from emulator.conformance.mismatch import same

_SCOPE = f"{SNS_GUIDE}/sns-message-filtering-scope.html"
_KEYS = f"{SNS_GUIDE}/attribute-key-matching.html"
_STRINGS = f"{SNS_GUIDE}/string-value-matching.html"
_LOGIC = f"{SNS_GUIDE}/and-or-logic.html"
_RULER = "https://github.com/aws/event-ruler"

# By the end of the id: what it shows, the policy, the texts that match, the texts that do not, source and certainty.
_POLICIES: dict[str, tuple[str, dict[str, Any], list[str], list[str], str, Certainty]] = {
    "nested-keys": (
        "Keys are found in nested objects.",
        {"object": {"key": [{"prefix": "auto-"}, "hardcodedvalue"]}},
        ['{"object": {"key": "auto-test"}}', '{"object": {"key": "hardcodedvalue"}}'],
        ['{"object": {"key": "test-auto"}}', '{"object": {"test": "hardcodedvalue"}}', '{"key": "auto-test"}'],
        RECORDED,
        "recorded",
    ),
    "no-object": (
        "A body that is not a JSON object does not match.",
        {"object": {"key": [{"prefix": "auto-"}]}},
        ['{"object": {"key": "auto-test"}}'],
        ["plain text", '"auto-test"', "123", "[]", "null", '{"object": {"key": "auto-test"}'],
        RECORDED,
        "recorded",
    ),
    "dotted-key": (
        "A key with a dot matches nested objects, a flat name, and mixtures of both.",
        {"object.nested.test": ["string.value"]},
        [
            '{"object": {"nested": {"test": "string.value"}}}',
            '{"object.nested.test": "string.value"}',
            '{"object.nested": {"test": "string.value"}}',
            '{"object": {"nested.test": "string.value"}}',
        ],
        ['{"object": {"nested": "string.value"}}', '{"object": {"test": "string.value"}}'],
        RECORDED,
        "recorded",
    ),
    "address": (
        "Addresses are compared with networks; a value that is not an address does not match.",
        {"detail": {"$or": [{"v4": [{"cidr": "10.0.0.0/24"}]}, {"v6": [{"cidr": "2001:db8:1234:1a00::/64"}]}]}},
        ['{"detail":{"v4":"10.0.0.255"}}', '{"detail":{"v6":"2001:0db8:1234:1a00:0000:0000:0000:0000"}}'],
        ['{"detail":{"v4":"10.0.0.256"}}', '{"detail":{"v6":"2001:0db8:1234:1b00:0000:0000:0000:0000"}}'],
        RECORDED,
        "recorded",
    ),
    "empty-array-elsewhere": (
        "An empty array elsewhere in the body makes no difference.",
        {"detail": {"eventVersion": [""]}},
        ['{"resources": [], "detail": {"eventVersion": "", "responseElements": null}}'],
        ['{"resources": [], "detail": {"eventVersion": "1"}}', '{"detail": {"eventVersion": []}}'],
        RECORDED,
        "recorded",
    ),
    "string": ("A string matches.", {"a": ["x"]}, ['{"a":"x"}'], ['{"a":"X"}', '{"a":1}'], _STRINGS, "documented"),
    "number": (
        "Numbers are compared by their value, and never equal strings.",
        {"a": [301.5]},
        ['{"a":301.5}', '{"a":3.015e2}'],
        ['{"a":"301.5"}', '{"a":301}'],
        f"{SNS_GUIDE}/numeric-value-matching.html",
        "documented",
    ),
    "keyword": (
        "true, false and null match themselves.",
        {"a": [True, None]},
        ['{"a":true}', '{"a":null}'],
        ['{"a":false}', '{"a":"true"}', '{"a":"null"}', "{}"],
        _STRINGS,
        "documented",
    ),
    "array": (
        "An element of an array must match.",
        {"a": ["x"]},
        ['{"a":["y","x"]}'],
        ['{"a":["y"]}', '{"a":[]}', '{"a":[{"b":"x"}]}'],
        _STRINGS,
        "documented",
    ),
    "objects-in-an-array": (
        "Two keys of objects in an array must match in the same object.",
        {"a": {"x": ["1"], "y": ["1"]}},
        ['{"a":[{"x":"0","y":"0"},{"x":"1","y":"1"}]}'],
        ['{"a":[{"x":"1","y":"0"},{"x":"0","y":"1"}]}'],
        _RULER,
        "assumed",
    ),
    "exists": (
        "A key exists if its value is neither null nor empty.",
        {"a": {"b": [{"exists": True}]}},
        ['{"a":{"b":"x"}}', '{"a":{"b":0}}'],
        ['{"a":{"b":null}}', '{"a":{"b":""}}', '{"a":{}}', "{}"],
        _KEYS,
        "documented",
    ),
    "exists-not": (
        "A key that must be absent may be at any level.",
        {"a": {"b": [{"exists": False}]}},
        ['{"a":{"c":"x"}}', "{}"],
        ['{"a":{"b":"x"}}', '{"a":{"b":null}}'],
        RECORDED,
        "recorded",
    ),
    "anything-but": (
        "The key must be there and have another value.",
        {"a": [{"anything-but": ["x", "y"]}]},
        ['{"a":"z"}', '{"a":1}'],
        ['{"a":"x"}', '{"b":"z"}'],
        _STRINGS,
        "documented",
    ),
    "one-of-several-keys": (
        "One of the alternatives of $or must match.",
        {"source": ["s"], "$or": [{"name": ["n"]}, {"space": {"x": [1]}}]},
        ['{"source":"s","name":"n"}', '{"source":"s","space":{"x":1}}'],
        ['{"source":"s"}', '{"name":"n"}', '{"source":"s","name":"m","space":{"x":2}}'],
        _LOGIC,
        "documented",
    ),
    "nested-alternatives": (
        "Alternatives may hold alternatives.",
        {"$or": [{"a": ["1"]}, {"$or": [{"b": ["1"]}, {"c": ["1"], "d": ["1"]}]}]},
        ['{"a":"1"}', '{"b":"1"}', '{"c":"1","d":"1"}'],
        ['{"c":"1"}', '{"d":"1"}', '{"a":"2"}'],
        RECORDED,
        "recorded",
    ),
    "key-named-or": (
        "If $or has only one alternative, or an alternative has the name of an operator, it is an ordinary key.",
        {"$or": [{"prefix": "x"}, {"suffix": "y"}]},
        ['{"$or":"xa"}', '{"$or":"ay"}'],
        ['{"prefix":"x"}', '{"$or":"a"}'],
        _LOGIC,
        "documented",
    ),
}
for _end, (_sentence, _policy, _passing, _stopped, _page, _certainty) in _POLICIES.items():
    filters_bodies(
        f"sns/Publish/filter-body-by-{_end}",
        _sentence,
        _policy,
        passing=_passing,
        stopped=_stopped,
        source=_page,
        certainty=_certainty,
    )


@case(
    "sns/PublishBatch/filters-each-entry",
    "Each entry of a batch is filtered by itself.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, filtered, unfiltered = aws.topic(), aws.queue(), aws.queue()
    policy = json.dumps({"attr1": [{"numeric": [">", 0, "<=", 100]}]})
    aws.subscribe(topic, filtered, {"RawMessageDelivery": "true", "FilterPolicy": policy})
    aws.subscribe(topic, unfiltered, {"RawMessageDelivery": "true"})
    entries = [
        {"Id": value, "Message": value, "MessageAttributes": {"attr1": {"DataType": "Number", "StringValue": value}}}
        for value in ("99", "111", "100")
    ]
    aws.sns("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries).gives(Failed=[])
    same(arrivals(aws, filtered, 2), ["100", "99"], "the messages that passed the filter")
    same(arrivals(aws, unfiltered, 3), ["100", "111", "99"], "the messages without a filter")


@case(
    "sns/Publish/filter-body-of-the-text-for-queues",
    "With MessageStructure json the filter policy matches the text that the subscriber gets.",
    _SCOPE,
    "assumed",
)
def _(aws: Caller) -> None:
    topic, queue = aws.topic(), aws.queue()
    settings = {"RawMessageDelivery": "true", "FilterPolicy": '{"a":["x"]}', "FilterPolicyScope": "MessageBody"}
    aws.subscribe(topic, queue, settings)
    for texts in ({"default": '{"a":"x"}', "sqs": '{"a":"y"}'}, {"default": "any", "sqs": '{"a":"x"}'}):
        aws.sns("Publish", TopicArn=topic, Message=json.dumps(texts), MessageStructure="json").succeeds()
    same(arrivals(aws, queue, 1), ['{"a":"x"}'], "the messages that passed the filter")
