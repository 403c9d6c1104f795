"""Declared event source mappings, made and changed by the actions of Lambda."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api_shapes import aws_lambda
from emulator.aws.arns import Arn
from emulator.aws.errors import ServiceError
from emulator.configuration.settings import Settings
from emulator.declared.calls import Caller, Calls
from emulator.declared.changes import refused
from emulator.declared.declarations import DeclaredMapping
from emulator.declared.document import Mistakes
from emulator.declared.queues import QueueDeclarer
from emulator.declared.shapes import EventSourceMappingShape


class MappingDeclarer:
    """Makes mappings and changes them. What AWS refuses becomes a mistake."""

    def __init__(self, calls: Calls, queues: QueueDeclarer, mistakes: Mistakes) -> None:
        self._calls = calls
        self._queues = queues
        self._mistakes = mistakes

    async def declare(
        self,
        mappings: Mapping[tuple[str, str], DeclaredMapping],
        before: Mapping[tuple[str, str], DeclaredMapping],
    ) -> None:
        for key, declared in mappings.items():
            function = Arn.parse(declared.function_arn)
            if function is None or function.service != "lambda":
                text = f"{declared.function_arn} is not the ARN of a function."
                self._mistakes.add((*declared.path, "function"), text)
            elif self._has_queue(declared):
                await self._declare(declared, before.get(key))

    def _has_queue(self, declared: DeclaredMapping) -> bool:
        name = declared.shape.queue
        if declared.optional and self._calls.world.sqs.queues.find(declared.queue_arn) is None:
            return False
        return self._queues.has_queue(declared.queue_arn, name, (*declared.path, "queue"))

    async def delete(self, mappings: Iterable[DeclaredMapping]) -> None:
        for declared in mappings:
            uuid = self._existing(declared)
            if uuid is not None:
                request = aws_lambda.MappingName(uuid=uuid)
                await self._calls.perform(aws_lambda.DELETE_EVENT_SOURCE_MAPPING, _owner(declared), request)

    def _existing(self, declared: DeclaredMapping) -> str | None:
        """The UUID of the mapping, if there is one."""
        for each in self._calls.world.mappings.of(*_owner(declared)):
            if (each.queue_arn, each.function_arn) == declared.key:
                return each.uuid
        return None

    async def _declare(self, declared: DeclaredMapping, before: DeclaredMapping | None) -> None:
        uuid, owner = self._existing(declared), _owner(declared)
        try:
            if uuid is None:
                create = aws_lambda.CreateEventSourceMappingRequest(
                    event_source_arn=declared.queue_arn, tags=declared.shape.tags, **_options(declared)
                )
                await self._calls.perform(aws_lambda.CREATE_EVENT_SOURCE_MAPPING, owner, create)
            elif before is None or before.shape != declared.shape:
                update = aws_lambda.UpdateEventSourceMappingRequest(uuid=uuid, **_options(declared))
                await self._calls.perform(aws_lambda.UPDATE_EVENT_SOURCE_MAPPING, owner, update)
        except ServiceError as error:
            self._mistakes.add(declared.path, refused(error))


def _options(declared: DeclaredMapping) -> dict[str, Any]:
    """What the requests have in common that make and change a mapping."""
    shape: EventSourceMappingShape = declared.shape
    patterns = [each if isinstance(each, str) else json.dumps(each) for each in shape.filters]
    return {
        "function_name": declared.function_arn,
        "enabled": shape.enabled,
        "batch_size": shape.batch_size,
        "maximum_batching_window_in_seconds": shape.maximum_batching_window_in_seconds,
        "filter_criteria": aws_lambda.FilterCriteria(filters=[aws_lambda.Filter(pattern=each) for each in patterns]),
        "function_response_types": ["ReportBatchItemFailures"] if shape.report_batch_item_failures else [],
        "scaling_config": aws_lambda.ScalingConfig(maximum_concurrency=shape.maximum_concurrency),
    }


def _owner(declared: DeclaredMapping) -> Caller:
    """The account and region of the function."""
    function = Arn.parse(declared.function_arn)
    assert function is not None, "its ARN was checked"
    return Caller(function.account, function.region)


def unreachable(mappings: Iterable[DeclaredMapping], settings: Settings) -> Iterator[str]:
    """For the log: the functions of mappings that have no URL, so that they get nothing."""
    if settings.lambda_endpoint is not None:
        return
    known = {arn.split(":")[6] for arn in settings.lambda_urls}
    for each in mappings:
        parts = each.function_arn.split(":")
        name = parts[6] if len(parts) > 6 else each.function_arn
        if name not in known and each.shape.enabled:
            yield (
                f"the function {name} has no URL, and gets no messages of {each.queue_arn}: --lambda-url or "
                "--lambda-endpoint gives one"
            )
