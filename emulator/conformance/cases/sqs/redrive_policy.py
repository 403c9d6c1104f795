"""RedrivePolicy and RedriveAllowPolicy, which AWS parses and returns in a form of its own."""

import json
import re
from collections.abc import Callable

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import SQS_API, SQS_GUIDE
from emulator.conformance.fixtures import NAME, QUEUE, Fixture
from emulator.conformance.mismatch import same
from emulator.conformance.tables import refused

_PAGE = f"{SQS_API}/API_SetQueueAttributes.html"
_GUIDE = f"{SQS_GUIDE}/sqs-dead-letter-queues.html"
_TERRAFORM = "https://github.com/hashicorp/terraform-provider-aws/issues/42453"

_TARGET = "deadLetterTargetArn"
_COUNT = "maxReceiveCount"


def _has_form(
    suffix: str, sentence: str, attribute: str, given: Callable[[str], str], form: Callable[[str], str]
) -> None:
    """Registers two cases: AWS returns a policy, given at creation or later, in a form of its own."""

    @case(f"sqs/CreateQueue/{suffix}", sentence, _TERRAFORM, "reported")
    def create(aws: Caller) -> None:
        arn = aws.arn(aws.queue())
        queue = aws.queue({attribute: given(arn)})
        same(aws.attributes(queue, attribute), {attribute: form(arn)})

    @case(f"sqs/SetQueueAttributes/{suffix}", sentence, _TERRAFORM, "reported")
    def change(aws: Caller) -> None:
        arn = aws.arn(aws.queue())
        queue = aws.queue()
        aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={attribute: given(arn)}).succeeds()
        same(aws.attributes(queue, attribute), {attribute: form(arn)})


def _redrive(arn: str, count: object, **layout: int) -> str:
    return json.dumps({_TARGET: arn, _COUNT: count}, **({"separators": (",", ":")} | layout))  # type: ignore[arg-type]


_has_form(
    "redrive-policy-as-given",
    "A redrive policy in AWS's own form is returned unchanged.",
    "RedrivePolicy",
    lambda arn: _redrive(arn, 5),
    lambda arn: _redrive(arn, 5),
)
_has_form(
    "redrive-policy-count-as-text",
    "A maxReceiveCount that was given as text is returned as a number.",
    "RedrivePolicy",
    lambda arn: _redrive(arn, "5"),
    lambda arn: _redrive(arn, 5),
)
_has_form(
    "redrive-policy-with-white-space",
    "White space in a redrive policy is not kept.",
    "RedrivePolicy",
    lambda arn: json.dumps({_TARGET: arn, _COUNT: 5}, indent=2),
    lambda arn: _redrive(arn, 5),
)
_has_form(
    "redrive-policy-with-null",
    "Members of a redrive policy that are null are not kept.",
    "RedrivePolicy",
    lambda arn: json.dumps({_TARGET: arn, "redrivePermission": None, _COUNT: 5}),
    lambda arn: _redrive(arn, 5),
)
_has_form(
    "redrive-allow-policy-with-white-space",
    "White space in a redrive allow policy is not kept.",
    "RedriveAllowPolicy",
    lambda arn: json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]}, indent=2),
    lambda arn: f'{{"redrivePermission":"byQueue","sourceQueueArns":["{arn}"]}}',
)
_has_form(
    "redrive-allow-policy-with-null",
    "Members of a redrive allow policy that are null are not kept.",
    "RedriveAllowPolicy",
    lambda _: '{"redrivePermission": "denyAll", "sourceQueueArns": null}',
    lambda _: '{"redrivePermission":"denyAll"}',
)

# -- What is refused -----------------------------------------------------------------------


def _refused(
    suffix: str,
    sentence: str,
    attribute: str,
    policy: Fixture,
    reason: str | None,
    certainty: Certainty = "reported",
    source: str = _GUIDE,
) -> None:
    """Two cases: neither a new queue nor an existing one can have ``policy``; the answer quotes it."""
    message: object = str
    if reason is not None:
        message = re.compile(rf"Value .* for parameter {attribute} is invalid\. Reason: {re.escape(reason)}", re.DOTALL)
    for operation, params in (
        ("CreateQueue", {"QueueName": NAME, "Attributes": {attribute: policy}}),
        ("SetQueueAttributes", {"QueueUrl": QUEUE, "Attributes": {attribute: policy}}),
    ):
        refused(
            f"sqs/{operation}/{suffix}",
            sentence,
            params,
            "InvalidParameterValue",
            message,
            source=source,
            certainty=certainty,
            shape="InvalidParameterValueException",
        )


def _text(text: str) -> Fixture:
    return Fixture("POLICY", lambda _: text)


def _to(make: Callable[[Caller], str], count: object = 1) -> Fixture:
    """A redrive policy with the ARN as its target."""
    return Fixture("POLICY", lambda aws: _redrive(make(aws), count))


def _queue_arn(aws: Caller) -> str:
    return aws.arn(aws.queue())


_refused(
    "redrive-policy-without-count",
    "A redrive policy without maxReceiveCount is refused.",
    "RedrivePolicy",
    Fixture("POLICY", lambda aws: json.dumps({_TARGET: _queue_arn(aws)})),
    "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
    source="https://github.com/ansible-collections/community.aws/issues/2321",
)
_refused(
    "redrive-policy-empty-object",
    "A redrive policy without any member is refused.",
    "RedrivePolicy",
    _text("{}"),
    "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
    source="https://github.com/ansible-collections/community.aws/issues/2321",
)
_refused(
    "redrive-policy-without-target",
    "A redrive policy without deadLetterTargetArn is refused.",
    "RedrivePolicy",
    _text('{"maxReceiveCount": 1}'),
    "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
)
_refused(
    "redrive-policy-with-null-target",
    "A redrive policy whose deadLetterTargetArn is null is refused.",
    "RedrivePolicy",
    _text('{"maxReceiveCount": 1, "deadLetterTargetArn": null}'),
    "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
    certainty="assumed",
)
_refused("redrive-policy-no-json", "A redrive policy that is not JSON is refused.", "RedrivePolicy", _text("x"), None)
_refused("redrive-policy-a-list", "A redrive policy that is a list is refused.", "RedrivePolicy", _text("[]"), None)
_refused(
    "redrive-policy-target-of-other-type",
    "The dead-letter queue of a standard queue is a standard queue.",
    "RedrivePolicy",
    _to(lambda aws: aws.arn(aws.fifo_queue())),
    "Dead-letter queue must be same type of queue as the source.",
)
_refused(
    "redrive-policy-target-does-not-exist",
    "The dead-letter queue must exist.",
    "RedrivePolicy",
    _to(lambda aws: f"{_queue_arn(aws)}-gone"),
    "Dead letter target does not exist.",
)
_refused(
    "redrive-policy-target-no-arn",
    "A deadLetterTargetArn that is not an ARN is refused.",
    "RedrivePolicy",
    _to(lambda _: "dummy"),
    None,
    certainty="assumed",
)
for suffix, count in (("zero", 0), ("negative", -1), ("1001", 1001), ("1001-as-text", "1001"), ("word", "many")):
    _refused(
        f"redrive-policy-count-{suffix}",
        "maxReceiveCount is a whole number from 1 to 1000.",
        "RedrivePolicy",
        _to(_queue_arn, count),
        None,
        certainty="documented",
    )
for suffix, policy in (
    ("no-json", "x"),
    ("empty-object", "{}"),
    ("unknown-permission", '{"redrivePermission": "some"}'),
    ("by-queue-without-sources", '{"redrivePermission": "byQueue"}'),
    ("by-queue-with-no-sources", '{"redrivePermission": "byQueue", "sourceQueueArns": []}'),
    ("sources-with-allow-all", '{"redrivePermission": "allowAll", "sourceQueueArns": ["arn:aws:sqs:a:1:b"]}'),
):
    _refused(
        f"redrive-allow-policy-{suffix}",
        "An invalid redrive allow policy is refused.",
        "RedriveAllowPolicy",
        _text(policy),
        None,
        certainty="documented",
        source=_PAGE,
    )
_refused(
    "redrive-allow-policy-eleven-sources",
    "A redrive allow policy names at most ten source queues.",
    "RedriveAllowPolicy",
    Fixture(
        "POLICY",
        lambda aws: json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [_queue_arn(aws)] * 11}),
    ),
    None,
    certainty="documented",
    source=_PAGE,
)

# -- What they mean ------------------------------------------------------------------------


@case(
    "sqs/CreateQueue/again-with-redrive-policy-in-another-form",
    "A redrive policy that differs only in layout is equal.",
    _TERRAFORM,
    "assumed",
)
def _(aws: Caller) -> None:
    name, arn = aws.name(), aws.arn(aws.queue())
    url = aws.sqs("CreateQueue", QueueName=name, Attributes={"RedrivePolicy": _redrive(arn, "3")}).result["QueueUrl"]
    again = json.dumps({_COUNT: 3, _TARGET: arn}, indent=1)
    aws.sqs("CreateQueue", QueueName=name, Attributes={"RedrivePolicy": again}).gives(QueueUrl=url)
    aws.sqs("CreateQueue", QueueName=name, Attributes={"RedrivePolicy": _redrive(arn, 4)}).refused(
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute RedrivePolicy",
    )


@case(
    "sqs/SetQueueAttributes/redrive-policy-that-the-target-denies",
    "A redrive policy is refused where the dead-letter queue denies its source.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    target = aws.queue({"RedriveAllowPolicy": '{"redrivePermission":"denyAll"}'})
    policy = _redrive(aws.arn(target), 1)
    aws.sqs("SetQueueAttributes", QueueUrl=aws.queue(), Attributes={"RedrivePolicy": policy}).refused(
        "InvalidParameterValue"
    )


for attribute in ("RedrivePolicy", "RedriveAllowPolicy"):

    @case(
        f"sqs/SetQueueAttributes/{attribute.lower()}-removed",
        f"An empty {attribute} takes it away.",
        _PAGE,
        "assumed",
    )
    def _(aws: Caller, attribute: str = attribute) -> None:
        policies = {
            "RedrivePolicy": _redrive(_queue_arn(aws), 1),
            "RedriveAllowPolicy": '{"redrivePermission":"denyAll"}',
        }
        queue = aws.queue({attribute: policies[attribute]})
        aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={attribute: ""}).succeeds()
        same(aws.attributes(queue, attribute), {})
