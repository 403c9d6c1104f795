"""What a stack has that is not emulated: functions, their event sources, alarms and keys."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator.architecture.declared_origins import Origins
from emulator.architecture.model import Alarm, Architecture, Consumer, Element, Function, Key
from emulator.architecture.policies import MalformedPolicyError, policy_of, several
from emulator.aws.arns import arn as arn_of
from emulator.declared.document import Mistakes
from emulator.infrastructure.evaluator import Evaluator
from emulator.infrastructure.functions import Refused
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.stack import Stack
from emulator.sqs.identity import identity_of
from emulator.sqs.queue_urls import parse_queue_url

_SERVERLESS = "AWS::Serverless::Function"
_TARGETS = ("sqs", "sns")
_PUBLISHES = ("SNSPublishMessagePolicy", "SQSSendMessagePolicy")
_TEXTS_MAX = 2_000  # of one function
DEFAULT_TIMEOUT = 3  # seconds, of Lambda
_DEFAULT_BATCH = 10
_ALARM_OF = "QueueName"


def add_stack(found: Architecture, stack: Stack, origins: Origins) -> None:
    """Add them to the model. What cannot be evaluated is left out, as it does not concern queues and topics."""
    reader = _Reader(stack, origins)
    for resource in stack.resources.values():
        read = _READERS.get(resource.type)
        if read is not None:
            for element in read(reader, resource):
                _LISTS[type(element)](found).append(element)


class _Reader:
    def __init__(self, stack: Stack, origins: Origins) -> None:
        mistakes = Mistakes(origins.document)  # which do not count
        self._stack = stack.aside(mistakes)
        self._origins = origins
        self._aside = Evaluator(self._stack, mistakes)

    def function(self, resource: Resource) -> Iterator[Element]:
        arn = self._arn(resource)
        sends = sorted(self._targets(resource)) if arn else []
        timeout = _number(self._value(resource, "Timeout"), DEFAULT_TIMEOUT)
        yield Function(arn=arn, origin=self._origins.of(resource.path), timeout=timeout, sends_to=sends)

    def mapping(self, resource: Resource) -> Iterator[Element]:
        given = self._evaluated(resource.written, resource, ())
        queue, function = given.get("EventSourceArn"), given.get("FunctionName")
        if isinstance(queue, str) and isinstance(function, str) and ":sqs:" in queue:
            place = self._stack.place
            arn = function if function.startswith("arn:") else _lambda(place.region, place.account, function)
            yield self._consumer(resource, resource.logical_id, queue, arn, given)

    def _consumer(self, resource: Resource, name: str, queue: str, function: str, given: Mapping[str, Any]) -> Consumer:
        place = self._stack.place
        return Consumer(
            arn=arn_of("lambda", place.region, place.account, f"event-source-mapping:{name}"),
            origin=self._origins.of(resource.path),
            queue=queue,
            function=function,
            batch_size=_number(given.get("BatchSize"), _DEFAULT_BATCH),
            partial_batches="ReportBatchItemFailures" in several(given.get("FunctionResponseTypes")),
        )

    def alarm(self, resource: Resource) -> Iterator[Element]:
        given = self._evaluated(resource.written, resource, ())
        names = [
            each.get("Value")
            for each in several(given.get("Dimensions"))
            if isinstance(each, dict) and each.get("Name") == _ALARM_OF
        ]
        place = self._stack.place
        for name in names:
            if given.get("Namespace") == "AWS/SQS" and isinstance(name, str):
                yield Alarm(
                    arn=arn_of("cloudwatch", place.region, place.account, f"alarm:{resource.logical_id}"),
                    origin=self._origins.of(resource.path),
                    queue=name,
                    metric=str(given.get("MetricName")),
                )

    def key(self, resource: Resource) -> Iterator[Element]:
        policy = self._value(resource, "KeyPolicy")
        try:
            read = None if policy is None else policy_of(policy, name=resource.logical_id)
        except MalformedPolicyError:
            read = None
        arn = self._arn(resource)
        aliases = [
            str(name)
            for each in self._stack.resources.values()
            if each.type == "AWS::KMS::Alias"
            and self._value(each, "TargetKeyId") in (arn, arn.rpartition("/")[2])
            and (name := self._value(each, "AliasName")) is not None
        ]
        yield Key(arn=arn, origin=self._origins.of(resource.path), policy=read, aliases=aliases)

    # -- Values ------------------------------------------------------------------------------

    def _arn(self, resource: Resource) -> str:
        """The ARN that Fn::GetAtt gives."""
        return str(self._stack.attribute(resource.logical_id, "Arn", resource.path))

    def _value(self, resource: Resource, name: str) -> Any:
        if name not in resource.written:
            return None
        try:
            return self._aside.value(resource.written[name], (*resource.path, name))
        except Refused:
            return None

    def _evaluated(self, given: Mapping[str, Any], resource: Resource, path: tuple[str, ...]) -> dict[str, Any]:
        found = {}
        for name, value in given.items():
            try:
                found[name] = self._aside.value(value, (*resource.path, *path, name))
            except Refused:
                continue
        return found

    def _targets(self, resource: Resource) -> set[str]:
        """The queues and topics that a function's environment or its policies of SAM let it send to."""
        found: set[str] = set()
        environment = self._value(resource, "Environment")
        variables = environment.get("Variables") if isinstance(environment, dict) else None
        for text in list(variables.values())[:_TEXTS_MAX] if isinstance(variables, dict) else ():
            arn = self._target(text)
            if arn is not None:
                found.add(arn)
        for policy in several(self._value(resource, "Policies")):
            for name in _PUBLISHES if isinstance(policy, dict) else ():
                for given in policy[name].values() if isinstance(policy.get(name), dict) else ():
                    service = "sns" if name.startswith("SNS") else "sqs"
                    place = self._stack.place
                    found.add(arn_of(service, place.region, place.account, str(given)))
        return found

    def _target(self, text: Any) -> str | None:
        if not isinstance(text, str):
            return None
        if text.startswith("arn:"):
            return text if text.split(":")[2:3][0] in _TARGETS else None
        if text.startswith(f"{self._stack.place.endpoint}/"):
            place, address = self._stack.place, parse_queue_url(text)
            return identity_of(address.name, address.account or place.account, place.region).arn
        return None


def _lambda(region: str, account: str, name: str) -> str:
    return arn_of("lambda", region, account, f"function:{name}")


def _number(value: Any, default: int) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 9 else default


_READERS: Mapping[str, Callable[[_Reader, Resource], Iterator[Element]]] = {
    "AWS::CloudWatch::Alarm": _Reader.alarm,
    "AWS::KMS::Key": _Reader.key,
    "AWS::Lambda::EventSourceMapping": _Reader.mapping,
    "AWS::Lambda::Function": _Reader.function,
    _SERVERLESS: _Reader.function,
}
_LISTS: Mapping[type[Element], Callable[[Architecture], list[Any]]] = {
    Alarm: lambda found: found.alarms,
    Consumer: lambda found: found.consumers,
    Function: lambda found: found.functions,
    Key: lambda found: found.keys,
}
