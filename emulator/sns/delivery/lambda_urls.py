"""Lambda functions that run locally: their events are posted to a URL and also put into the outbox.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from collections.abc import Callable

from emulator.foundation.events import Observer
from emulator.sns.delivery.delivery import Attempt, Delivery, DeliveryContent
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.fan_out import OnFailure
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.queues import QueueMessage
from emulator.sns.delivery.schedule import DELIVERIES_MAX
from emulator.sns.events import Forwarded, ForwardingFailed
from emulator.sns.outbox_entry import Entry
from emulator.sns.subscription import Subscription

# Lambda retries an asynchronous invocation after one minute, and again after two more.
_RETRY_DELAYS = (60.0, 120.0)
_NOT_FOUND = 404  # there is no such function
_HEADERS = {"Content-Type": "application/json"}
_ANSWER_BYTES = 65_536  # that are read, to find out whether it is an error


class LambdaUrls:
    """Posts events to the functions that have a URL, by ARN. A ``Forwarder`` of the outbox."""

    def __init__(self, url_of: Callable[[str], str | None], dispatch: Dispatch, observer: Observer) -> None:
        """``url_of`` gives the URL of a function by its ARN."""
        self._url_of = url_of
        self._dispatch = dispatch
        self._observer = observer
        self._on_failure: OnFailure | None = None
        dispatch.report_to("FunctionEvent", self._attempted)

    def dead_letters_by(self, on_failure: OnFailure) -> None:
        """From now on give what was for a function that does not exist to ``on_failure``."""
        self._on_failure = on_failure

    def forward(self, entry: Entry, subscription: Subscription | None, undelivered: QueueMessage | None) -> None:
        url = self._url_of(entry.endpoint)
        if url is None or entry.kind != "Notification":
            return
        content = DeliveryContent(
            "FunctionEvent",
            entry.account,
            entry.account,
            entry.subscription_arn or entry.endpoint,
            HttpMessage(url, _HEADERS, entry.body.encode(), _ANSWER_BYTES),
            _RETRY_DELAYS,
            message_id=entry.message_id,
            entry_id=entry.id,
        )
        if not self._dispatch.add(Delivery(content, subscription, undelivered=undelivered)):
            self._fail(content, f"{DELIVERIES_MAX} events are on their way to this function already", entry.at)

    def _attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        content = delivery.content
        if attempt.delivered:
            self._observer.report(Forwarded(attempt.at, *_entry_of(content)))
        else:
            self._fail(content, _reason(attempt), attempt.at)
            if attempt.status == _NOT_FOUND:
                self._dead_letter(delivery, attempt)

    def _dead_letter(self, delivery: Delivery, attempt: Attempt) -> None:
        """SNS has done its work once Lambda has the event, so only an event that Lambda refuses is a dead letter."""
        subscription, message = delivery.subscription, delivery.undelivered
        if subscription is not None and message is not None and self._on_failure is not None:
            self._on_failure(subscription, message, _reason(attempt), attempt.at)

    def _fail(self, content: DeliveryContent, reason: str, at: float) -> None:
        failed = ForwardingFailed(at, *_entry_of(content), reason)
        self._observer.report_and_warn(failed)


def _entry_of(content: DeliveryContent) -> tuple[str, str, str, str]:
    """The fields of events about an outbox entry: message id, account, entry id and URL."""
    return content.message_id or "", content.account, content.entry_id or "", content.request.endpoint


def _reason(attempt: Attempt) -> str:
    what = attempt.answer if attempt.status is None else f"the function answered with {attempt.status}"
    return f"attempt {attempt.number}: {what}"
