"""AWS Lambda, as far as it is emulated: event source mappings, and their tags.

Written by hand, unlike the modules of SQS and SNS: it has the members that matter to queues. Others are ignored in
requests, as AWS ignores what it does not know. A test compares it with botocore's model.
https://docs.aws.amazon.com/lambda/latest/api/
"""

from typing import Any

from msgspec import Struct, field

from api_shapes.operation import Operation, Shape

API_VERSION = "2015-03-31"


class Filter(Shape, kw_only=True):
    pattern: str | None = None


class FilterCriteria(Shape, kw_only=True):
    filters: list[Filter] | None = None


class ScalingConfig(Shape, kw_only=True):
    maximum_concurrency: int | None = None


class MappingInput(Shape, kw_only=True):
    """What the requests have in common that create and change mappings."""

    function_name: str | None = None
    enabled: bool | None = None
    batch_size: int | None = None
    filter_criteria: FilterCriteria | None = None
    maximum_batching_window_in_seconds: int | None = None
    scaling_config: ScalingConfig | None = None
    function_response_types: list[str] | None = None
    # Of streams; a queue has none of these.
    parallelization_factor: int | None = None
    destination_config: dict[str, Any] | None = None
    maximum_record_age_in_seconds: int | None = None
    bisect_batch_on_function_error: bool | None = None
    maximum_retry_attempts: int | None = None
    tumbling_window_in_seconds: int | None = None


class CreateEventSourceMappingRequest(MappingInput, kw_only=True):
    event_source_arn: str | None = None
    tags: dict[str, str] | None = None
    starting_position: str | None = None
    topics: list[str] | None = None
    queues: list[str] | None = None
    self_managed_event_source: dict[str, Any] | None = None


class UpdateEventSourceMappingRequest(MappingInput, kw_only=True):
    uuid: str | None = field(name="UUID", default=None)


class MappingName(Shape, kw_only=True):
    """The request of GetEventSourceMapping and of DeleteEventSourceMapping."""

    uuid: str | None = field(name="UUID", default=None)


class EventSourceMappingConfiguration(Shape, kw_only=True):
    uuid: str | None = field(name="UUID", default=None)
    batch_size: int | None = None
    maximum_batching_window_in_seconds: int | None = None
    event_source_arn: str | None = None
    filter_criteria: FilterCriteria | None = None
    scaling_config: ScalingConfig | None = None
    function_arn: str | None = None
    last_modified: float | None = None  # seconds since the epoch
    last_processing_result: str | None = None
    state: str | None = None
    state_transition_reason: str | None = None
    function_response_types: list[str] | None = None
    event_source_mapping_arn: str | None = None


class ListEventSourceMappingsRequest(Shape, kw_only=True):
    event_source_arn: str | None = None
    function_name: str | None = None
    marker: str | None = None
    max_items: int | None = None


class ListEventSourceMappingsResponse(Shape, kw_only=True):
    next_marker: str | None = None
    event_source_mappings: list[EventSourceMappingConfiguration] | None = None


class ListTagsRequest(Shape, kw_only=True):
    resource: str | None = None


class ListTagsResponse(Shape, kw_only=True):
    tags: dict[str, str] | None = None


class TagResourceRequest(Shape, kw_only=True):
    resource: str | None = None
    tags: dict[str, str] | None = None


class UntagResourceRequest(Shape, kw_only=True):
    resource: str | None = None
    tag_keys: list[str] | None = field(name="tagKeys", default=None)


class Route(Struct, frozen=True):
    """Where an operation is in the REST protocol. ``{...}`` at the end of a path is the member of that name."""

    method: str
    path: str
    status: int  # of a result


def _operation(
    name: str, request: type[Shape], result: type[Shape] | None, route: Route, *errors: str
) -> Operation[Any, Any]:
    usual = ("InvalidParameterValueException", "ResourceNotFoundException", "ServiceException")
    ROUTES[name] = route
    return Operation("lambda", name, request, result, (*usual, *errors))


ROUTES: dict[str, Route] = {}
_MAPPINGS = "/2015-03-31/event-source-mappings"
_MAPPING = f"{_MAPPINGS}/{{UUID}}"
_TAGS = "/2017-03-31/tags/{Resource}"
_Configuration = EventSourceMappingConfiguration

CREATE_EVENT_SOURCE_MAPPING = _operation(
    "CreateEventSourceMapping",
    CreateEventSourceMappingRequest,
    _Configuration,
    Route("POST", _MAPPINGS, 202),
    "ResourceConflictException",
)
GET_EVENT_SOURCE_MAPPING = _operation("GetEventSourceMapping", MappingName, _Configuration, Route("GET", _MAPPING, 200))
LIST_EVENT_SOURCE_MAPPINGS = _operation(
    "ListEventSourceMappings",
    ListEventSourceMappingsRequest,
    ListEventSourceMappingsResponse,
    Route("GET", _MAPPINGS, 200),
)
UPDATE_EVENT_SOURCE_MAPPING = _operation(
    "UpdateEventSourceMapping", UpdateEventSourceMappingRequest, _Configuration, Route("PUT", _MAPPING, 202)
)
DELETE_EVENT_SOURCE_MAPPING = _operation(
    "DeleteEventSourceMapping", MappingName, _Configuration, Route("DELETE", _MAPPING, 202)
)
LIST_TAGS = _operation("ListTags", ListTagsRequest, ListTagsResponse, Route("GET", _TAGS, 200))
TAG_RESOURCE = _operation("TagResource", TagResourceRequest, None, Route("POST", _TAGS, 204))
UNTAG_RESOURCE = _operation("UntagResource", UntagResourceRequest, None, Route("DELETE", _TAGS, 204))

OPERATIONS: dict[str, Operation[Any, Any]] = {
    each.name: each for each in list(globals().values()) if isinstance(each, Operation)
}
