"""A run leaves nothing behind. Everything that an operation creates is noted, and removed at the end of its case."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.conformance.answer import Answer
from emulator.conformance.mismatch import Mismatch
from emulator.conformance.protocols import Service

Params = Mapping[str, Any]
Call = Callable[[Service, str, Params], Answer]
Removal = tuple[Service, str, dict[str, Any]]  # service, action and parameters

_PENDING = "pending confirmation"

# By the action that creates something: the call that removes it.
_REMOVALS: dict[str, Callable[[Params, Mapping[str, Any]], Removal]] = {
    "CreateQueue": lambda _, made: ("sqs", "DeleteQueue", {"QueueUrl": made["QueueUrl"]}),
    "CreateTopic": lambda _, made: ("sns", "DeleteTopic", {"TopicArn": made["TopicArn"]}),
    "Subscribe": lambda _, made: ("sns", "Unsubscribe", {"SubscriptionArn": made["SubscriptionArn"]}),
    "CreatePlatformApplication": lambda _, made: (
        "sns",
        "DeletePlatformApplication",
        {"PlatformApplicationArn": made["PlatformApplicationArn"]},
    ),
    "CreatePlatformEndpoint": lambda _, made: ("sns", "DeleteEndpoint", {"EndpointArn": made["EndpointArn"]}),
    "CreateSMSSandboxPhoneNumber": lambda params, _: (
        "sns",
        "DeleteSMSSandboxPhoneNumber",
        {"PhoneNumber": params["PhoneNumber"]},
    ),
}
# Answers to a removal that say that the thing is already gone.
_GONE = {"AWS.SimpleQueueService.NonExistentQueue", "NotFound", "ResourceNotFound", "ResourceNotFoundException"}


class Cleaning:
    """The removals to make, latest first: subscriptions are removed before their topics."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._due: list[Removal] = []

    def note(self, action: str, params: Params, answer: Answer) -> None:
        removal = _REMOVALS.get(action)
        if removal is not None and answer.http.status == 200:
            due = removal(params, answer.result)
            if due not in self._due and due[2].get("SubscriptionArn") != _PENDING:
                self._due.append(due)

    def remove_everything(self) -> list[str]:
        """A line for each thing that could not be removed."""
        left: list[str] = []
        while self._due:
            service, action, params = self._due.pop()
            answer = self._call(service, action, params)
            refusal = _refusal(answer)
            if refusal is not None:
                left.append(f"{action} {params}: {refusal}")
        return left


def _refusal(answer: Answer) -> str | None:
    """Why something could not be removed; None if it was."""
    if answer.http.status == 200:
        return None
    try:
        error = answer.error
    except Mismatch as mismatch:
        return str(mismatch)
    if error["Code"] in _GONE or (answer.action == "Unsubscribe" and error["Code"] == "InvalidParameter"):
        return None  # a pending subscription is removed with its topic
    return f"{error['Code']} {error['Message']}"
