"""What a topic has done since it was created, in numbers that only grow.

They are those that CloudWatch counts, and mean what they mean there:
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from emulator.sns.filter_policy import Refusal
from emulator.sns.notification import Notification


class Totals:
    """Integers, as counting must cost next to nothing."""

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
        self.delivered = 0  # to one subscriber each
        self.failed = 0  # likewise; of HTTP endpoints every attempt that failed
        self.filtered_out = 0  # likewise
        self.filtered_out_by: dict[Refusal, int] = {}  # the same ones, by why
        self.redriven = 0  # put into the subscription's dead-letter queue
        self.redrive_failed = 0

    def publish(self, notification: Notification) -> None:
        self.published += 1
        self.published_bytes += notification.size

    def deliver(self) -> None:
        """A message has arrived at a subscriber."""
        self.delivered += 1

    def fail(self) -> None:
        """A message could not be delivered, or an attempt to deliver it has failed."""
        self.failed += 1

    def redrive(self, *, failed: bool) -> None:
        """A message was put into the dead-letter queue of the subscription, or could not be."""
        if failed:
            self.redrive_failed += 1
        else:
            self.redriven += 1

    def filter_out(self, refusal: Refusal) -> None:
        self.filtered_out += 1
        self.filtered_out_by[refusal] = self.filtered_out_by.get(refusal, 0) + 1
