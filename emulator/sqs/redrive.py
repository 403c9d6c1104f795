"""The redrive policy and the redrive allow policy of a queue.

The first names the dead-letter queue, the second the queues that may use this one as their dead-letter queue. AWS
parses both and returns them in a form of its own, ``str(policy)``: the receive count as a number, without white space
and without members that are null.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

import json
from typing import Literal, NamedTuple

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import MAX_RECEIVE_COUNT_MAX, REDRIVE_ALLOW_SOURCES_MAX

RedrivePermission = Literal["allowAll", "denyAll", "byQueue"]

_TARGET, _MAX_COUNT = "deadLetterTargetArn", "maxReceiveCount"
_PERMISSION, _SOURCES = "redrivePermission", "sourceQueueArns"
_COUNT_DIGITS = 20  # more are not looked at


class RedrivePolicy(NamedTuple):
    """After ``max_receive_count`` receives, the next one moves the message to ``target_arn``.

    A dead letter brings its receive count along, and is received at least once before it is moved on. Otherwise it
    would go round without being received where queues are each other's dead-letter queues.
    """

    target_arn: str
    max_receive_count: int

    @classmethod
    def parse(cls, text: str) -> "RedrivePolicy":
        """The policy in ``text``; InvalidParameterValue where AWS refuses it."""
        policy = _members("RedrivePolicy", text, "Redrive policy", (_TARGET, _MAX_COUNT))
        for name in (_MAX_COUNT, _TARGET):
            if name not in policy:
                raise InvalidParameterValue.of(
                    "RedrivePolicy", text, f"Redrive policy does not contain mandatory attribute: {name}."
                )
        target = policy[_TARGET]
        if not isinstance(target, str) or not target:
            raise InvalidParameterValue.of("RedrivePolicy", text, "Invalid value for deadLetterTargetArn.")
        return cls(target, _max_receive_count(text, policy[_MAX_COUNT]))

    def __str__(self) -> str:
        """The policy as AWS returns it."""
        return _compact({_TARGET: self.target_arn, _MAX_COUNT: self.max_receive_count})


class RedriveAllowPolicy(NamedTuple):
    """Which source queues may name this queue as their dead-letter queue."""

    permission: RedrivePermission
    source_arns: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "RedriveAllowPolicy":
        """The policy in ``text``; InvalidParameterValue where AWS refuses it."""
        policy = _members("RedriveAllowPolicy", text, "Redrive allow policy", (_PERMISSION, _SOURCES))
        permission, sources = policy.get(_PERMISSION), policy.get(_SOURCES)
        if permission in ("allowAll", "denyAll"):
            if sources is not None:
                raise _allow_policy_error(text, "sourceQueueArns is only valid with redrivePermission byQueue.")
            return cls("allowAll" if permission == "allowAll" else "denyAll")
        if permission != "byQueue":
            raise _allow_policy_error(text, "redrivePermission must be one of allowAll, denyAll, byQueue.")
        if not isinstance(sources, list) or not 1 <= len(sources) <= REDRIVE_ALLOW_SOURCES_MAX:
            raise _allow_policy_error(
                text, f"sourceQueueArns must contain 1 to {REDRIVE_ALLOW_SOURCES_MAX} queue ARNs."
            )
        if not all(isinstance(source, str) for source in sources):
            raise _allow_policy_error(text, "sourceQueueArns must contain queue ARNs.")
        return cls("byQueue", tuple(sources))

    def __str__(self) -> str:
        """The policy as AWS returns it."""
        sources = {_SOURCES: self.source_arns} if self.permission == "byQueue" else {}
        return _compact({_PERMISSION: self.permission, **sources})

    @property
    def meaning(self) -> tuple[RedrivePermission, frozenset[str]]:
        """The key by which two policies are compared: it is equal if they allow the same."""
        return self.permission, frozenset(self.source_arns)

    def allows(self, source_arn: str) -> bool:
        return self.permission == "allowAll" or (self.permission == "byQueue" and source_arn in self.source_arns)


ALLOW_ALL = RedriveAllowPolicy("allowAll")


def _max_receive_count(text: str, value: object) -> int:
    """AWS takes a JSON number or a numeric string."""
    digits = value.strip() if isinstance(value, str) else value
    if isinstance(digits, str) and digits.isascii() and digits.isdigit() and len(digits) <= _COUNT_DIGITS:
        digits = int(digits)
    if type(digits) is int and 1 <= digits <= MAX_RECEIVE_COUNT_MAX:
        return digits
    raise InvalidParameterValue.of(
        "RedrivePolicy",
        text,
        f"Invalid value for maxReceiveCount: {value}, "
        f"valid values are from 1 to {MAX_RECEIVE_COUNT_MAX} both inclusive.",
    )


def _members(parameter: str, text: str, what: str, names: tuple[str, ...]) -> dict[str, object]:
    """The members of a policy, without those that are null."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidParameterValue.of(parameter, text, f"{what} is not a valid JSON map.")
    members = {name: member for name, member in value.items() if member is not None}
    unknown = members.keys() - set(names)
    if unknown:
        raise InvalidParameterValue.of(parameter, text, f"{what} contains an unknown attribute: {min(unknown)}.")
    return members


def _compact(members: dict[str, object]) -> str:
    return json.dumps(members, separators=(",", ":"))


def _allow_policy_error(text: str, reason: str) -> InvalidParameterValue:
    return InvalidParameterValue.of("RedriveAllowPolicy", text, reason)
