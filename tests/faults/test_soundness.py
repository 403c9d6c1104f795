"""A rule that can never take effect is refused, with the field that is to blame; one that can is not."""

import msgspec
import pytest

import emulator.sns.actions
import emulator.sqs.actions  # noqa: F401 - importing them registers what they are about
from emulator.faults.rule import Rule
from emulator.faults.soundness import UnsoundRuleError, check

ERROR = {"error": "AccessDenied"}
DROP = {"drop_delivery": True}

UNSOUND = [
    ({}, "A rule has exactly one of error, latency, cut, stall, batch_failures, fail_delivery, drop_delivery, "),
    ({"action": "Publish"}, "this one has none."),
    (ERROR | {"cut": "before"}, "this one has error and cut."),
    (DROP | {"drop_delivery": False}, "this one has none."),
    (ERROR | {"first": 1, "every": 2}, "every: a rule has only one of first, every, probability, "),
    (ERROR | {"first": 1, "probability": 0.5}, "probability: a rule has only one of "),
    (ERROR | {"seed": 1}, "seed: nothing in this rule is random"),
    ({"latency": 1, "seed": 1}, "seed: nothing in this rule is random"),
    ({"latency": {}}, "latency: give seconds, or either uniform or exponential."),
    ({"latency": {"uniform": [0, 1], "exponential": 1}}, "latency: give seconds, or either"),
    ({"latency": {"uniform": [2, 1]}}, "latency.uniform: the first bound is above the second."),
    ({"cut": "after", "message": "no"}, "message: this is the text of an error, and the rule has no error."),
    (ERROR | {"endpoint": "*"}, "endpoint: error is for requests, which have no endpoint."),
    (ERROR | {"protocol": "sqs"}, "protocol: error is for requests"),
    (ERROR | {"action": "SendMesage"}, "action: sqs or sns has no action 'SendMesage'."),
    (ERROR | {"service": "sns", "action": "SendMessage"}, "action: sns has no action 'SendMessage'."),
    (ERROR | {"action": "publish"}, "action: sqs or sns has no action 'publish'."),
    ({"error": "TooBusy"}, "error: sns has no error 'TooBusy'. Its errors are AccessDeniedException, "),
    ({"error": "RequestThrottled"}, "error: sns has no error 'RequestThrottled'."),
    ({"error": "NotFound", "action": "S*"}, "error: sqs has no error 'NotFound'."),
    ({"error": "NotImplemented", "service": "sqs"}, "error: sqs has no error 'NotImplemented'."),
    (
        {"batch_failures": {"entries": 1, "error": "AccessDenied"}, "action": "SendMessage"},
        "batch_failures: no action 'SendMessage' of sqs or sns takes a batch.",
    ),
    (
        {"batch_failures": {"entries": 1, "error": "Nope"}, "service": "sqs"},
        "batch_failures.error: sqs has no error 'Nope'. Its errors are ",
    ),
    (ERROR | {"action": "ListQueues", "resource": "*"}, "resource: ListQueues does not name a queue or a topic."),
    (DROP | {"service": "sqs"}, "service: drop_delivery is for deliveries, which only sns makes."),
    (DROP | {"action": "Publish"}, "action: drop_delivery is for deliveries, which have no action."),
    (DROP | {"protocol": "carrier pigeon"}, "protocol: drop_delivery is for deliveries by application, "),
    (
        {"fail_delivery": 500, "protocol": "sqs"},
        "protocol: fail_delivery is for deliveries by http, https, not by 'sqs'.",
    ),
]

SOUND = [
    {"error": "AccessDenied"},
    {"error": "RequestThrottled", "service": "sqs", "resource": "orders-*", "first": 2, "after": 1},
    {"error": "RequestThrottled", "action": "SendMessage"},
    {"error": "AccessDenied", "action": "Pu*", "message": "not you"},
    {"latency": 0},
    {"latency": {"uniform": [0, 1]}, "seed": 7},
    {"latency": {"exponential": 0.1}, "seed": 7, "probability": 1},
    {"cut": "after", "every": 3, "account": "111111111111"},
    {"stall": "before", "action": "CreateTopic", "resource": "t*"},
    {"batch_failures": {"entries": ["a"], "error": "InternalFailure"}, "action": "*Batch"},
    {"batch_failures": {"entries": 10, "error": "KMS.DisabledException"}, "action": "SendMessage*"},
    {"fail_delivery": "refused"},
    {"fail_delivery": 503, "protocol": "https", "endpoint": "https://*", "service": "sns"},
    {"double_delivery": True, "protocol": "sqs", "resource": "topic"},
    {"delay_delivery": 60},
]

MISSHAPEN = [
    ({"error": "AccessDenied", "actoin": "Publish"}, "Object contains unknown field `actoin`"),
    ({"service": "s3"}, r"Invalid enum value 's3' - at `\$.service`"),
    ({"account": "me"}, r"- at `\$.account`"),
    ({"probability": 1.5}, r"Expected `float` <= 1.0 - at `\$.probability`"),
    ({"probability": 0}, r"Expected `float` > 0.0 - at `\$.probability`"),
    ({"first": 0}, r"Expected `int` >= 1 - at `\$.first`"),
    ({"every": -1}, r"Expected `int` >= 1 - at `\$.every`"),
    ({"latency": -1}, r"Expected `float` >= 0.0 - at `\$.latency`"),
    ({"latency": {"uniform": [1]}}, r"- at `\$.latency.uniform`"),
    ({"cut": "during"}, r"Invalid enum value 'during' - at `\$.cut`"),
    ({"batch_failures": {"entries": 0, "error": "x"}}, r"- at `\$.batch_failures.entries`"),
    ({"batch_failures": {"entries": [], "error": "x"}}, r"- at `\$.batch_failures.entries`"),
    ({"fail_delivery": 200}, r"Expected `int` >= 300 - at `\$.fail_delivery`"),
    ({"fail_delivery": "no"}, r"Invalid enum value 'no' - at `\$.fail_delivery`"),
    ({"delay_delivery": -1}, r"Expected `float` > 0.0 - at `\$.delay_delivery`"),
]


@pytest.mark.parametrize(("fields", "complaint"), UNSOUND)
def test_rule_that_can_never_take_effect_is_refused(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(UnsoundRuleError) as refused:
        check(msgspec.convert(fields, Rule))
    assert complaint in str(refused.value)


@pytest.mark.parametrize("fields", SOUND)
def test_rule_that_can_take_effect_is_sound(fields: dict[str, object]) -> None:
    check(msgspec.convert(fields, Rule))


@pytest.mark.parametrize(("fields", "complaint"), MISSHAPEN)
def test_field_out_of_its_bounds_is_refused_by_its_type(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(fields, Rule)
