"""Counters of a queue since it was created. They only grow.

They are the metrics that CloudWatch has for queues, with the same meanings:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""


class Totals:
    """Plain integers, because counting must cost next to nothing."""

    __slots__ = ("deduplicated", "deleted", "empty_receives", "measured", "measured_bytes", "received", "sent")

    def __init__(self) -> None:
        self.sent = 0  # messages, without those that a redrive policy moved here
        self.measured = 0  # messages sent whose size is known; the size of an envelope is once it was received
        self.measured_bytes = 0
        self.deduplicated = 0  # messages sent to a FIFO queue that were duplicates
        self.received = 0  # messages, each as often as it was received
        self.empty_receives = 0  # calls of ReceiveMessage that returned no message
        self.deleted = 0  # deletions with a valid handle; a repeated one counts again

    def count_size(self, size: int) -> None:
        """Count the size, in bytes, of a message that was sent."""
        self.measured += 1
        self.measured_bytes += size

    def count_empty_receive(self) -> None:
        self.empty_receives += 1
