"""What AWS checks of an event source mapping of a queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""

import re
from collections.abc import Sequence

from api_shapes import aws_lambda
from emulator.aws.lambda_errors import InvalidParameterValue, ValidationError
from emulator.functions.filter_criteria import PATTERN_LENGTH_MAX, FilterCriteria
from emulator.functions.mapping import EventSourceMapping
from emulator.sns.filter_policy import FilterPolicyError

REPORTS_FAILURES = "ReportBatchItemFailures"
FUNCTION_NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
_BATCH_MAX, _FIFO_BATCH_MAX, _BATCH_WITHOUT_WINDOW_MAX = 10_000, 10, 10
_WINDOW_MAX = 300  # seconds
_FILTERS_MAX = 10
_CONCURRENCY = (2, 1_000)

# Members of requests that a queue does not have.
_OF_STREAMS = {
    "parallelization_factor": "ParallelizationFactor",
    "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
    "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
    "maximum_retry_attempts": "MaximumRetryAttempts",
    "tumbling_window_in_seconds": "TumblingWindowInSeconds",
}


def check_request(request: aws_lambda.MappingInput) -> None:
    """The constraints of the model. Raises ValidationError, or InvalidParameterValue for what queues do not have."""
    name = request.function_name
    if name is not None:
        check_function_name(name)
    _check_range(request.batch_size, "batchSize", 1, _BATCH_MAX)
    _check_range(request.maximum_batching_window_in_seconds, "maximumBatchingWindowInSeconds", 0, _WINDOW_MAX)
    if request.scaling_config is not None:
        concurrency = request.scaling_config.maximum_concurrency
        _check_range(concurrency, "scalingConfig.maximumConcurrency", *_CONCURRENCY)
    types = request.function_response_types
    if types is not None:
        if len(types) > 1:
            shown = f"[{', '.join(types)}]"
            raise ValidationError.of(shown, "functionResponseTypes", "have length less than or equal to 1")
        if types and types[0] != REPORTS_FAILURES:
            wanted = f"satisfy constraint: [Member must satisfy enum value set: [{REPORTS_FAILURES}]]"
            raise ValidationError.of(f"[{types[0]}]", "functionResponseTypes", wanted)
    for field, member in _OF_STREAMS.items():
        if getattr(request, field) is not None:
            raise InvalidParameterValue(f"Unsupported {member} parameter for given event source mapping type.")


def check_function_name(name: str) -> None:
    """Raises ValidationError if ``name`` can be that of no function."""
    if not re.fullmatch(FUNCTION_NAME, name):
        raise ValidationError.of(name, "functionName", f"satisfy regular expression pattern: {FUNCTION_NAME}")
    if len(name) > 256:
        raise ValidationError.of(name, "functionName", "have length less than or equal to 256")


def _check_range(value: int | None, member: str, least: int, most: int) -> None:
    if value is None:
        return
    if value < least:
        raise ValidationError.of(value, member, f"have value greater than or equal to {least}")
    if value > most:
        raise ValidationError.of(value, member, f"have value less than or equal to {most}")


def check_mapping(mapping: EventSourceMapping) -> None:
    """What the values of a mapping say together. Raises InvalidParameterValue."""
    fifo = mapping.queue_arn.endswith(".fifo")
    size, window = mapping.batch_size, mapping.window_seconds
    if fifo and size > _FIFO_BATCH_MAX:
        raise InvalidParameterValue(f"BatchSize must be less than or equal to {_FIFO_BATCH_MAX} for FIFO queues.")
    if fifo and window:
        raise InvalidParameterValue("Batching window is not supported for FIFO queues.")
    if size > _BATCH_WITHOUT_WINDOW_MAX and not window:
        raise InvalidParameterValue(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than "
            f"{_BATCH_WITHOUT_WINDOW_MAX}"
        )
    _check_filters(mapping.filters)


def _check_filters(patterns: Sequence[str]) -> None:
    if len(patterns) > _FILTERS_MAX:
        raise InvalidParameterValue(f"Exceeded the limit for number of filters allowed: {_FILTERS_MAX}.")
    for pattern in patterns:
        if len(pattern) > PATTERN_LENGTH_MAX:
            raise ValidationError.of(
                pattern, "filterCriteria.filters.pattern", f"have length less than or equal to {PATTERN_LENGTH_MAX}"
            )
    try:
        FilterCriteria(patterns)
    except FilterPolicyError as error:
        raise InvalidParameterValue(f"Invalid filter pattern definition. {error.detail}") from None
