"""Event source mappings of tests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.testing.handlers import Function


@dataclass(frozen=True, slots=True)
class LambdaTrigger:
    """An event source mapping, and the function that it calls."""

    uuid: str
    function: Function
    client: Any  # of Lambda

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that the function got, in the order in which they came."""
        return list(self.function.events)

    @property
    def bodies(self) -> list[str]:
        """The bodies of all messages in these events."""
        return [record["body"] for event in self.events for record in event["Records"]]

    def disable(self) -> None:
        """Take no more messages."""
        self.client.update_event_source_mapping(UUID=self.uuid, Enabled=False)

    def enable(self) -> None:
        """Take messages again."""
        self.client.update_event_source_mapping(UUID=self.uuid, Enabled=True)

    def delete(self) -> None:
        """Delete the mapping."""
        self.client.delete_event_source_mapping(UUID=self.uuid)


def new_trigger(
    client: Any,
    queue_arn: str,
    function: Function,
    *,
    batch_size: int | None,
    window_seconds: int | None,
    report_batch_item_failures: bool,
    filters: Sequence[Mapping[str, Any]],
    maximum_concurrency: int | None,
) -> LambdaTrigger:
    """Create a mapping. Raises AWS's error if an option is wrong."""
    request: dict[str, Any] = {"EventSourceArn": queue_arn, "FunctionName": function.arn}
    if batch_size is not None:
        request["BatchSize"] = batch_size
    if window_seconds is not None:
        request["MaximumBatchingWindowInSeconds"] = window_seconds
    if report_batch_item_failures:
        request["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    if filters:
        request["FilterCriteria"] = {"Filters": [{"Pattern": json.dumps(each)} for each in filters]}
    if maximum_concurrency is not None:
        request["ScalingConfig"] = {"MaximumConcurrency": maximum_concurrency}
    return LambdaTrigger(client.create_event_source_mapping(**request)["UUID"], function, client)
