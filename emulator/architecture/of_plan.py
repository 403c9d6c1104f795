"""What a plan of Terraform has that is not emulated: functions, their event sources, alarms and keys."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator.architecture.model import Alarm, Architecture, Consumer, Element, Function, Key, Origin
from emulator.architecture.policies import MalformedPolicyError, policy_of, several
from emulator.infrastructure.terraform.declaring import PlannedResources
from emulator.infrastructure.terraform.instances import Instances, Used
from emulator.infrastructure.terraform.references import Instance

_TARGETS = ("aws_sqs_queue", "aws_sns_topic")
_DEFAULT_TIMEOUT = 3  # seconds, of Lambda
_DEFAULT_BATCH = 10


def add_planned(found: Architecture, plan: PlannedResources) -> None:
    """Add them to the model."""
    for kind, (read, chosen) in _READERS.items():
        for used in plan.by_type.get(kind, ()):
            chosen(found).extend(read(plan.instances, used, Origin(plan.file, None, used.resource.address)))


def _function(instances: Instances, used: Used, origin: Origin) -> Iterator[Element]:
    sends = {
        arn
        for each in instances.targets(used, "environment")
        if isinstance(each, Instance) and each.resource.type in _TARGETS
        for arn in [instances.arn_of(each)]
    }
    for block in several(used.resource.values.get("environment")):
        variables = block.get("variables") if isinstance(block, dict) else None
        for text in variables.values() if isinstance(variables, dict) else ():
            if isinstance(text, str) and text.startswith("arn:") and text.split(":")[2] in ("sqs", "sns"):
                sends.add(text)
    timeout = used.resource.values.get("timeout")
    yield Function(
        arn=_arn(instances, used),
        origin=origin,
        timeout=timeout if isinstance(timeout, int) else _DEFAULT_TIMEOUT,
        sends_to=sorted(sends),
    )


def _consumer(instances: Instances, used: Used, origin: Origin) -> Iterator[Element]:
    queue = _first(instances, used, "event_source_arn", ("aws_sqs_queue",))
    function = _first(instances, used, "function_name", ("aws_lambda_function",))
    if queue is None or function is None or ":sqs:" not in queue:
        return
    size = used.resource.values.get("batch_size")
    if not function.startswith("arn:"):
        function = f"arn:aws:lambda:{':'.join(queue.split(':')[3:5])}:function:{function}"
    yield Consumer(
        arn=f"arn:aws:lambda:{':'.join(queue.split(':')[3:5])}:event-source-mapping:{used.resource.address}",
        origin=origin,
        queue=queue,
        function=function,
        batch_size=size if isinstance(size, int) else _DEFAULT_BATCH,
        partial_batches="ReportBatchItemFailures" in several(used.resource.values.get("function_response_types")),
    )


def _alarm(instances: Instances, used: Used, origin: Origin) -> Iterator[Element]:
    dimensions = used.resource.values.get("dimensions")
    name = dimensions.get("QueueName") if isinstance(dimensions, dict) else None
    if not isinstance(name, str):
        found = [each for each in instances.values(used, "dimensions") if isinstance(each, str)]
        name = found[0].rpartition(":")[2] if found else None
    if used.resource.values.get("namespace") == "AWS/SQS" and name is not None:
        metric = str(used.resource.values.get("metric_name"))
        yield Alarm(arn=f"arn:aws:cloudwatch:::alarm:{used.resource.address}", origin=origin, queue=name, metric=metric)


def _key(instances: Instances, used: Used, origin: Origin) -> Iterator[Element]:
    policy = used.resource.values.get("policy")
    try:
        read = None if not policy else policy_of(policy, name=used.resource.address)
    except MalformedPolicyError:
        read = None
    yield Key(arn=_arn(instances, used), origin=origin, policy=read)


def _arn(instances: Instances, used: Used) -> str:
    return instances.arn_of(Instance(used.scope, used.resource, "arn"))


def _first(instances: Instances, used: Used, name: str, kinds: tuple[str, ...]) -> str | None:
    known = used.resource.values.get(name)
    if isinstance(known, str) and known:
        return known
    found = instances.arns(used, name, kinds)
    return found[0] if found else None


_READERS: Mapping[
    str, tuple[Callable[[Instances, Used, Origin], Iterator[Element]], Callable[[Architecture], list[Any]]]
] = {
    "aws_cloudwatch_metric_alarm": (_alarm, lambda found: found.alarms),
    "aws_kms_key": (_key, lambda found: found.keys),
    "aws_lambda_event_source_mapping": (_consumer, lambda found: found.consumers),
    "aws_lambda_function": (_function, lambda found: found.functions),
}
