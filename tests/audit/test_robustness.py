"""No architecture, however odd, makes a rule or a report fail."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from emulator.architecture.difference import differences
from emulator.architecture.model import Alarm, Architecture, Consumer, Function, Key, Origin
from emulator.architecture.of_attributes import WrongAttributeError, queue_of, subscription_of, topic_of
from emulator.architecture.policies import MalformedPolicyError, policy_of
from emulator.audit.audit import audit
from emulator.audit.formats import FORMATS

_NOW = 1_800_000_000.0
_NAMES = st.sampled_from(["a", "b.fifo", "customer", "orders-123456789012", "x<y>&\"'"]) | st.text(
    min_size=1, max_size=5
)
_PLACES = st.sampled_from(["us-east-1:000000000000", "eu-west-1:000000000000", "us-east-1:111111111111", "::"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def _arns(service: str) -> st.SearchStrategy[str]:
    return st.builds(lambda place, name: f"arn:aws:{service}:{place}:{name}", _PLACES, _NAMES)


_ANY_ARN = _arns("sqs") | _arns("sns") | _arns("lambda")
_PRINCIPALS = st.one_of(
    st.just("*"),
    st.fixed_dictionaries({"AWS": st.sampled_from(["*", "111111111111", "arn:aws:iam::000000000000:root", "AIDA1"])}),
    st.fixed_dictionaries({"Service": st.sampled_from(["sns.amazonaws.com", "s3.amazonaws.com"])}),
)
_CONDITIONS = st.dictionaries(
    st.sampled_from(["ArnEquals", "StringLike", "StringNotEqualsIfExists", "ForAnyValue:StringEquals", "Bool", "Odd"]),
    st.dictionaries(
        st.sampled_from(["aws:SourceArn", "aws:SecureTransport", "aws:PrincipalOrgID", "sns:Protocol"]),
        st.one_of(_ANY_ARN, st.sampled_from(["*", "false", "arn:aws:sns:*:*:*"]), st.lists(_ANY_ARN, max_size=2)),
        max_size=2,
    ),
    max_size=2,
)
_STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(["*", "sqs:*", "sns:*", "sqs:SendMessage", ["sns:Subscribe", "sns:Publish"]]),
    },
    optional={
        "Principal": _PRINCIPALS,
        "Resource": st.just("*") | _ANY_ARN,
        "Condition": _CONDITIONS,
        "Sid": st.text(max_size=3),
    },
)
_POLICIES = st.fixed_dictionaries({"Statement": st.lists(_STATEMENTS, max_size=3) | _STATEMENTS}) | _JSON
_NUMERIC = st.fixed_dictionaries({"numeric": st.lists(st.sampled_from([">", "<", "=", 1, 2, "x"]), max_size=5)})
_FILTERS = st.dictionaries(
    st.sampled_from(["a", "b", "$or"]), st.lists(_JSON | _NUMERIC, max_size=3) | _JSON, max_size=2
)
_NUMBERS = st.sampled_from(["0", "1", "60", "1209600", "99999999999", "x", ""])
_KEY_IDS = st.sampled_from(["", "alias/aws/sqs", "alias/own", "arn:aws:kms:us-east-1:000000000000:key/k"])


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


@st.composite
def _architectures(draw: st.DrawFn) -> Architecture:
    found = Architecture(
        source=draw(st.sampled_from(["aws", "emulator", "cloudformation", "terraform"])), name=draw(_NAMES)
    )
    found.complete = draw(st.booleans())
    found.known = draw(st.lists(st.sampled_from(["alarms", "functions", "keys", "confirmations"])))
    origins = st.builds(Origin, _NAMES, st.none() | st.integers(1, 9), _NAMES | st.just(""))
    redrive = st.builds(
        lambda arn, count: {"deadLetterTargetArn": arn, "maxReceiveCount": count}, _arns("sqs"), _NUMBERS
    )
    attributes = st.fixed_dictionaries(
        {},
        optional={
            "Policy": _POLICIES,
            "RedrivePolicy": redrive | _JSON,
            "RedriveAllowPolicy": st.just({"redrivePermission": "denyAll"}) | _JSON,
            "KmsMasterKeyId": _KEY_IDS,
            "VisibilityTimeout": _NUMBERS,
            "MessageRetentionPeriod": _NUMBERS,
            "SqsManagedSseEnabled": st.sampled_from(["true", "false"]),
            "ArchivePolicy": _JSON,
            "FilterPolicy": _FILTERS,
            "HTTPFailureFeedbackRoleArn": st.text(max_size=2),
        },
    )
    tags = st.dictionaries(
        st.sampled_from(["data-classification", "password", "x"]), st.sampled_from(["PII", "long-enough"])
    )
    for _ in range(draw(st.integers(0, 3))):
        try:
            found.queues.append(queue_of(draw(_arns("sqs")), _texts(draw(attributes)), draw(tags), draw(origins)))
            found.topics.append(topic_of(draw(_arns("sns")), _texts(draw(attributes)), draw(tags), draw(origins)))
            protocol = draw(st.sampled_from(["sqs", "lambda", "http", "https", "email", "odd"]))
            endpoint = draw(_ANY_ARN | st.sampled_from(["http://[::1", "https://u:p@x/?a=b&c", "http://", "", "ann@x"]))
            given_attributes = _texts(draw(attributes))
            found.subscriptions.append(
                subscription_of("", draw(_arns("sns")), protocol, endpoint, given_attributes, draw(origins))
            )
        except WrongAttributeError:
            continue
    functions = st.builds(
        lambda arn, sends, timeout: Function(arn=arn, sends_to=sends, timeout=timeout),
        _arns("lambda"),
        st.lists(_ANY_ARN, max_size=2),
        st.none() | st.integers(1, 900),
    )
    found.functions = draw(st.lists(functions, max_size=2))
    found.consumers = [
        Consumer(arn="arn:c", queue=draw(_arns("sqs")), function=draw(_arns("lambda")))
        for _ in range(draw(st.integers(0, 2)))
    ]
    found.alarms = [Alarm(arn="arn:a", queue=draw(_NAMES), metric="ApproximateNumberOfMessagesVisible")]
    try:
        policy = policy_of(draw(_POLICIES))
    except MalformedPolicyError:
        policy = None
    found.keys = [Key(arn="arn:aws:kms:us-east-1:000000000000:key/k", policy=policy, aliases=["alias/own"])]
    return found


@given(_architectures())
def test_every_report_of_any_architecture_can_be_made(architecture: Architecture) -> None:
    report = audit(architecture, _NOW)
    for write in FORMATS.values():
        assert write(report, architecture)
    assert differences(architecture, architecture) == []
    again = msgspec.json.decode(msgspec.json.encode(architecture), type=Architecture)
    assert again == architecture
    assert audit(again, _NOW) == report
