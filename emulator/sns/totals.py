"""The totals of a topic since it was created: numbers that only grow.

CloudWatch has the same ones, with the same meaning:
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from emulator.sns.filter_policy import Refusal
from emulator.sns.notification import Notification


class Totals:
    """Plain integers, so that counting costs next to nothing."""

    __slots__ = (
        "delivered",
        "failed",
        "filtered_out",
        "filtered_out_by",
        "published",
        "published_bytes",
        "redrive_failed",
        "redriven",
    )

    def __init__(self) -> None:
        self.published = 0  # messages
        self.published_bytes = 0
        self.delivered = 0  # messages for one subscriber each
        self.failed = 0  # likewise; for HTTP endpoints the failed attempts
        self.filtered_out = 0  # likewise
        self.filtered_out_by: dict[Refusal, int] = {}  # the same ones, by reason
        self.redriven = 0  # put into the subscription's dead-letter queue
        self.redrive_failed = 0

    def publish(self, notification: Notification) -> None:
        self.published += 1
        text = notification.message
        if notification.attributes or len(notification.by_protocol) > 1 or not text.isascii():
            self.published_bytes += notification.size
        else:  # the usual case, without a call
            self.published_bytes += len(text)

    def deliver(self, messages: int = 1) -> None:
        """So many messages have arrived at subscribers."""
        self.delivered += messages

    def fail(self) -> None:
        """A message could not be delivered, or an attempt to deliver it has failed."""
        self.failed += 1

    def redrive(self, *, failed: bool) -> None:
        """A message was put into the dead-letter queue of the subscription, or could not be."""
        if failed:
            self.redrive_failed += 1
        else:
            self.redriven += 1

    def filter_out(self, refusal: Refusal, messages: int = 1) -> None:
        """So many messages were rejected by filter policies, for this reason."""
        self.filtered_out += messages
        self.filtered_out_by[refusal] = self.filtered_out_by.get(refusal, 0) + messages
