"""The actions for event source mappings.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

import re

from msgspec.structs import replace

from api_shapes import aws_lambda
from emulator.actions.registry import action
from emulator.aws.arns import Arn
from emulator.aws.lambda_errors import InvalidParameterValue, ResourceConflict, ResourceNotFound, ValidationError
from emulator.functions.checks import REPORTS_FAILURES, check_function_name, check_mapping, check_request
from emulator.functions.mapping import DEFAULT_BATCH_SIZE, EventSourceMapping, unqualified
from emulator.functions.service import Context, function_arn

_PAGE_MAX = 100
_ARN = re.compile(
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)
_USER_INITIATED = "USER_INITIATED"

Configuration = aws_lambda.EventSourceMappingConfiguration


@action(aws_lambda.CREATE_EVENT_SOURCE_MAPPING)
def create_event_source_mapping(ctx: Context, request: aws_lambda.CreateEventSourceMappingRequest) -> Configuration:
    """The function need not exist here: functions are elsewhere."""
    if not request.function_name:
        raise ValidationError.of(request.function_name or "", "functionName", "have length greater than or equal to 1")
    check_request(request)
    function = _function(ctx, request.function_name)
    mapping = _changed(
        EventSourceMapping(
            ctx.ids.uuid(),
            _queue(ctx, request),
            function,
            ctx.clocks.now_of(ctx.account),
            tags=dict(request.tags or {}),
        ),
        request,
    )
    check_mapping(mapping)
    for other in ctx.state.mappings.of(ctx.account, ctx.region):
        if (other.queue_arn, other.function_arn) == (mapping.queue_arn, mapping.function_arn):
            raise ResourceConflict(
                f'An event source mapping with SQS arn (" {mapping.queue_arn} ") and function (" '
                f'{_shown_name(mapping.function_arn)} ") already exists. Please update or delete the existing '
                f"mapping with UUID {other.uuid}"
            )
    ctx.state.mappings.put(mapping)
    return configuration(ctx, mapping, "Creating")


@action(aws_lambda.GET_EVENT_SOURCE_MAPPING, reads=True)
def get_event_source_mapping(ctx: Context, request: aws_lambda.MappingName) -> Configuration:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html"""
    return configuration(ctx, _found(ctx, request.uuid))


@action(aws_lambda.LIST_EVENT_SOURCE_MAPPINGS, reads=True)
def list_event_source_mappings(
    ctx: Context, request: aws_lambda.ListEventSourceMappingsRequest
) -> aws_lambda.ListEventSourceMappingsResponse:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html"""
    size = request.max_items if request.max_items is not None else _PAGE_MAX
    if size < 1:
        raise ValidationError.of(size, "maxItems", "have value greater than or equal to 1")
    if size > 10_000:
        raise ValidationError.of(size, "maxItems", "have value less than or equal to 10000")
    found = ctx.state.mappings.of(ctx.account, ctx.region)
    if request.event_source_arn:
        found = [each for each in found if each.queue_arn == request.event_source_arn]
    if request.function_name:
        check_function_name(request.function_name)
        wanted = _function(ctx, request.function_name)
        found = [each for each in found if wanted in (each.function_arn, unqualified(each.function_arn))]
    first = 0
    if request.marker:
        after = [number for number, each in enumerate(found) if each.uuid == request.marker]
        if not after:
            raise InvalidParameterValue("Invalid value for marker.")
        first = after[0]
    size = min(size, _PAGE_MAX)
    page, rest = found[first : first + size], found[first + size :]
    return aws_lambda.ListEventSourceMappingsResponse(
        event_source_mappings=[configuration(ctx, each) for each in page],
        next_marker=rest[0].uuid if rest else None,
    )


@action(aws_lambda.UPDATE_EVENT_SOURCE_MAPPING)
def update_event_source_mapping(ctx: Context, request: aws_lambda.UpdateEventSourceMappingRequest) -> Configuration:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    mapping = _found(ctx, request.uuid)
    check_request(request)
    if request.function_name:
        mapping = replace(mapping, function_arn=_function(ctx, request.function_name))
    mapping = replace(_changed(mapping, request), modified_at=ctx.clocks.now_of(ctx.account))
    check_mapping(mapping)
    ctx.state.mappings.put(mapping)
    return configuration(ctx, mapping, "Updating")


@action(aws_lambda.DELETE_EVENT_SOURCE_MAPPING)
def delete_event_source_mapping(ctx: Context, request: aws_lambda.MappingName) -> Configuration:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html"""
    mapping = _found(ctx, request.uuid)
    shown = configuration(ctx, mapping, "Deleting")
    ctx.state.mappings.delete(mapping)
    return shown


def configuration(ctx: Context, mapping: EventSourceMapping, state: str | None = None) -> Configuration:
    """A mapping as AWS shows it. ``state`` is that of a change, which is over when it is answered; None: of now."""
    triggers = ctx.state.triggers
    trigger = None if triggers is None else triggers.find(mapping.uuid)
    filters = [aws_lambda.Filter(pattern=text) for text in mapping.filters]
    scaling = aws_lambda.ScalingConfig(maximum_concurrency=mapping.maximum_concurrency)
    return Configuration(
        uuid=mapping.uuid,
        batch_size=mapping.batch_size,
        maximum_batching_window_in_seconds=mapping.window_seconds,
        event_source_arn=mapping.queue_arn,
        filter_criteria=aws_lambda.FilterCriteria(filters=filters) if filters else None,
        scaling_config=None if mapping.maximum_concurrency is None else scaling,
        function_arn=mapping.function_arn,
        last_modified=mapping.modified_at,
        last_processing_result="No records processed" if trigger is None else trigger.consumer.last_result,
        state=state or ("Enabled" if mapping.enabled else "Disabled"),
        state_transition_reason=_USER_INITIATED,
        function_response_types=[REPORTS_FAILURES] if mapping.reports_failures else [],
        event_source_mapping_arn=mapping.arn,
    )


def _changed(mapping: EventSourceMapping, request: aws_lambda.MappingInput) -> EventSourceMapping:
    """The mapping with what a request gives."""
    given: dict[str, object] = {
        "batch_size": request.batch_size or (mapping.batch_size or DEFAULT_BATCH_SIZE),
        "window_seconds": request.maximum_batching_window_in_seconds,
        "enabled": request.enabled,
    }
    if request.filter_criteria is not None:
        given["filters"] = tuple(each.pattern or "" for each in request.filter_criteria.filters or [])
    if request.function_response_types is not None:
        given["reports_failures"] = bool(request.function_response_types)
    changed = replace(mapping, **{name: value for name, value in given.items() if value is not None})
    if request.scaling_config is not None:
        changed = replace(changed, maximum_concurrency=request.scaling_config.maximum_concurrency)
    return changed


def _found(ctx: Context, uuid: str | None) -> EventSourceMapping:
    mapping = ctx.state.mappings.find(uuid or "")
    if mapping is None or mapping.place != (ctx.account, ctx.region):
        raise ResourceNotFound
    return mapping


def _function(ctx: Context, name: str) -> str:
    """The ARN of a function of the caller."""
    found = function_arn(name, ctx.account, ctx.region)
    arn = None if found is None else Arn.parse(found)
    if found is None or arn is None:
        raise ResourceNotFound(f"Function not found: {name}")
    if (arn.account, arn.region) != (ctx.account, ctx.region):
        raise ResourceNotFound(f"Function not found: {found}")
    return found


def _queue(ctx: Context, request: aws_lambda.CreateEventSourceMappingRequest) -> str:
    """The ARN of a queue that exists, in the region of the function."""
    source = request.event_source_arn
    if not source:
        raise InvalidParameterValue("Unrecognized event source.")
    if not _ARN.fullmatch(source):
        raise ValidationError.of(source, "eventSourceArn", f"satisfy regular expression pattern: {_ARN.pattern}")
    arn = Arn.parse(source)
    assert arn is not None, "it fits the pattern"
    if arn.service != "sqs":
        raise InvalidParameterValue(
            f"Unrecognized event source: this emulator has queues of SQS only, and not {arn.service}."
        )
    if request.starting_position is not None:
        raise InvalidParameterValue("StartingPosition is not valid for SQS event sources.")
    if arn.region != ctx.region or ctx.state.world.sqs.queues.find(source) is None:
        raise InvalidParameterValue(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
            "Message: The specified queue does not exist for this wsdl version."
        )
    return source


def _shown_name(function: str) -> str:
    return ":".join(function.split(":")[6:])
