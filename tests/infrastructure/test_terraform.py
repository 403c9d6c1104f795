"""How values are found that Terraform does not know while it plans."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.declared.configuration import declared_by
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, Mistakes
from emulator.infrastructure.files import with_texts

ENDPOINT = "http://localhost:4566"
SQS, SNS = "arn:aws:sqs:us-east-1:000000000000", "arn:aws:sns:us-east-1:000000000000"
QUEUE, TOPIC = "aws_sqs_queue", "aws_sns_topic"


def resource(kind: str, label: str, index: Any = None, module: str = "", /, **values: Any) -> dict[str, Any]:
    shown = "" if index is None else f"[{json.dumps(index)}]"
    address = f"{module}{'.' if module else ''}{kind}.{label}{shown}"
    return {"address": address, "type": kind, "name": label, "index": index, "values": values}


def queue(label: str, module: str = "", /, **values: Any) -> dict[str, Any]:
    return resource(QUEUE, label, None, module, **values)


def written(kind: str, name: str, mode: str = "managed", for_each: Any = None, **expressions: Any) -> dict[str, Any]:
    given = {key: value if isinstance(value, dict | list) else refers(value) for key, value in expressions.items()}
    more = {} if for_each is None else {"for_each_expression": refers(for_each)}
    return {"type": kind, "name": name, "mode": mode, "expressions": given, **more}


def refers(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


class Plan:
    """What a plan declares, and what is said about it."""

    def __init__(self, planned: list[Any], configured: list[Any], **more: Any) -> None:
        root: dict[str, Any] = {"resources": configured, "module_calls": more.pop("calls", {})}
        configuration = {"root_module": root, "provider_config": more.pop("providers", {})}
        values = {"root_module": {"resources": planned, "child_modules": more.pop("modules", [])}}
        plan = {"terraform_version": "1.9.8", "planned_values": values, "configuration": configuration, **more}
        text = {"file": "plan.json", "text": json.dumps(plan)}
        document = with_texts(Document("", {}), [], [text])
        mistakes = Mistakes(document)
        self.declared: Declarations = declared_by(document, mistakes, Settings(), ENDPOINT)
        self.mistakes = [line.removeprefix("plan.json: ") for line in mistakes.lines()]
        self.notices = [line.removeprefix("plan.json: ") for line in self.declared.notices]

    def queue(self, name: str) -> Any:
        return self.declared.queues[f"{SQS}:{name}"].shape

    @property
    def endpoints(self) -> dict[str, str]:
        """The topics of the subscriptions, by endpoint."""
        return {each.endpoint.address: each.topic_arn for each in self.declared.subscriptions.values()}


def subscription(topic: Any, endpoint: Any, **values: Any) -> tuple[Any, Any]:
    name = "aws_sns_topic_subscription"
    return resource(name, "s", protocol="sqs", **values), written(name, "s", topic_arn=topic, endpoint=endpoint)


def test_expression_that_refers_to_several_things_is_a_mistake_unless_all_but_one_are_for_dead_letters() -> None:
    planned, configured = subscription("aws_sns_topic.t", refers("aws_sqs_queue.a", "aws_sqs_queue.b"))
    topic = resource(TOPIC, "t", name="t")
    two = Plan(
        [queue("a", name="a"), queue("b", name="b"), topic, planned],
        [configured],
    )
    assert two.mistakes == [
        f"aws_sns_topic_subscription.s.endpoint: The value is not in the plan, and its expression refers to {SQS}:a, "
        f"{SQS}:b: one thing is wanted."
    ]
    one = Plan(
        [queue("a", name="a"), queue("b", name="a-dlq"), topic, planned],
        [configured],
    )
    assert (one.mistakes, one.endpoints) == ([], {f"{SQS}:a": f"{SNS}:t"})


@pytest.mark.parametrize(
    "reference",
    [
        "local.queue",
        "self.x",
        "path.module",
        "module.none.arn",
        "var.none",
        "aws_sqs_queue.none.arn",
        "each.key",
        "nonsense",
        3,
    ],
)
def test_expression_that_leads_nowhere_is_a_mistake(reference: Any) -> None:
    planned, configured = subscription("aws_sns_topic.t", refers(reference))
    plan = Plan([resource(TOPIC, "t", name="t"), planned], [configured])
    (mistake,) = plan.mistakes
    assert "its expression refers to nothing that is in the plan: one thing is wanted." in mistake


def test_references_in_a_circle_end() -> None:
    call = {
        "expressions": {"x": refers("module.m.x")},
        "module": {"outputs": {"x": {"expression": refers("var.x", "var.x")}}},
    }
    planned, configured = subscription("module.m.x", "module.m.x")
    plan = Plan([planned], [configured], calls={"m": call}, modules=[{"address": "module.m"}])
    assert len(plan.mistakes) == 2


def test_defaults_and_constants_of_variables_are_values() -> None:
    module = {
        "variables": {"count": {"default": 8}, "name": {}},
        "resources": [
            written(
                "aws_sqs_queue", "q", redrive_policy=refers("aws_sqs_queue.dead.arn", "aws_sqs_queue.dead", "var.count")
            )
        ],
    }
    inner = [
        resource("aws_sqs_queue", "q", module="module.m", name="q"),
        resource("aws_sqs_queue", "dead", module="module.m", name="d"),
    ]
    plan = Plan([], [], calls={"m": {"module": module}}, modules=[{"address": "module.m", "resources": inner}])
    assert plan.queue("q").redrive_policy == {"deadLetterTargetArn": f"{SQS}:d", "maxReceiveCount": 8}


def test_what_is_left_out_or_assumed_is_named() -> None:
    plan = Plan(
        [
            queue("q", name="q"),
            queue("dead", name="dead"),
            resource("aws_kms_key", "k"),
        ],
        [
            written(
                "aws_sqs_queue",
                "q",
                redrive_policy="aws_sqs_queue.dead.arn",
                redrive_allow_policy="local.x",
                policy=refers("var.policy", "aws_sqs_queue.dead"),
                kms_master_key_id="aws_kms_key.k.id",
                delay_seconds={"constant_value": None},
            ),
        ],
    )
    assert plan.notices == [
        "aws_sqs_queue.q.policy: it is not in the plan, and is left out",
        "aws_sqs_queue.q.redrive_allow_policy: it is not in the plan, and is left out",
        "aws_sqs_queue.q.redrive_policy: maxReceiveCount is not in the plan, and is 3",
        "not emulated, and skipped: aws_kms_key (aws_kms_key.k)",
    ]
    assert plan.queue("q").kms_master_key_id == "not-emulated-k"
    assert plan.queue("q").redrive_policy == {"deadLetterTargetArn": f"{SQS}:dead", "maxReceiveCount": 3}


def test_policy_can_come_from_a_variable_or_a_data_source() -> None:
    statement = [
        {
            "principals": [{"identifiers": {"constant_value": ["111111111111"]}}],
            "not_actions": {"constant_value": "sqs:*"},
        }
    ]
    policy_id = {"constant_value": "u"}
    plan = Plan(
        [
            queue("q", name="q"),
            queue("r", name="r"),
            queue("s", name="s"),
            resource("aws_iam_policy_document", "known", json='{"Id":"known"}') | {"mode": "data"},
        ],
        [
            written("aws_sqs_queue", "q", policy="var.policy"),
            written("aws_sqs_queue", "r", policy="data.aws_iam_policy_document.known.json"),
            written("aws_sqs_queue", "s", policy="data.aws_iam_policy_document.unknown.json"),
            written("aws_iam_policy_document", "known", "data"),
            written("aws_iam_policy_document", "unknown", "data", policy_id=policy_id, statement=statement),
        ],
        variables={"policy": {"value": '{"Id":"mine"}'}},
    )
    assert (plan.queue("q").policy, plan.queue("r").policy) == ('{"Id":"mine"}', '{"Id":"known"}')
    assert json.loads(plan.queue("s").policy) == {
        "Version": "2012-10-17",
        "Id": "u",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "NotAction": "sqs:*"}],
    }


def test_queue_is_in_the_region_of_its_resource_or_of_its_provider() -> None:
    plan = Plan(
        [
            queue("a", name="a", region="eu-west-1"),
            queue("b", name="b"),
            queue("c", name="c"),
            queue("d", name="d", arn="arn:aws:sqs:eu-west-3:111111111111:d"),
        ],
        [
            written("aws_sqs_queue", "b") | {"provider_config_key": "aws.second"},
            written("aws_sqs_queue", "c") | {"provider_config_key": "aws.third"},
        ],
        providers={
            "aws.second": {"expressions": {"region": refers("var.region")}},
            "aws.third": {"expressions": {"region": refers("local.region")}},
        },
        variables={"region": {"value": "eu-west-2"}},
    )
    assert list(plan.declared.queues) == [
        "arn:aws:sqs:eu-west-1:000000000000:a",
        "arn:aws:sqs:eu-west-2:000000000000:b",
        f"{SQS}:c",
        "arn:aws:sqs:eu-west-3:111111111111:d",
    ]


def test_attributes_of_resources_are_their_values() -> None:
    tags = {"url": "aws_sqs_queue.q.url", "name": "aws_sqs_queue.q.name", "topic": "aws_sns_topic.t.id"}
    queues = [queue(key, name=key) for key in tags]
    topics = [resource(TOPIC, key, name=key) for key in tags]
    configured = [written(TOPIC, key, display_name=reference) for key, reference in tags.items()]
    plan = Plan([queue("q", name="q"), resource(TOPIC, "t", name="t"), *queues, *topics], configured)
    assert {key: plan.declared.topics[f"{SNS}:{key}"].shape.display_name for key in tags} == {
        "url": f"{ENDPOINT}/000000000000/q",
        "name": "q",
        "topic": f"{SNS}:t",
    }


def test_each_value_is_the_instance_with_the_same_key(tmp_path: Path) -> None:
    topics = [resource(TOPIC, "t", key, name=f"topic-{key}") for key in "ab"]
    queues = [resource("aws_sqs_queue", "q", key, name=f"queue-{key}") for key in "ab"]
    subscriptions = [resource("aws_sns_topic_subscription", "s", key, protocol="sqs") for key in "ab"]
    configured = written(
        "aws_sns_topic_subscription",
        "s",
        for_each="aws_sns_topic.t",
        topic_arn=refers("each.value.arn", "each.value"),
        endpoint=refers("aws_sqs_queue.q", "each.key"),
    )
    # The key itself is among what the expression of the endpoint refers to, and is no ARN.
    plan = Plan([*topics, *queues, *subscriptions], [configured])
    assert plan.endpoints == {f"{SQS}:queue-a": f"{SNS}:topic-a", f"{SQS}:queue-b": f"{SNS}:topic-b"}
