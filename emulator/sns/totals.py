"""What a topic has done since it was created, in numbers that only grow.

They are those that CloudWatch counts, and mean what they mean there:
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""


class Totals:
    """Plain integers, as counting must cost next to nothing."""

    __slots__ = (
        "delivered",
        "failed",
        "filtered_out",
        "filtered_out_by_attributes",
        "filtered_out_by_body",
        "filtered_out_without_attributes",
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
        self.filtered_out = 0  # likewise; one of the next three counts it too
        self.filtered_out_by_attributes = 0
        self.filtered_out_without_attributes = 0  # as there were none
        self.filtered_out_by_body = 0
        self.redriven = 0  # put into the subscription's dead-letter queue
        self.redrive_failed = 0

    def filter_out(self, scope: str, *, has_attributes: bool) -> None:
        """Count one; ``scope`` is the filter policy's."""
        self.filtered_out += 1
        if scope == "MessageBody":
            self.filtered_out_by_body += 1
        elif has_attributes:
            self.filtered_out_by_attributes += 1
        else:
            self.filtered_out_without_attributes += 1
