"""What a queue has done since it was created, in numbers that only grow.

They are those that CloudWatch counts, and mean what they mean there:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""


class Totals:
    """Plain integers, as counting must cost next to nothing."""

    __slots__ = ("deduplicated", "deleted", "empty_receives", "measured", "measured_bytes", "received", "sent")

    def __init__(self) -> None:
        self.sent = 0  # messages; those that come from a redrive policy are none
        self.measured = 0  # messages sent whose size is known: that of an envelope is once it was received
        self.measured_bytes = 0
        self.deduplicated = 0  # messages sent that a FIFO queue had before
        self.received = 0  # messages, as often as they were received
        self.empty_receives = 0  # calls of ReceiveMessage that got nothing
        self.deleted = 0  # deletions by a valid handle; a repeated one counts again

    def count_size(self, size: int) -> None:
        """Count the size, in bytes, of a message that was sent."""
        self.measured += 1
        self.measured_bytes += size

    def count_empty_receive(self) -> None:
        self.empty_receives += 1
