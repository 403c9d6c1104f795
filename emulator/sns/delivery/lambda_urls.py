"""Lambda functions that run here: their events are posted to a URL, as well as put into the outbox.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from collections.abc import Mapping

from emulator.events import Observer
from emulator.sns.delivery.delivery import Attempt, Delivery
from emulator.sns.delivery.dispatch import DELIVERIES_MAX, Dispatch
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.events import Forwarded, ForwardingFailed
from emulator.sns.outbox_entry import Entry

# Lambda tries an asynchronous invocation again after one minute, and after two more.
_POLICY = HttpPolicy(retry_delays=(60.0, 120.0), seconds_between=0.0, content_type="application/json")


class LambdaUrls:
    """Posts events to functions that have a URL, by ARN: a ``Forwarder`` of the outbox."""

    def __init__(self, urls: Mapping[str, str], dispatch: Dispatch, observer: Observer) -> None:
        self._urls = urls
        self._dispatch = dispatch
        self._observer = observer

    def forward(self, entry: Entry) -> None:
        url = self._urls.get(entry.endpoint)
        if url is None or entry.kind != "Notification":
            return
        message = HttpMessage(url, {"Content-Type": _POLICY.content_type}, entry.body.encode())

        def told(attempt: Attempt) -> None:
            if attempt.delivered:
                self._observer.tell(Forwarded(attempt.at, entry.message_id, entry.account, entry.id, message.endpoint))
            else:
                self._fail(entry, message, _reason(attempt), attempt.at)

        delivery = Delivery(entry.account, entry.subscription_arn or entry.endpoint, message, _POLICY, told)
        if not self._dispatch.add(delivery):
            self._fail(entry, message, f"{DELIVERIES_MAX} events are on their way to this function already", entry.at)

    def _fail(self, entry: Entry, message: HttpMessage, reason: str, at: float) -> None:
        failed = ForwardingFailed(at, entry.message_id, entry.account, entry.id, message.endpoint, reason)
        self._observer.tell(failed)
        self._observer.warn([failed])


def _reason(attempt: Attempt) -> str:
    what = attempt.answer if attempt.status is None else f"the function answered with {attempt.status}"
    return f"attempt {attempt.number}: {what}"
