"""The emulator as a test has it: one account, its clients, its clock and its queues."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emulator.testing.clock import Clock
from emulator.testing.control import Control, Dropped, Fetch, PendingSubscription, QueueContents, QueueMessage
from emulator.testing.faults import Faults
from emulator.testing.outbox import Outbox
from emulator.testing.real_time import time
from emulator.testing.report import describe, unmatched, unsettled, unwanted
from emulator.testing.trace import Trace

if TYPE_CHECKING:
    from api_shapes.operation import Service

Match = str | Callable[[QueueMessage], object]

_LOOK_EVERY_SECONDS = 0.01
_SECONDS_OF_A_REQUEST = 10.0  # for which the emulator waits at most, far from where the request itself times out
# As AWS writes it, and the emulator where a caller came by such a name.
_REGION_IN_URL = re.compile(r"https?://(?:sqs\.(?P<region>[a-z]{2,}(?:-[a-z0-9]+)+)|(?P<old>[a-z0-9-]+)\.queue)\.")
_MESSAGES = 10_000  # as many as the emulator shows of one queue


class ExpectationError(AssertionError):
    """What a test expected did not come true; the text tells what there is instead, and why."""


class EmulatedAccount:
    """One account of an emulator. Nobody else uses it, so a test sees what the test itself made."""

    def __init__(self, fetch: Fetch, *, account_id: str, region: str, url: str | None) -> None:
        self.account_id = account_id
        self.region = region
        self.url = url  # of the server; None where the emulator is in this process
        self._control = Control(fetch, account_id)
        self.clock = Clock(self._control)
        self.faults = Faults(self._control)
        self.outbox = Outbox(self._control)
        self.trace = Trace(self._control)

    @cached_property
    def sqs(self) -> Any:
        """A boto3 client."""
        from emulator.testing.clients import new_client

        return new_client("sqs", account_id=self.account_id, region=self.region, endpoint=self.url)

    @cached_property
    def sns(self) -> Any:
        """A boto3 client."""
        from emulator.testing.clients import new_client

        return new_client("sns", account_id=self.account_id, region=self.region, endpoint=self.url)

    def reset(self, *, region: str | None = None, service: "Service | None" = None) -> Dropped:
        """Drop all that the account has, and let its clock start again; or only what is in a region or of a service.

        What comes back says how much was dropped.
        """
        return self._control.reset(region, service)

    def export_state(self) -> dict[str, Any]:
        """All that the account has, as ``restore_state`` takes it; it can be kept as JSON."""
        return self._control.state()

    def restore_state(self, document: Mapping[str, Any]) -> None:
        """Have what ``document`` says, and nothing else. It may be of another account: ARNs become this one's.

        ControlError tells what is wrong with the document, and where; nothing has changed then.
        """
        self._control.restore(document)

    def peek(self, queue: str) -> list[QueueMessage]:
        """The messages of ``queue`` (a name, URL or ARN) in every state, without receiving any."""
        return self._contents(queue).messages

    def wait_for_message(self, queue: str, match: Match | None = None, *, timeout: float = 5.0) -> QueueMessage:
        """The first message of ``queue`` that can be received and matches; it stays there, not received.

        ``queue`` is a name, URL or ARN; ``match`` is the whole body, or a function of the message. ``timeout`` is in
        seconds of real time, whatever the emulator's clock says; then it is an ExpectationError, which tells what there
        was instead.
        """
        until = time.monotonic() + timeout
        while True:
            contents = self._contents(queue)
            for message in contents.messages:
                if message.state == "visible" and not message.group_in_flight and _matches(message, match):
                    return message
            if time.monotonic() >= until:
                raise ExpectationError(unmatched(contents, match, timeout, self.describe()))
            time.sleep(_LOOK_EVERY_SECONDS)

    def expect_no_message(self, queue: str, match: Match | None = None, *, within: float = 0.0) -> None:
        """ExpectationError if ``queue`` holds a message that matches, in any state, now or ``within`` seconds from now.

        SNS delivers to queues before Publish answers, so without other threads or processes at work there is nothing
        to wait for.
        """
        until = time.monotonic() + within
        while True:
            contents = self._contents(queue)
            found = [message for message in contents.messages if _matches(message, match)]
            if found:
                raise ExpectationError(unwanted(contents, found, self.describe()))
            if time.monotonic() >= until:
                return
            time.sleep(_LOOK_EVERY_SECONDS)

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until all messages for HTTP endpoints have arrived or failed for good, also requests to confirm.

        It waits for deliveries from the account's topics, and by its subscriptions to other accounts' topics.
        ``timeout`` is in seconds of real time; then it is an ExpectationError, which tells what is still under way. If
        only a frozen clock holds things up, that comes at once.
        """
        until = time.monotonic() + timeout
        while True:
            left = self._control.settle(max(0.0, min(until - time.monotonic(), _SECONDS_OF_A_REQUEST)))
            if not left.under_way:
                return
            if left.stuck or time.monotonic() >= until:
                raise ExpectationError(unsettled(left.under_way, self.clock.now(), self.describe()))

    def pending_subscriptions(self) -> list[PendingSubscription]:
        """The account's subscriptions that wait for confirmation, each with its token."""
        return self._control.pending_subscriptions()

    def confirm(self, pending: PendingSubscription) -> None:
        """Confirm a subscription, as its endpoint would."""
        from emulator.testing.clients import new_client

        region = pending.topic.split(":")[3]
        sns = new_client("sns", account_id=self.account_id, region=region, endpoint=self.url)
        sns.confirm_subscription(TopicArn=pending.topic, Token=pending.token)

    def describe(self) -> str:
        """What the account's queues hold, and what became of its newest publishes, for people to read."""
        queues = [self._control.contents(queue["region"], queue["name"], limit=20) for queue in self._control.queues()]
        return describe(queues, self.trace.newest(limit=20), self.region)

    def _contents(self, queue: str) -> QueueContents:
        """Of a queue given by name, URL or ARN. LookupError tells which queues there are."""
        region, account_id, name = _parts(queue)
        if account_id not in (None, self.account_id):
            raise self._no_queue(f"{queue} is of account {account_id}")
        try:
            return self._control.contents(region or self.region, name, _MESSAGES)
        except LookupError:
            pass
        if region is not None:
            raise self._no_queue(f"There is no queue {name} in region {region}")
        regions = [listed["region"] for listed in self._control.queues() if listed["name"] == name]
        if len(regions) > 1:
            raise LookupError(
                f"There are queues {name} in the regions {', '.join(sorted(regions))}, and none in {self.region}, the "
                "region of this account's clients. Give the ARN of the one that is meant."
            )
        if not regions:
            raise self._no_queue(f"There is no queue {name}")
        return self._control.contents(regions[0], name, _MESSAGES)

    def _no_queue(self, what: str) -> LookupError:
        listed = sorted((queue["name"], queue["region"]) for queue in self._control.queues())
        there_are = ", ".join(f"{name} ({region})" for name, region in listed) or "none"
        return LookupError(f"{what}. The queues of this account, {self.account_id}: {there_are}.")


def _parts(queue: str) -> tuple[str | None, str | None, str]:
    """Region, account and name of a queue, as far as its name, URL or ARN tells."""
    if queue.startswith("arn:"):
        fields = queue.split(":", 5)
        if len(fields) != 6:
            raise LookupError(f"{queue} is no ARN of a queue, such as arn:aws:sqs:us-east-1:000000000000:orders.")
        return fields[3], fields[4], fields[5]
    path, _, name = queue.rstrip("/").rpartition("/")
    account_id = path.rpartition("/")[2]
    of_aws = _REGION_IN_URL.match(queue)
    return of_aws and (of_aws["region"] or of_aws["old"]), account_id if account_id.isdecimal() else None, name


def _matches(message: QueueMessage, match: Match | None) -> bool:
    if match is None:
        return True
    return message.body == match if isinstance(match, str) else bool(match(message))
