"""The account of a test: its clients, its clock and its queues."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

from emulator.aws.arns import partition_of
from emulator.testing.clock import Clock
from emulator.testing.control import (
    Control,
    ControlError,
    Dropped,
    Fetch,
    PendingSubscription,
    QueueContents,
    QueueMessage,
)
from emulator.testing.faults import Faults
from emulator.testing.outbox import Outbox
from emulator.testing.real_time import time
from emulator.testing.report import describe, unmatched, unsettled, unwanted
from emulator.testing.trace import Trace

if TYPE_CHECKING:
    from api_shapes.operation import Service
    from emulator.testing.declaring import Config, Infrastructure
    from emulator.testing.handlers import Function, Handler
    from emulator.testing.triggers import LambdaTrigger

    UrlOf = Callable[[Function], str]

Match = str | Callable[[QueueMessage], object]

_LOOK_EVERY_SECONDS = 0.01
_SECONDS_OF_A_REQUEST = 10.0  # the longest wait of one control request, well below the timeout of the request itself
# A queue URL as AWS writes it, and as the emulator writes it for a caller that used such a host name.
_REGION_IN_URL = re.compile(r"https?://(?:sqs\.(?P<region>[a-z]{2,}(?:-[a-z0-9]+)+)|(?P<old>[a-z0-9-]+)\.queue)\.")
_MESSAGES = 10_000  # the most that the emulator shows of one queue


class ExpectationError(AssertionError):
    """An expectation of a test failed. The text says what happened instead, and why."""


class EmulatedAccount:
    """One account of an emulator, for one test only: the test sees nothing but what it made itself."""

    def __init__(
        self, fetch: Fetch, *, account_id: str, region: str, url: str | None, url_of: "UrlOf | None" = None
    ) -> None:
        """``url_of`` has a function called; None: by a server of this process."""
        self._url_of = url_of or _served
        self.account_id = account_id
        self.region = region
        self.url = url  # of the server; None if the emulator is in this process
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

    @cached_property
    def lambda_(self) -> Any:
        """A boto3 client of Lambda, for event source mappings."""
        from emulator.testing.clients import new_client

        return new_client("lambda", account_id=self.account_id, region=self.region, endpoint=self.url)

    def reset(self, *, region: str | None = None, service: "Service | None" = None) -> Dropped:
        """Drop everything in the account and reset its clock, or drop only what belongs to a region or a service.

        Returns how much was dropped.
        """
        return self._control.reset(region, service)

    def export_state(self) -> dict[str, Any]:
        """The state of the account, as a document for ``restore_state`` that can be saved as JSON."""
        return self._control.state()

    def restore_state(self, document: Mapping[str, Any]) -> None:
        """Replace the state of the account with ``document``. If that is of another account, its ARNs are changed.

        Raises ControlError, which says what is wrong with the document and where; nothing is changed then.
        """
        self._control.restore(document)

    def declare(self, config: "Config | None" = None, **infrastructure: Unpack["Infrastructure"]) -> None:
        """Make the queues, topics and subscriptions of a configuration file, or of a mapping of the same form.

        ``templates`` of CloudFormation or SAM, with their ``template_parameters``, and ``terraform_plans`` declare some
        too. All are in this account and its region unless they name others. Options of a file are ignored. Raises
        ValueError, which says all that is wrong and where; nothing is made then.
        """
        from emulator.testing.declaring import body_of, in_config

        try:
            self._control.declare(self.region, body_of(config, infrastructure))
        except ControlError as error:
            raise ValueError(in_config(str(error), config)) from None

    def peek(self, queue: str) -> list[QueueMessage]:
        """The messages of ``queue`` (a name, URL or ARN) in every state, without receiving any."""
        return self._contents(queue).messages

    def wait_for_message(self, queue: str, match: Match | None = None, *, timeout: float = 5.0) -> QueueMessage:
        """Wait for a message in ``queue`` that can be received and matches, and return it without receiving it.

        ``queue`` is a name, URL or ARN; ``match`` is the whole body, or a function of the message. ``timeout`` is in
        seconds of real time, independent of the emulator's clock. After it, raises ExpectationError, which says what
        the queue had instead.
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
        """Raise ExpectationError if ``queue`` holds a matching message, in any state, now or ``within`` real seconds.

        SNS delivers to queues before Publish answers. So ``within`` is needed only if other threads or processes send.
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
        """Wait until all messages and requests to confirm for HTTP endpoints have arrived or failed for good.

        Waits for deliveries from the account's topics, and by its subscriptions to topics of other accounts.
        ``timeout`` is in seconds of real time. After it, raises ExpectationError, which says what is still under way.
        If all of it waits for a frozen clock, raises at once.
        """
        until = time.monotonic() + timeout
        while True:
            left = self._control.settle(max(0.0, min(until - time.monotonic(), _SECONDS_OF_A_REQUEST)))
            if not left.under_way:
                return
            if left.stuck or time.monotonic() >= until:
                raise ExpectationError(unsettled(left.under_way, self.clock.now(), self.describe()))

    def function(self, name: str, handler: "Handler") -> "Function":
        """Have ``handler`` be the Lambda function of this name in the account, for queues and for topics.

        It is called in threads of this process, with the event and a context. Returns what it got.
        """
        from emulator.testing.handlers import Function

        function = Function(
            f"arn:{partition_of(self.region)}:lambda:{self.region}:{self.account_id}:function:{name}", handler
        )
        self._control.register_function(self.region, name, self._url_of(function))
        return function

    def lambda_trigger(
        self,
        queue: str,
        handler: "Handler",
        *,
        name: str | None = None,
        batch_size: int | None = None,
        window_seconds: int | None = None,
        report_batch_item_failures: bool = False,
        filters: Sequence[Mapping[str, Any]] = (),
        maximum_concurrency: int | None = None,
    ) -> "LambdaTrigger":
        """Have ``handler`` get the messages of ``queue`` (a name, URL or ARN), as a Lambda function does.

        The options are those of an event source mapping. ``settle`` waits until it has got all that there are.
        """
        from emulator.testing.triggers import new_trigger

        contents = self._contents(queue)
        function = self.function(name or contents.name.replace(".", "-"), handler)
        queue_arn = f"arn:{partition_of(contents.region)}:sqs:{contents.region}:{self.account_id}:{contents.name}"
        return new_trigger(
            self.lambda_,
            queue_arn,
            function,
            batch_size=batch_size,
            window_seconds=window_seconds,
            report_batch_item_failures=report_batch_item_failures,
            filters=filters,
            maximum_concurrency=maximum_concurrency,
        )

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
        """The contents of the account's queues and the trace of its newest publishes, as text for people."""
        queues = [self._control.contents(queue["region"], queue["name"], limit=20) for queue in self._control.queues()]
        return describe(queues, self.trace.newest(limit=20), self.region)

    def _contents(self, queue: str) -> QueueContents:
        """The contents of a queue given by name, URL or ARN. Raises LookupError, which lists the queues that exist."""
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


def _served(function: "Function") -> str:
    from emulator.testing.handler_server import handler_server

    return handler_server().url_of(function)


def _parts(queue: str) -> tuple[str | None, str | None, str]:
    """Region, account and name of a queue, as far as its name, URL or ARN has them."""
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
