"""Clients of AWS without AWS."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

QUEUE = "arn:aws:sqs:us-east-1:111111111111:orders"
KEY = "arn:aws:kms:us-east-1:111111111111:key/k-1"
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:worker"


def refusing(service: str) -> Any:
    """A client of a service that the caller may not use."""
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": f"no {service}"}}, "Any")

    class Refusing:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            def refuse(**_: Any) -> Any:
                raise error

            return refuse

    return Refusing()


class Fake:
    """A client whose answers are given, one a page."""

    def __init__(self, **answers: list[dict[str, Any]]) -> None:
        self._answers = {name: iter(pages) for name, pages in answers.items()}
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        pages: Iterator[dict[str, Any]] = self._answers[name]

        def answer(**parameters: Any) -> Any:
            self.asked.append(parameters)
            return next(pages)

        return answer


def clients_of_a_worker() -> dict[str, Fake]:
    """A queue with a function that takes its messages, an alarm and a key."""
    return {
        "sqs": Fake(
            list_queues=[{"QueueUrls": ["url"]}],
            get_queue_attributes=[{"Attributes": {"QueueArn": QUEUE, "KmsMasterKeyId": "alias/orders"}}],
            list_queue_tags=[{}],
        ),
        "sns": Fake(list_topics=[{}], list_subscriptions=[{}]),
        "lambda": Fake(
            list_functions=[
                {"Functions": [], "NextMarker": "next"},
                {
                    "Functions": [
                        {
                            "FunctionArn": FUNCTION,
                            "Timeout": 9,
                            "Environment": {
                                "Variables": {
                                    "SECRET": "hunter2",
                                    "QUEUE": "https://sqs.us-east-1.amazonaws.com/111111111111/orders",
                                }
                            },
                        }
                    ]
                },
            ],
            list_event_source_mappings=[
                {
                    "EventSourceMappings": [
                        {"UUID": "u-1", "EventSourceArn": QUEUE, "FunctionArn": FUNCTION, "BatchSize": 5},
                        {"UUID": "u-2", "EventSourceArn": "arn:aws:kinesis:::s", "FunctionArn": FUNCTION},
                    ]
                }
            ],
        ),
        "cloudwatch": Fake(
            describe_alarms=[
                {
                    "MetricAlarms": [
                        {
                            "AlarmArn": "arn:aws:cloudwatch:::alarm:a",
                            "AlarmName": "a",
                            "Namespace": "AWS/SQS",
                            "MetricName": "ApproximateAgeOfOldestMessage",
                            "Dimensions": [{"Name": "QueueName", "Value": "orders"}],
                        },
                        {"AlarmArn": "arn:aws:cloudwatch:::alarm:b", "AlarmName": "b", "Namespace": "AWS/EC2"},
                    ]
                }
            ]
        ),
        "kms": Fake(
            list_aliases=[{"Aliases": [{"AliasName": "alias/orders", "AliasArn": "arn:alias", "TargetKeyId": "k-1"}]}],
            describe_key=[{"KeyMetadata": {"Arn": KEY, "KeyId": "k-1", "KeyManager": "CUSTOMER"}}],
            get_key_policy=[{"Policy": '{"Statement": []}'}],
        ),
    }
